"""Looks for what is not its own and writes one line per attempt into the file `verdicts`: NAME held, or NAME and what it got."""
import base64, ctypes, errno, hashlib, hmac, json, os, signal, socket, struct, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

TARGETS = json.loads(os.environ["TARGETS"])
# Backwards, so that this environment and this script are not what is found.
SECRETS = [secret[::-1].encode() for secret in json.loads(os.environ["SECRETS"])]
CHANNEL = "/run/agenttask/channel/"
DEVICES = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"}
# By number on x86-64: what would reach the kernel's settings, keys, programs, or other processes' memory.
SYSCALLS = {"add_key": 248, "request_key": 249, "keyctl": 250, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323,
            "open_by_handle_at": 304, "init_module": 175, "kexec_load": 246, "setns": 308, "pivot_root": 155, "chroot": 161,
            "swapon": 167, "reboot": 169, "sethostname": 170, "iopl": 172, "clock_settime": 227, "acct": 163, "fsopen": 430,
            "quotactl": 179, "move_pages": 279}
libc = ctypes.CDLL(None, use_errno=True)
verdicts = {}


def attack(name, function):
    """Held if the kernel refuses, or if there was nothing to get."""
    try:
        got = function()
    except OSError as e:
        got, verdicts["# " + name] = None, str(e)
    except Exception as e:
        got = f"script failed: {e!r}"
    verdicts[name] = f"GOT {str(got)[:200]!r}" if got else "held"


def call(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "allowed"


def files(*roots):
    for root in roots:
        for directory, _, names in os.walk(root):
            yield from (os.path.join(directory, name) for name in names)


def read(path, size=1 << 22):
    with open(path, "rb") as file:
        return file.read(size)


def mutate(function, *arguments):
    function(*arguments)
    return "allowed"


def secrets_in_files():
    found = []
    roots = [e.path for e in os.scandir("/") if e.name not in ("proc", "sys", "usr", "lib", "lib64", "bin", "sbin")]
    for path in files(*roots, "/dev/shm"):
        try:
            if os.path.isfile(path) and any(secret in read(path) for secret in SECRETS):
                found.append(path)
        except OSError:
            pass
    return found


def mounts():
    wanted = ("vault", "git", "plan", "channels", "cleanroom", "serviceaccount")
    points = [line.split()[4] for line in open("/proc/self/mountinfo")]
    return [point for point in points if any(word in point for word in wanted)]


def status(key):
    return next(line.split()[1] for line in open("/proc/self/status") if line.startswith(key + ":"))


def foreign_processes():
    mine = {"supervise", "sh", "bash", "tee", "python3", "spy.py"}
    names = {read(f"/proc/{p}/comm").decode().strip() for p in os.listdir("/proc") if p.isdigit()}
    return names - mine


def descriptor_of_process_1():
    return call(libc.syscall(438, call_fd(libc.syscall(434, 1, 0)), 3, 0))


def reached(number):
    """Whether the kernel gets as far as the arguments of a call, which make no sense, so that nothing happens."""
    if libc.syscall(number, 0, 0, 0, 0, 0) < 0 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS):
        return None
    return "refused for its arguments alone: " + os.strerror(ctypes.get_errno())


def call_fd(result):
    call(result)
    return result


def listeners():
    """Of the pod, whose network all its containers share: 0A is LISTEN."""
    return [line.split()[1] for name in ("tcp", "tcp6") for line in open("/proc/net/" + name) if line.split()[3] == "0A"]


def abstract_sockets():
    return [line.split()[7] for line in open("/proc/net/unix") if len(line.split()) > 7 and line.split()[7].startswith("@")]


def connect(host, port):
    """A refusal was sent by the host, so it counts as reached."""
    try:
        with socket.create_connection((host, port), timeout=1.5):
            return f"connected to {host} {port}"
    except ConnectionRefusedError:
        return f"reached {host} {port}"


def node_by_link_local():
    macs = {line.split()[3] for line in list(open("/proc/net/arp"))[1:]} - {"00:00:00:00:00:00"}
    addresses = {"fe80::ecee:eeff:feee:eeee"}
    for mac in macs:
        m = [int(part, 16) for part in mac.split(":")]
        addresses.add("fe80::%02x%02x:%02xff:fe%02x:%02x%02x" % (m[0] ^ 2, *m[1:]))
    index, got = socket.if_nametoindex("eth0"), []
    for address in addresses:
        for port in TARGETS["node_ports"]:
            with socket.socket(socket.AF_INET6) as s:
                s.settimeout(0.7)
                code = s.connect_ex((address, port, 0, index))
                if code in (0, 111):
                    got.append((address, port, code))
    return got


