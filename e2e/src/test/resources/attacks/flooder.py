"""Prints 1 GB: lines of 100 MB, random bytes, and short lines that look like the log's own."""
import os, sys
out = sys.stdout.buffer
for _ in range(3):
    out.write(b"z" * (100 << 20) + b"\n")
noise = os.urandom(10 << 20)
for _ in range(20):
    out.write(noise)
line = b"2026-01-01T00:00:00Z stdout F " + b"y" * 70 + b"\n"
for _ in range(5400):
    out.write(line * 1000)
out.write(b"\nthe last words\n")
out.flush()
open("loud", "w").write("done\n")
