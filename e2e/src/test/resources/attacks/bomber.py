"""Forks until the kernel refuses. What it leaves is deaf, holds standard output, and some of it goes on forking."""
import os, signal, time

for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)


def fork_for_ever():
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        try:
            if os.fork() == 0:
                time.sleep(0.3)
                os._exit(0)
        except OSError:
            time.sleep(0.05)


for _ in range(8):
    if os.fork() == 0:
        fork_for_ever()
count, refused = 0, "never refused"
while count < 4000:
    try:
        os.posix_spawn("/bin/sleep", ["sleep", "1000"], os.environ)
        count += 1
    except OSError:
        refused = "refused"
        break
with open("forks", "w") as out:
    out.write(f"{refused} after {count}\n")