class Kafka:
    """As much of the protocol as it takes to be refused. https://kafka.apache.org/protocol"""

    def __init__(self):
        self.socket = socket.create_connection(TARGETS["kafka"], timeout=3)

    def ask(self, key, version, body):
        request = struct.pack(">hhih", key, version, 7, 1) + b"x" + body
        self.socket.sendall(struct.pack(">i", len(request)) + request)
        return self.take(struct.unpack(">i", self.take(4))[0])[4:]

    def take(self, size):
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise ConnectionResetError("closed by the broker")
            data += part
        return data

    def handshake(self, mechanism):
        name = mechanism.encode()
        return struct.unpack(">h", self.ask(17, 1, struct.pack(">h", len(name)) + name)[:2])[0]

    def authenticate(self, message):
        answer = self.ask(36, 0, struct.pack(">i", len(message)) + message)
        code, length = struct.unpack(">hh", answer[:4])
        return code, answer[4 + max(length, 0) + 4:]


def kafka_without_authentication():
    return Kafka().ask(3, 1, struct.pack(">i", -1))


def kafka_with_plain():
    code = Kafka().handshake("PLAIN")
    return None if code == 33 else f"code {code}"


def kafka_with_guessed_password():
    for user in ("worker", "controller", "reader", "admin", "ANONYMOUS", ""):
        for password in ("", user, "kafka", "changeit"):
            kafka = Kafka()
            if kafka.handshake("SCRAM-SHA-512") != 0:
                return "SCRAM is not offered, so nothing was tried"
            first = f"n={user},r=abc"
            code, server = kafka.authenticate(b"n,," + first.encode())
            if code:
                continue
            fields = dict(f.split("=", 1) for f in server.decode().split(","))
            salted = hashlib.pbkdf2_hmac("sha512", password.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
            key = hmac.digest(salted, b"Client Key", "sha512")
            last = "c=biws,r=" + fields["r"]
            signed = ",".join((first, server.decode(), last)).encode()
            proof = bytes(a ^ b for a, b in zip(key, hmac.digest(hashlib.sha512(key).digest(), signed, "sha512")))
            code, _ = kafka.authenticate((last + ",p=" + base64.b64encode(proof).decode()).encode())
            if code == 0:
                return f"{user} with {password!r}"
    return None


def writable_places():
    """Mounts that can be written, but for its own; a single file such as a termination message counts too."""
    own = {"/workspace", "/home/agent", "/tmp", "/dev/shm", "/dev/mqueue", "/proc", "/dev/pts"}
    points = {line.split()[4] for line in open("/proc/self/mountinfo")}
    return [p for p in points - own if os.access(p, os.W_OK) and p not in DEVICES and not masked(p)]


def masked(path):
    """What the container runtime hides of /proc looks like /dev/null."""
    return not os.path.isdir(path) and os.stat(path).st_rdev == os.stat("/dev/null").st_rdev


def kernel_settings():
    return [path for path in files("/proc/sys", "/sys") if os.access(path, os.W_OK)]


def privileged_sockets():
    got = []
    for name, arguments in {"packet": (17, 3, 0), "raw": (2, 3, 1), "raw6": (10, 3, 58)}.items():
        try:
            socket.socket(*arguments)
            got.append(name)
        except OSError:
            pass
    return got


def become_root():
    for command in (["su", "-c", "id"], ["sudo", "-n", "id"], ["unshare", "--user", "--map-root-user", "id"]):
        try:
            if subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=5).returncode == 0:
                return command
        except FileNotFoundError:
            pass
    os.setuid(0)
    return "setuid"


attack("service-account-token", lambda: list(files("/var/run/secrets", "/run/secrets")))
attack("secret-in-a-file", secrets_in_files)
attack("secret-in-the-environment", lambda: [k for k, v in os.environ.items() if any(s in v.encode() for s in SECRETS)])
attack("foreign-mount", mounts)
attack("other-scripts", lambda: [f for f in os.listdir("/etc/agenttask/scripts") if "check" in f])
attack("processes-of-other-containers", foreign_processes)

attack("environment-of-process-1", lambda: read("/proc/1/environ"))
attack("memory-of-process-1", lambda: open("/proc/1/mem", "r+b"))
attack("map-of-process-1", lambda: read("/proc/1/maps"))
attack("descriptors-of-process-1", lambda: os.listdir("/proc/1/fd"))
attack("pipe-of-process-1", lambda: open("/proc/1/fd/3", "rb"))
attack("root-of-process-1", lambda: os.listdir("/proc/1/root/"))
attack("descriptor-by-pidfd", descriptor_of_process_1)
attack("trace-process-1", lambda: call(libc.ptrace(16, 1, 0, 0)))
attack("read-the-supervisors-shell", lambda: read("/opt/agenttask/tools/sh"))
attack("stop-process-1", lambda: os.kill(1, signal.SIGSTOP))
attack("kill-process-1", lambda: os.kill(1, signal.SIGKILL))

