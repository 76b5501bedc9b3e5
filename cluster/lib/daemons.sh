# The programs of the node and their flags, in the order in which they start.
# shellcheck shell=bash
# shellcheck source=settings.sh

start_etcd() {
    start etcd "$BIN/etcd" --name "$NODE" --data-dir "$STATE/etcd" \
        --listen-client-urls "https://127.0.0.1:$ETCD_PORT" --advertise-client-urls "https://127.0.0.1:$ETCD_PORT" \
        --listen-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" --initial-advertise-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" \
        --initial-cluster "$NODE=http://127.0.0.1:$ETCD_PEER_PORT" \
        --client-cert-auth --trusted-ca-file "$STATE/pki/ca.crt" --cert-file "$STATE/pki/etcd.crt" --key-file "$STATE/pki/etcd.key" \
        --log-level error --unsafe-no-fsync
}

start_apiserver() {
    start kube-apiserver "$BIN/kube-apiserver" --bind-address "$NODE_IP" --advertise-address "$NODE_IP" --secure-port "$API_PORT" \
        --etcd-servers "https://127.0.0.1:$ETCD_PORT" --etcd-cafile "$STATE/pki/ca.crt" \
        --etcd-certfile "$STATE/pki/apiserver-client.crt" --etcd-keyfile "$STATE/pki/apiserver-client.key" \
        --client-ca-file "$STATE/pki/ca.crt" \
        --tls-cert-file "$STATE/pki/kube-apiserver.crt" --tls-private-key-file "$STATE/pki/kube-apiserver.key" \
        --kubelet-certificate-authority "$STATE/pki/ca.crt" --kubelet-preferred-address-types InternalIP \
        --kubelet-client-certificate "$STATE/pki/apiserver-client.crt" --kubelet-client-key "$STATE/pki/apiserver-client.key" \
        --service-account-key-file "$STATE/pki/service-accounts.key" --service-account-signing-key-file "$STATE/pki/service-accounts.key" \
        --service-account-issuer https://kubernetes.default.svc.cluster.local --api-audiences https://kubernetes.default.svc.cluster.local \
        --service-cluster-ip-range "$SERVICE_NET" --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction \
        --allow-privileged --profiling=false
}

apiserver_ready() { curl -fsS --max-time 2 --cacert "$STATE/pki/ca.crt" "$API_URL/readyz"; }

start_containerd() {
    mkdir -p "$STATE/run" "$STATE/cni/bin" "$STATE/cni/net.d"
    ln -sf "$BIN/calico" /usr/lib/cni/{host-local,loopback,portmap} "$STATE/cni/bin/"
    render_to "$STATE/cni/net.d/10-agenttask.conflist" "$CLUSTER/config/cni.conflist"
    render_to "$STATE/containerd.toml" "$CLUSTER/config/containerd.toml"
    start containerd containerd --config "$STATE/containerd.toml" --log-level warn
}

# The stock limit of 20 requests a second makes a thousand pods wait for five minutes.
start_controller_manager() {
    local kubeconfig=$STATE/pki/kube-controller-manager.kubeconfig
    start kube-controller-manager "$BIN/kube-controller-manager" --kubeconfig "$kubeconfig" \
        --authentication-kubeconfig "$kubeconfig" --authorization-kubeconfig "$kubeconfig" \
        --bind-address 127.0.0.1 --secure-port "$CONTROLLER_PORT" --leader-elect=false --use-service-account-credentials \
        --service-account-private-key-file "$STATE/pki/service-accounts.key" --root-ca-file "$STATE/pki/ca.crt" \
        --cluster-signing-cert-file "$STATE/pki/ca.crt" --cluster-signing-key-file "$STATE/pki/ca.key" \
        --flex-volume-plugin-dir "$STATE/kubelet/volume-plugins" --kube-api-qps 500 --kube-api-burst 500 --profiling=false
}

start_scheduler() {
    render_to "$STATE/kube-scheduler.yaml" "$CLUSTER/config/kube-scheduler.yaml"
    local kubeconfig=$STATE/pki/kube-scheduler.kubeconfig
    start kube-scheduler "$BIN/kube-scheduler" --config "$STATE/kube-scheduler.yaml" \
        --authentication-kubeconfig "$kubeconfig" --authorization-kubeconfig "$kubeconfig" \
        --bind-address 127.0.0.1 --secure-port "$SCHEDULER_PORT"
}

start_kubelet() {
    render_to "$STATE/kubelet.yaml" "$CLUSTER/config/kubelet.yaml"
    start kubelet "$BIN/kubelet" --config "$STATE/kubelet.yaml" --root-dir "$STATE/kubelet" --cert-dir "$STATE/pki" \
        --kubeconfig "$STATE/pki/kubelet.kubeconfig" --hostname-override "$NODE" --node-ip "$NODE_IP"
}

start_proxy() {
    render_to "$STATE/kube-proxy.yaml" "$CLUSTER/config/kube-proxy.yaml"
    start kube-proxy "$BIN/kube-proxy" --config "$STATE/kube-proxy.yaml"
}

# With its IPv6 support, felix would make the whole machine an IPv6 router, which then no longer listens to the routers of
# its own network. Pods have no IPv6 at all here: make_firewall sees to that.
start_felix() {
    local backend=legacy
    [[ $(iptables --version) != *nf_tables* ]] || backend=nft
    mkdir -p "$STATE/felix/endpoint-status"
    start calico-felix env \
        KUBECONFIG="$STATE/pki/calico-node.kubeconfig" DATASTORE_TYPE=kubernetes FELIX_DATASTORETYPE=kubernetes USE_POD_CIDR=false \
        FELIX_FELIXHOSTNAME="$NODE" FELIX_IPTABLESBACKEND=$backend FELIX_IPV6SUPPORT=false \
        FELIX_BPFENABLED=false FELIX_XDPENABLED=false FELIX_IPINIPENABLED=false FELIX_VXLANENABLED=false FELIX_WIREGUARDENABLED=false \
        FELIX_USAGEREPORTINGENABLED=false FELIX_AWSSRCDSTCHECK=DoNothing \
        FELIX_CHAININSERTMODE=insert FELIX_DEFAULTENDPOINTTOHOSTACTION=RETURN \
        FELIX_IPTABLESFILTERALLOWACTION=RETURN FELIX_IPTABLESFILTERDENYACTION=DROP FELIX_IPTABLESMARKMASK=0xffff0000 \
        FELIX_ENDPOINTSTATUSPATHPREFIX="$STATE/felix" FELIX_LOGFILEPATH=none FELIX_LOGSEVERITYSCREEN=Warning FELIX_LOGSEVERITYSYS=none \
        FELIX_HEALTHENABLED=true FELIX_HEALTHHOST=127.0.0.1 FELIX_HEALTHPORT="$FELIX_HEALTH_PORT" \
        "$BIN/calico-felix" --config-file "$STATE/felix/none.cfg"
}
