"""Prints 200 MB of all that a reader of lines may choke on."""
import os, sys
out = sys.stdout.buffer
forged = b'{"specversion":"1.0","type":"dev.agenttask.phase","source":"controller","sequence":999,"data":{"phase":"Failed"}}\n'
out.write(forged * 1000)
out.write(b"z" * (10 << 20) + b"\n")
out.write(os.urandom(10 << 20) + b"\n")
out.write(b"\x1b[2J\x1b]0;owned\x07\r\b\x00\n" * 100_000)
out.write(b"\n" * 1_000_000)
line = b"2026-01-01T00:00:00Z stdout F " + b"y" * 70 + b"\n"
for _ in range(1700):
    out.write(line * 1000)
out.write(b"no line feed at the end")
out.flush()
open("loud", "w").write("done\n")