for place in ("/vault", "/vault/repository.git/refs/heads", "/cleanroom", "/opt/agenttask/tools", "/etc/agenttask/scripts",
              CHANNEL, "/run/agenttask/channels/verify", "/", "/etc", "/usr/bin", "/sys/fs/cgroup", "/proc/sys/kernel"):
    attack("write-into-" + place, lambda: mutate(open, place + "/planted", "w"))
attack("append-to-hosts", lambda: mutate(open, "/etc/hosts", "a"))
attack("replace-a-pipe", lambda: mutate(os.unlink, CHANNEL + "requests"))
attack("rename-a-pipe", lambda: mutate(os.rename, CHANNEL + "requests", CHANNEL + "old"))
attack("close-a-pipe-to-the-worker", lambda: mutate(os.chmod, CHANNEL + "output", 0))
attack("stop-file", lambda: mutate(os.mknod, CHANNEL + "stop"))
attack("replace-a-script", lambda: mutate(os.unlink, "/etc/agenttask/scripts/agent"))

attack("hard-link-to-the-supervisors-shell", lambda: mutate(os.link, "/opt/agenttask/tools/sh", "/workspace/shell"))
attack("hard-link-to-a-pipe", lambda: mutate(os.link, CHANNEL + "requests", "/workspace/pipe"))
attack("hard-link-in-the-channel", lambda: mutate(os.link, CHANNEL + "requests", CHANNEL + "more"))
attack("hard-link-to-a-setuid-file", lambda: mutate(os.link, "/usr/bin/su", "/tmp/su"))
attack("hard-link-to-a-secret", lambda: mutate(os.link, "/etc/agenttask/scripts/agent", "/workspace/agent"))
attack("device-on-shared-memory", lambda: mutate(os.mknod, "/dev/shm/device", 0o60666, os.makedev(8, 0)))
attack("writable-places", writable_places)
attack("kernel-settings", kernel_settings)
attack("privileged-sockets", privileged_sockets)
for name, number in SYSCALLS.items():
    attack("syscall-" + name, lambda: reached(number))

attack("capabilities", lambda: status("CapEff").strip("0") or status("CapBnd").strip("0"))
attack("new-privileges", lambda: status("NoNewPrivs") != "1")
attack("no-seccomp", lambda: status("Seccomp") != "2")
attack("become-root", become_root)
attack("mount", lambda: call(libc.mount(b"none", b"/tmp", b"tmpfs", 0, 0)))
attack("user-namespace", lambda: call(libc.unshare(0x10000000)))
attack("make-a-device", lambda: mutate(os.mknod, "/workspace/device", 0o60666, os.makedev(8, 0)))
attack("kernel-log", lambda: read("/dev/kmsg"))
attack("sysrq", lambda: mutate(open, "/proc/sysrq-trigger", "w"))
attack("more-memory", lambda: mutate(open, "/sys/fs/cgroup/memory/memory.limit_in_bytes", "w"))

attack("listening-on-loopback", listeners)
attack("abstract-sockets", abstract_sockets)
with ThreadPoolExecutor(32) as pool:
    for name, address in TARGETS["forbidden"].items():
        pool.submit(attack, "connect-to-" + name, lambda address=address: connect(*address))
    pool.submit(attack, "connect-to-node-by-ipv6", node_by_link_local)
attack("kafka-without-authentication", kafka_without_authentication)
attack("kafka-with-plain", kafka_with_plain)
attack("kafka-with-a-guessed-password", kafka_with_guessed_password)

# What must work, lest all of the above was held by a broken script.
verdicts["control-git"] = connect(*TARGETS["git"])[:9]
verdicts["control-kafka"] = connect(*TARGETS["kafka"])[:9]

# For the clean room to find.
for path in ("/dev/shm/left", "/tmp/left", os.path.expanduser("~/left")):
    open(path, "w").close()
libc.shmget(4711, 4096, 0o1666)
libc.msgget(4711, 0o1666)
libc.mq_open = ctypes.CDLL("librt.so.1").mq_open
verdicts["# queue"] = libc.mq_open(b"/left", os.O_CREAT | os.O_RDWR, 0o666, None)
with open("verdicts", "w") as out:
    out.writelines(f"{name} {verdict}\n" for name, verdict in verdicts.items())
