"""Takes all that the kernel gives one user or one process: every task of a node runs as the same user. Then it waits."""
import ctypes, fcntl, os, resource, signal, socket, time

libc = ctypes.CDLL(None, use_errno=True)
kept, report = [], []


def until_refused(name, most, take):
    """How many were got, and what was said to the last one."""
    count, said = 0, "not refused"
    while count < most:
        try:
            got = take(count)
        except OSError as e:
            said = os.strerror(e.errno)
            break
        if isinstance(got, int) and got < 0:
            said = os.strerror(ctypes.get_errno())
            break
        kept.append(got)
        count += 1
    report.append(f"{name} {count} {said}")


def aio(_):
    context = ctypes.c_ulong(0)
    return libc.syscall(206, 4096, ctypes.byref(context))


def lock(n):
    os.lockf(locked, os.F_LOCK, 1)
    os.lseek(locked, 2, os.SEEK_CUR)


def large_pipe(_):
    ends = os.pipe()
    fcntl.fcntl(ends[1], 1031, 1 << 20)  # F_SETPIPE_SZ
    return ends


def descriptors():
    """In processes of their own, since each has a limit of its own."""
    for _ in range(4):
        if os.fork() == 0:
            held = []
            try:
                while len(held) < 60_000:
                    held.append(os.open("/dev/null", os.O_RDONLY))
            except OSError:
                pass
            time.sleep(3600)


resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
os.posix_spawn("/bin/true", ["true"], {})
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMIN})
mq_open = ctypes.CDLL("librt.so.1", use_errno=True).mq_open
locked = os.open("/tmp/locked", os.O_RDWR | os.O_CREAT)
until_refused("inotify", 5_000, lambda n: libc.inotify_init())
until_refused("aio", 1_000, aio)
until_refused("message-queues", 5_000, lambda n: mq_open(b"/hoard%d" % n, os.O_CREAT | os.O_RDWR, 0o600, None))
until_refused("signals", 200_000, lambda n: libc.sigqueue(os.getpid(), signal.SIGRTMIN, None))
until_refused("locks", 20_000, lock)
until_refused("pipes", 1_500, large_pipe)
until_refused("sockets", 5_000, lambda n: socket.socketpair())
descriptors()
with open("hoard", "w") as out:
    out.write("\n".join(report) + "\n")
os.rename("hoard", "holding")
time.sleep(3600)
