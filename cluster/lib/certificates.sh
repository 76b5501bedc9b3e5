# The cluster's own certificate authority and a kubeconfig for each of its programs.
# shellcheck shell=bash
# shellcheck source=settings.sh

PKI=$STATE/pki

make_certificates() {
    [ ! -e "$STATE/admin.kubeconfig" ] || return 0
    mkdir -p "$PKI"
    chmod 700 "$PKI"
    openssl req -x509 "${NEW_KEY[@]}" -days 3650 -subj /CN=agenttask-cluster -keyout "$PKI/ca.key" -out "$PKI/ca.crt" 2>/dev/null
    openssl ecparam -name prime256v1 -genkey -noout -out "$PKI/service-accounts.key"

    certificate kube-apiserver /CN=kube-apiserver "IP:$NODE_IP,IP:$KUBERNETES_IP,IP:127.0.0.1,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
    certificate kubelet-serving "/O=system:nodes/CN=system:node:$NODE" "IP:$NODE_IP,DNS:$NODE"
    certificate etcd /CN=etcd IP:127.0.0.1
    certificate apiserver-client /O=system:masters/CN=kube-apiserver

    kubeconfig admin /O=system:masters/CN=admin
    kubeconfig kube-controller-manager /CN=system:kube-controller-manager
    kubeconfig kube-scheduler /CN=system:kube-scheduler
    kubeconfig kubelet "/O=system:nodes/CN=system:node:$NODE"
    kubeconfig kube-proxy /CN=system:kube-proxy
    kubeconfig calico-node /CN=calico-node
    kubeconfig calico-cni-plugin /CN=calico-cni-plugin
    mv "$PKI/admin.kubeconfig" "$STATE/admin.kubeconfig"
}

# RSA, as Java clients of Kubernetes read it without another library.
NEW_KEY=(-newkey rsa:2048 -nodes)

# certificate NAME SUBJECT [ALTERNATIVE-NAMES]
certificate() {
    local extensions="extendedKeyUsage=clientAuth,serverAuth"
    [ -z "${3:-}" ] || extensions+=$'\n'"subjectAltName=$3"
    openssl req "${NEW_KEY[@]}" -subj "$2" -keyout "$PKI/$1.key" 2>/dev/null |
        openssl x509 -req -days 3650 -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -CAcreateserial \
            -extfile <(printf '%s' "$extensions") -out "$PKI/$1.crt" 2>/dev/null
}

# kubeconfig NAME SUBJECT: a client certificate, wrapped in a kubeconfig that needs no other file.
kubeconfig() {
    certificate "$1" "$2"
    cat >"$PKI/$1.kubeconfig" <<END
apiVersion: v1
kind: Config
clusters:
- name: agenttask
  cluster:
    server: $API_URL
    certificate-authority-data: $(base64 -w0 <"$PKI/ca.crt")
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w0 <"$PKI/$1.crt")
    client-key-data: $(base64 -w0 <"$PKI/$1.key")
contexts:
- name: agenttask
  context: {cluster: agenttask, user: $1}
current-context: agenttask
END
    chmod 600 "$PKI/$1.kubeconfig"
}
