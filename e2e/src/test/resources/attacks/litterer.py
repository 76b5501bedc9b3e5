"""Leaves as much as it can where the clean room would find it, and a hundred thousand files in the workspace."""
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)
for n in range(100):
    os.makedirs(f"many/{n}")
    for m in range(1000):
        os.close(os.open(f"many/{n}/{m}", os.O_CREAT | os.O_WRONLY))
left = {"files": 0, "queues": 0, "semaphores": 0, "segments": 0}
try:
    while left["files"] < 20_000:
        os.close(os.open("/dev/shm/%0200d" % left["files"], os.O_CREAT | os.O_WRONLY))
        left["files"] += 1
except OSError:
    pass
while left["queues"] < 2000 and libc.msgget(5000 + left["queues"], 0o1666) >= 0:
    left["queues"] += 1
while left["semaphores"] < 2000 and libc.semget(5000 + left["semaphores"], 1, 0o1666) >= 0:
    left["semaphores"] += 1
while left["segments"] < 2000 and libc.shmget(5000 + left["segments"], 4096, 0o1666) >= 0:
    left["segments"] += 1
os.makedirs("/dev/shm/" + "d/" * 200 + "bottom")
os.chmod("/dev/shm/d", 0)
with open("left", "w") as out:
    out.write(f"{left}\n")
