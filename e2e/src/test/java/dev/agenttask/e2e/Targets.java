package dev.agenttask.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a task's pod may not connect to, and what it may, for the scripts of attacks. */
final class Targets {

    private static final String METADATA = "169.254.169.254";

    private Targets() {}

    /** By names, as far as there are, each with host and port. {@code other} is another task's pod, which listens. */
    static Map<String, Object> of(Installation installation, GitServer git, Pod other) throws Exception {
        var node = new Node(installation, other);
        var forbidden = new LinkedHashMap<String, List<Object>>();
        forbidden.put("the-api-server", List.of("kubernetes.default.svc", 443));
        forbidden.put("the-api-server-itself", List.of(node.apiServer(), node.apiPort()));
        forbidden.put("the-kubelet", List.of(node.address(), node.kubeletPort()));
        forbidden.put("the-usual-port-of-a-kubelet", List.of(node.address(), 10250));
        forbidden.put("the-node", List.of(node.address(), 22));
        forbidden.put("the-metadata-address", List.of(METADATA, 80));
        forbidden.put("another-task", List.of(other.getStatus().getPodIP(), 8080));
        forbidden.put("the-operator", List.of(address(installation, "controller"), 8080));
        forbidden.put("the-quorum-of-kafka", List.of(address(installation, "kafka"), 9093));
        forbidden.put("the-inside-of-kafka", List.of(address(installation, "kafka"), 9094));
        return Map.of(
                "forbidden",
                forbidden,
                "node_ports",
                List.of(node.apiPort(), node.kubeletPort(), 10250, 22),
                "kafka",
                List.of("agenttask-kafka." + installation.namespace() + ".svc", 9092),
                "git",
                List.of("git." + git.namespace().name() + ".svc", 80));
    }

    /** By addresses alone, so that no time is lost with DNS: version of the protocol, address and port. */
    static Map<String, List<Object>> addresses(Installation installation, GitServer git, Pod other) throws Exception {
        var node = new Node(installation, other);
        var kubernetes = installation
                .client()
                .services()
                .inNamespace("default")
                .withName("kubernetes")
                .get();
        var targets = new LinkedHashMap<String, List<Object>>();
        targets.put("the-api-server", List.of(4, kubernetes.getSpec().getClusterIP(), 443));
        targets.put("the-api-server-itself", List.of(4, node.apiServer(), node.apiPort()));
        targets.put("the-kubelet", List.of(4, node.address(), node.kubeletPort()));
        targets.put("the-metadata-address", List.of(4, METADATA, 80));
        targets.put("another-task", List.of(4, other.getStatus().getPodIP(), 8080));
        targets.put("the-operator", List.of(4, address(installation, "controller"), 8080));
        targets.put("another-task-by-ipv6", List.of(6, linkLocal(installation, other), 8080));
        // Calico gives this one to the node's end of every pod's link.
        targets.put("the-kubelet-by-ipv6", List.of(6, "fe80::ecee:eeff:feee:eeee", node.kubeletPort()));
        targets.put("the-api-server-by-ipv6", List.of(6, "fe80::ecee:eeff:feee:eeee", node.apiPort()));
        targets.put("the-metadata-address-by-ipv6", List.of(6, "fd00:ec2::254", 80));
        targets.put("control", List.of(4, git.pod().getStatus().getPodIP(), 8080));
        return targets;
    }

    /** The IPv6 address that a pod's kernel gave itself, on which it listens too. */
    private static String linkLocal(Installation installation, Pod pod) throws Exception {
        return installation
                .exec(pod, "agent", Duration.ofSeconds(30), "python3", "-c", """
                        import socket
                        line = next(l for l in open('/proc/net/if_inet6') if l.split()[5] == 'eth0')
                        address = socket.inet_ntop(socket.AF_INET6, bytes.fromhex(line.split()[0]))
                        socket.create_connection((address + '%eth0', 8080), 5)
                        print(address)
                        """)
                .strip();
    }

    private static String address(Installation installation, String component) {
        return installation.pod(component).getStatus().getPodIP();
    }

    private record Node(String apiServer, int apiPort, String address, int kubeletPort) {

        Node(Installation installation, Pod pod) {
            var client = installation.client();
            var node =
                    client.nodes().withName(pod.getSpec().getNodeName()).get().getStatus();
            this(
                    client.getMasterUrl().getHost(),
                    client.getMasterUrl().getPort(),
                    node.getAddresses().stream()
                            .filter(address -> address.getType().equals("InternalIP"))
                            .findFirst()
                            .orElseThrow()
                            .getAddress(),
                    node.getDaemonEndpoints().getKubeletEndpoint().getPort());
        }
    }
}
