# The node's addresses and the firewall around its pods.
# shellcheck shell=bash
# shellcheck source=settings.sh

# What we, the kubelet and kube-proxy change on the machine; the old values come back with cluster/down.
SYSCTLS=(net.ipv4.ip_forward kernel.panic kernel.panic_on_oops vm.overcommit_memory)
# Felix sets this bit on each packet that a policy, or the absence of one, allows.
ACCEPT_MARK=0x10000/0x10000

make_network() {
    [ -e "$STATE/sysctls" ] || sysctl "${SYSCTLS[@]}" >"$STATE/sysctls"
    sysctl -q -w net.ipv4.ip_forward=1
    if [ ! -e "/sys/class/net/$BRIDGE" ]; then
        ip link add "$BRIDGE" type bridge
        ip addr add "$NODE_IP/32" dev "$BRIDGE"
        ip link set "$BRIDGE" up
    fi
    # Service addresses must have a way out before kube-proxy can translate them.
    ip route replace "$SERVICE_NET" dev "$BRIDGE" src "$NODE_IP"
    make_firewall
}

# Pods reach pods and this node, never the world, and nobody outside reaches the cluster.
# Closed by default: what comes from a pod or goes to one passes only if felix has marked it, so nothing is open before felix
# has started or after it has died. That check stands in the security table because it comes after every filter rule.
make_firewall() {
    iptables-restore -w --noflush <<END
*raw
:AGENTTASK - [0:0]
-F AGENTTASK
-A AGENTTASK -i lo -j RETURN
-A AGENTTASK -i cali+ -j RETURN
-A AGENTTASK -d $CLUSTER_NET -j DROP
COMMIT
*filter
:AGENTTASK-FORWARD - [0:0]
:AGENTTASK-INPUT - [0:0]
-F AGENTTASK-FORWARD
-F AGENTTASK-INPUT
-A AGENTTASK-FORWARD -i cali+ -o cali+ -j ACCEPT
-A AGENTTASK-FORWARD -i cali+ -j REJECT --reject-with icmp-admin-prohibited
-A AGENTTASK-FORWARD -o cali+ -j DROP
-A AGENTTASK-INPUT -i cali+ -j ACCEPT
COMMIT
*security
:AGENTTASK - [0:0]
-F AGENTTASK
-A AGENTTASK -i cali+ -m mark ! --mark $ACCEPT_MARK -j DROP
-A AGENTTASK -o cali+ -m mark ! --mark $ACCEPT_MARK -j DROP
COMMIT
END
    insert_once iptables raw PREROUTING AGENTTASK
    insert_once iptables filter FORWARD AGENTTASK-FORWARD
    insert_once iptables filter INPUT AGENTTASK-INPUT
    insert_once iptables security FORWARD AGENTTASK
    insert_once iptables security INPUT AGENTTASK
    [ -e /proc/sys/net/ipv6 ] || return 0
    # The cluster has no IPv6 addresses; what a pod could do with it is reach the node by its link-local address.
    ip6tables-restore -w --noflush <<END
*raw
:AGENTTASK - [0:0]
-F AGENTTASK
-A AGENTTASK -i cali+ -j DROP
COMMIT
END
    insert_once ip6tables raw PREROUTING AGENTTASK
}

insert_once() {
    "$1" -w -t "$2" -C "$3" -j "$4" 2>/dev/null || "$1" -w -t "$2" -I "$3" -j "$4"
}

remove_network() {
    local device set
    remove_rules iptables
    [ ! -e /proc/sys/net/ipv6 ] || remove_rules ip6tables
    for set in $(ipset list -n 2>/dev/null | grep '^cali' || true); do ipset destroy "$set"; done
    for device in /sys/class/net/cali* "/sys/class/net/$BRIDGE"; do
        [ ! -e "$device" ] || ip link del "${device##*/}"
    done
    [ ! -e "$STATE/sysctls" ] || sysctl -q -w -p "$STATE/sysctls"
}

# Rules and chains of ours, of Calico, of kube-proxy and of the CNI portmap plugin. Counters of the others are kept.
remove_rules() {
    local ours='AGENTTASK|cali[-:]|KUBE-|CNI-HOSTPORT|CNI-DN-|CNI-SN-' saved
    saved=$("$1-save" -c 2>/dev/null) || return 0
    grep -qE "$ours" <<<"$saved" || return 0
    grep -vE "$ours" <<<"$saved" | "$1-restore" -w -c
}
