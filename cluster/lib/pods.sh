# The pods of the node as containerd, the kubelet and the kernel have them, without asking the API server.
# shellcheck shell=bash
# shellcheck source=settings.sh

# containers_of NAMESPACE POD FILTER: the ids of a pod's containers that have a label; its sandbox is one of them.
containers_of() {
    local labels='labels."io.kubernetes.pod.namespace"'
    containerd_ctl containers list --quiet "$labels==$1,labels.\"io.kubernetes.pod.name\"==$2,labels.$3"
}

# shims_of SANDBOX...: the processes that hold these pods.
shims_of() {
    local pid id
    for pid in $(our_processes); do
        for id in "$@"; do
            if tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qE "^[^ ]*containerd-shim[^ ]* .*-id $id "; then echo "$pid"; fi
        done
    done
}

# process_of CONTAINER...: the first process of each container that runs.
process_of() {
    local id
    for id in "$@"; do containerd_ctl tasks list | awk -v id="$id" '$1 == id && $3 == "RUNNING" { print $2 }'; done
}
