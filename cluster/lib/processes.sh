# The daemons of the node. All of them, and all pods, live in the cgroup /agenttask: what is in there is ours, nothing else is.
# So a stale pid file can never hit a stranger, and nothing of ours can be missed.
# They also share a mount namespace: volumes, root file systems and network namespaces vanish with the last process.
# shellcheck shell=bash
# shellcheck source=settings.sh

# Folders with fixed names in containerd, the kubelet and Calico; in our mount namespace they are empty ones of our own.
PRIVATE_FOLDERS=(/run/containerd /run/netns /var/lib/cni /var/lib/calico /var/lib/kubelet /var/log/containers)

cgroup_version() { if [ "$(stat -fc %T /sys/fs/cgroup 2>/dev/null)" = cgroup2fs ]; then echo 2; else echo 1; fi; }
cgroup_mounts() { awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts; }

# The hierarchy that is asked who belongs to us.
cgroup_tree() {
    if [ "$(cgroup_version)" = 2 ]; then echo /sys/fs/cgroup/agenttask; else
        awk '$3 == "cgroup" && $4 ~ /(^|,)pids(,|$)/ { print $2 "/agenttask" }' /proc/mounts
    fi
}

our_processes() {
    local tree
    tree=$(cgroup_tree)
    [ ! -d "$tree" ] || find "$tree" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u
}

is_ours() { grep -qE ':/agenttask(/|$)' "/proc/$1/cgroup" 2>/dev/null; }

make_cgroups() {
    local mount controller
    for mount in $(cgroup_mounts); do
        mkdir -p "$mount/agenttask"
        if [ -e "$mount/cpuset.cpus" ]; then
            # A version 1 cpuset is born without processors and memory.
            cat "$mount/cpuset.cpus" >"$mount/agenttask/cpuset.cpus"
            cat "$mount/cpuset.mems" >"$mount/agenttask/cpuset.mems"
            echo 1 >"$mount/agenttask/cgroup.clone_children"
        fi
        for controller in $(cat "$mount/cgroup.controllers" 2>/dev/null || true); do
            echo "+$controller" >"$mount/cgroup.subtree_control" 2>/dev/null || true
            echo "+$controller" >"$mount/agenttask/cgroup.subtree_control" 2>/dev/null || true
        done
        mkdir -p "$mount/agenttask/daemons"
        favour_daemons "$mount/agenttask/daemons"
    done
}

# favour_daemons CGROUP: pods that want more than the node has must not keep the API server from answering. Elsewhere it has a
# machine of its own. All pods together have 1024 shares for each processor.
favour_daemons() {
    if [ -e "$1/cpu.shares" ]; then echo $((8192 * $(nproc))) >"$1/cpu.shares"; fi
    if [ -e "$1/cpu.weight" ]; then echo 10000 >"$1/cpu.weight"; fi
}

remove_cgroups() {
    local mount attempt
    for mount in $(cgroup_mounts); do
        for attempt in {1..50}; do
            [ -d "$mount/agenttask" ] || break
            find "$mount/agenttask" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
        done
        [ ! -d "$mount/agenttask" ] || note "could not remove the cgroup $mount/agenttask (attempt $attempt)"
    done
}

# running NAME: whether the daemon of that name, started by us, is alive.
running() {
    local pid
    pid=$(cat "$STATE/pids/$1" 2>/dev/null) || return 1
    is_ours "$pid" && [[ "$(ps -o stat=,comm= -p "$pid")" =~ ^[^ZX].*\ "${1:0:15}"$ ]]
}

# start NAME COMMAND...: starts a daemon unless it runs; its output goes to logs/NAME.log.
start() {
    local name=$1 mount enter=()
    shift
    ! running "$name" || return 0
    enter=(new_namespace)
    [ -z "$(our_processes)" ] || enter=(exec setsid nsenter --mount --target "$(namespace_member)" --wd="$STATE")
    (
        for mount in $(cgroup_mounts); do echo "$BASHPID" >"$mount/agenttask/daemons/cgroup.procs"; done
        exec </dev/null >>"$LOGS/$name.log" 2>&1 9>&-
        "${enter[@]}" "$@"
    ) &
    # Until it has moved there it looks like a process that has ended, or is someone else's.
    while kill -0 $! 2>/dev/null && ! is_ours $!; do sleep 0.02; done
    echo $! >"$STATE/pids/$name"
    namespace_member >/dev/null
}

# new_namespace COMMAND...: goes on as the command, in a mount namespace of its own with the private folders.
new_namespace() {
    mkdir -p "${PRIVATE_FOLDERS[@]}"
    # shellcheck disable=SC2016
    exec setsid unshare --mount --propagation slave bash -c \
        'for folder in '"${PRIVATE_FOLDERS[*]}"'; do mount -t tmpfs -o mode=755 agenttask "$folder" || exit; done; exec "$@"' -- "$@"
}

# A process that is in our mount namespace; waits while the first one is still making it.
namespace_member() {
    local attempt pid
    for attempt in {1..250}; do
        for pid in $(our_processes); do
            if grep -q "^agenttask ${PRIVATE_FOLDERS[-1]} " "/proc/$pid/mounts" 2>/dev/null; then echo "$pid" && return; fi
        done
        sleep 0.02
    done
    fail "No process of the cluster is in its mount namespace (attempt $attempt)." "Run cluster/down, then cluster/up."
}

# wait_for NAME SECONDS WHAT COMMAND...: waits until the command succeeds; fails as soon as the daemon NAME has died.
wait_for() {
    local name=$1 deadline=$((SECONDS + $2)) what=$3 pid
    shift 3
    until "$@" >/dev/null 2>&1; do
        pid=$(cat "$STATE/pids/$name")
        if ! is_ours "$pid"; then
            tail -5 "$LOGS/$name.log" >&2
            fail "$name has ended by itself while waiting for $what." "Its log: $LOGS/$name.log"
        fi
        [ $SECONDS -lt $deadline ] || fail "Gave up waiting for $what." "See $LOGS/$name.log"
        sleep 0.1
    done
}

kill_all() {
    local attempt pids
    for attempt in {1..200}; do
        pids=$(our_processes)
        [ -n "$pids" ] || return 0
        # shellcheck disable=SC2086
        kill -9 $pids 2>/dev/null || true
        sleep 0.05
    done
    fail "These processes of the cluster do not end (attempt $attempt): $(our_processes | tr '\n' ' ')"
}
