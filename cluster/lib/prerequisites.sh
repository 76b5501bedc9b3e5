# What the machine has to offer before a node can run on it. Each failure says what to do about it.
# shellcheck shell=bash
# shellcheck source=settings.sh

PACKAGES=(containerd runc containernetworking-plugins iptables ipset iproute2 openssl curl procps util-linux jq)

check_machine() {
    need_root
    command -v apt-get >/dev/null || fail "This is not a Debian-like system: apt-get is missing." \
        "containerd, runc and the CNI plugins are taken from Debian packages." \
        "Use CLUSTER=current with a cluster of your own instead."
    [ "$(uname -s) $(uname -m)" = "Linux x86_64" ] || fail "The cluster needs Linux on x86_64, this is $(uname -s) on $(uname -m)."
    [ -c /dev/kmsg ] || fail "/dev/kmsg is missing; the kubelet reads the kernel's out-of-memory messages from it." \
        "In a container, pass it in: docker run --privileged --device /dev/kmsg"
    check_cgroups
}

check_cgroups() {
    local controllers wanted=(cpu cpuset memory pids) controller missing=()
    [ -n "$(cgroup_mounts)" ] || fail "No cgroup file system is mounted at /sys/fs/cgroup." \
        "The kubelet limits pods by cgroups. In a container, run it privileged with --cgroupns=host."
    if [ "$(cgroup_version)" = 2 ]; then
        controllers=$(cat /sys/fs/cgroup/cgroup.controllers)
    else
        controllers=$(awk '$3 == "cgroup" { print $4 }' /proc/mounts | tr ',\n' '  ')
        wanted+=(cpuacct devices freezer)
    fi
    for controller in "${wanted[@]}"; do
        [[ " $controllers " == *" $controller "* ]] || missing+=("$controller")
    done
    [ ${#missing[@]} = 0 ] || fail "The kernel does not offer these cgroup controllers: ${missing[*]}" \
        "Boot with cgroup_enable=memory for a missing memory controller; in a container, run it privileged."
}

# Two kube-proxies, or two Calicos, would delete each other's rules.
check_other_kubernetes() {
    local pid
    for pid in $(ps -eo pid=,comm= | awk '$2 ~ /^(kubelet|kube-proxy|k3s-server|calico-node|calico-felix)$/ { print $1 }'); do
        is_ours "$pid" || fail "Another Kubernetes node runs on this machine: process $pid ($(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-80))" \
            "Stop it, or use it with CLUSTER=current."
    done
}

check_firewall_support() {
    local tool table
    for tool in iptables ip6tables; do
        [ $tool = iptables ] || [ -e /proc/sys/net/ipv6 ] || continue
        for table in raw nat filter mangle security; do
            $tool -w -t $table -S >/dev/null 2>&1 || fail "$tool -t $table does not work on this machine." \
                "$($tool -w -t $table -S 2>&1 | head -1)" "The kernel needs nf_tables or ip_tables; NetworkPolicy and services are built on it."
        done
    done
    ipset list -n >/dev/null 2>&1 || fail "ipset does not work on this machine: the kernel needs ip_set." "$(ipset list -n 2>&1 | head -1)"
}

check_addresses_free() {
    local taken address holder
    taken=$(ip -4 route show | awk '$1 != "default" { print }' | grep -E "^${NET//./\\.}\." | grep -v "dev $BRIDGE" | head -1) || true
    [ -z "$taken" ] || fail "The addresses $CLUSTER_NET are in use on this machine: $taken" \
        "Choose another range with AGENTTASK_NET, for example AGENTTASK_NET=10.77"
    for address in "$NODE_IP:$API_PORT" "$NODE_IP:$KUBELET_PORT" 127.0.0.1:{$ETCD_PORT,$ETCD_PEER_PORT,$KUBELET_HEALTH_PORT} \
        127.0.0.1:{$PROXY_HEALTH_PORT,$PROXY_METRICS_PORT,$CONTROLLER_PORT,$SCHEDULER_PORT,$FELIX_HEALTH_PORT}; do
        holder=$(ss -Hltnp "sport = :${address##*:}" | awk -v want="${address%:*}" '{
            host = $4; sub(/:[0-9]+$/, "", host)
            if (host == want || host == "*" || host == "0.0.0.0" || host == "[::]") print $4, $6 }' | head -1)
        [ -z "$holder" ] || fail "Port ${address##*:} is taken by $holder" "The cluster needs $address; stop that program."
    done
}
