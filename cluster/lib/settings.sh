# Sourced by every script of cluster/: where the node keeps its things, and under which addresses it is reached.
# shellcheck shell=bash
CLUSTER=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../../scripts/common.sh
source "$CLUSTER/../scripts/common.sh"
PATH=$PATH:/usr/sbin:/sbin

# One node per machine, whichever checkout started it.
STATE=${AGENTTASK_STATE:-/var/lib/agenttask-cluster}
LOGS=$STATE/logs
NODE=agenttask
BIN=$AGENTTASK_CACHE/bin

# All addresses are in one /16 that exists on this machine only: pods, services, and the node on a bridge without ports.
# A cluster that was started keeps its range.
NET=$(cat "$STATE/agenttask-cluster" 2>/dev/null || echo "${AGENTTASK_NET:-10.201}")
CLUSTER_NET=$NET.0.0/16
POD_NET=$NET.0.0/17
SERVICE_NET=$NET.128.0/20
KUBERNETES_IP=$NET.128.1
DNS_IP=$NET.128.10
NODE_IP=$NET.255.1
BRIDGE=agenttask0

API_PORT=17443 KUBELET_PORT=17250
ETCD_PORT=17379 ETCD_PEER_PORT=17380
KUBELET_HEALTH_PORT=17248 PROXY_HEALTH_PORT=17256 PROXY_METRICS_PORT=17249
CONTROLLER_PORT=17257 SCHEDULER_PORT=17259 FELIX_HEALTH_PORT=17099
API_URL=https://$NODE_IP:$API_PORT

CONTAINERD_SOCKET=$STATE/run/containerd.sock
PAUSE_IMAGE=agenttask.dev/cluster/pause:1
COREDNS_IMAGE=agenttask.dev/cluster/coredns:1
COMPONENTS=(etcd kube-apiserver containerd kube-controller-manager kube-scheduler kubelet kube-proxy calico-felix)

kube() { kubectl --kubeconfig "$STATE/admin.kubeconfig" "$@"; }
containerd_ctl() { ctr --address "$CONTAINERD_SOCKET" --namespace k8s.io "$@"; }

need_root() {
    [ "$(id -u)" = 0 ] || fail "The single-node cluster runs as root." \
        "Run this as root, or set CLUSTER=current to use the cluster of your kubeconfig."
}

# One up, down or build at a time. The lock is given back when the script ends, so no daemon may inherit descriptor 9.
lock() {
    exec 9>"$AGENTTASK_CACHE/cluster.lock"
    flock -n 9 && return
    say "Another cluster/up, down or build is at work; waiting for it"
    flock 9
}

# render FILE: the file with each @NAME@ replaced by the value of the variable NAME.
render() {
    local text name
    text=$(<"$1")
    while [[ $text =~ @([A-Z_]+)@ ]]; do
        name=${BASH_REMATCH[1]}
        text=${text//"@$name@"/${!name}}
    done
    printf '%s\n' "$text"
}

# render_to FILE TEMPLATE: leaves a file alone that would not change, as kube-proxy ends itself when its settings are written.
render_to() { render "$2" | cmp -s - "$1" || render "$2" >"$1"; }
