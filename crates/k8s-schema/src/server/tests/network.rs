use insta::assert_snapshot;

use super::{each, fine, told, told_by};

fn service(spec: &str) -> String {
    format!("{{apiVersion: v1, kind: Service, metadata: {{name: a}}, spec: {{{spec}}}}}")
}

#[test]
fn services_that_are_fine() {
    fine(
        &[
            "ports: [{port: 80}]",
            "ports: [{port: 80, targetPort: 0}]",
            "clusterIP: None",
            "type: ExternalName, externalName: example.com.",
            "type: NodePort, ports: [{port: 80, nodePort: 30080}]",
            "ports: [{port: 53, name: a, protocol: UDP}, {port: 53, name: b}]",
            "type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}], externalTrafficPolicy: Local",
            "ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv4, IPv6], ports: [{port: 80}]",
            "sessionAffinity: None, sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}, ports: [{port: 80}]",
            "type: '${TYPE}', ports: [{port: 80, nodePort: 1}]",
            "externalIPs: [10.1.2.3], externalTrafficPolicy: Cluster, ports: [{port: 80}]",
        ],
        service,
    );
}

#[test]
fn services_that_are_refused() {
    let parts = [
        "ports: []",
        "ports: [{port: 0}, {port: 80, name: A}]",
        "ports: [{port: 80, name: a}, {port: 80, name: a}]",
        "ports: [{port: 80, targetPort: '8080'}, {port: 81, name: b, targetPort: 70000}]",
        "ports: [{port: 80, nodePort: 30000}]",
        "type: NodePort, ports: [{port: 80, nodePort: 8080}]",
        "type: LoadBalancer, clusterIP: None, ports: [{port: 80}]",
        "type: ExternalName, externalName: '', clusterIP: 10.0.0.1",
        "type: ExternalName, externalName: A_b",
        "clusterIP: none, ports: [{port: 80}]",
        "clusterIP: 10.0.0.1, ipFamilies: [IPv6], ports: [{port: 80}]",
        "clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2], ports: [{port: 80}]",
        "ipFamilies: [IPv4, IPv6], ports: [{port: 80}]",
        "ipFamilies: [IPv4, IPv4], ports: [{port: 80}]",
        "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}, ports: [{port: 80}]",
        "externalIPs: [127.0.0.1, 010.0.0.1, a], ports: [{port: 80}]",
        "loadBalancerSourceRanges: [10.0.0.1], loadBalancerClass: a.io/b, allocateLoadBalancerNodePorts: true, ports: [{port: 80}]",
        "externalTrafficPolicy: Local, healthCheckNodePort: 30000, ports: [{port: 80}]",
        "selector: {a b: c}, ports: [{port: 80}]",
    ];
    assert_snapshot!(each(&parts, service), @r#"
    ports: []
      spec.ports: `ports` is empty
    ports: [{port: 0}, {port: 80, name: A}]
      spec.ports[0].name `name` is missing in `ports[0]` (one of several ports needs a name)
      spec.ports[0].port `port` `0` must be between 1 and 65535
      spec.ports[1].name `name` `A` must consist of lower-case letters, digits and `-`, and begin and end with a letter or digit
    ports: [{port: 80, name: a}, {port: 80, name: a}]
      spec.ports[1].name duplicate port `a`
    ports: [{port: 80, targetPort: '8080'}, {port: 81, name: b, targetPort: 70000}]
      spec.ports[0].name `name` is missing in `ports[0]` (one of several ports needs a name)
      spec.ports[0].targetPort `targetPort` `8080` as a port's name must contain a letter
      spec.ports[1].targetPort `targetPort` `70000` must be between 1 and 65535
    ports: [{port: 80, nodePort: 30000}]
      spec.ports[0].nodePort: `nodePort` must not be set with the type `ClusterIP`
    type: NodePort, ports: [{port: 80, nodePort: 8080}]
      spec.ports[0].nodePort `nodePort` `8080` must be between 30000 and 32767, the ports that nodes have for Services
    type: LoadBalancer, clusterIP: None, ports: [{port: 80}]
      spec.clusterIP `clusterIP` `None` must not be `None` for the type `LoadBalancer`
    type: ExternalName, externalName: '', clusterIP: 10.0.0.1
      spec.clusterIP: `clusterIP` must not be set with the type `ExternalName`
      spec.externalName: `externalName` is empty (the type `ExternalName` needs it)
    type: ExternalName, externalName: A_b
      spec.externalName `externalName` `A_b` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
    clusterIP: none, ports: [{port: 80}]
      spec.clusterIP `clusterIP` `none` is not a valid IP address
    clusterIP: 10.0.0.1, ipFamilies: [IPv6], ports: [{port: 80}]
      spec.clusterIP `clusterIP` `10.0.0.1` must be of IPv6, as `ipFamilies` says
    clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2], ports: [{port: 80}]
      spec.clusterIPs `clusterIPs` must begin with the address in `clusterIP`
    ipFamilies: [IPv4, IPv6], ports: [{port: 80}]
      spec.ipFamilyPolicy `ipFamilyPolicy` is missing in `spec` (two families of addresses need `RequireDualStack` or `PreferDualStack`)
    ipFamilies: [IPv4, IPv4], ports: [{port: 80}]
      spec.ipFamilies[1] duplicate entry `IPv4`
    sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}, ports: [{port: 80}]
      spec.sessionAffinityConfig.clientIP.timeoutSeconds `timeoutSeconds` `0` must be between 1 and 86400
    externalIPs: [127.0.0.1, 010.0.0.1, a], ports: [{port: 80}]
      spec.externalIPs[0] `externalIPs[0]` `127.0.0.1` must not be a loopback address
      spec.externalIPs[1] `externalIPs[1]` `010.0.0.1` must not have leading zeros
      spec.externalIPs[2] `externalIPs[2]` `a` is not a valid IP address
    loadBalancerSourceRanges: [10.0.0.1], loadBalancerClass: a.io/b, allocateLoadBalancerNodePorts: true, ports: [{port: 80}]
      spec.loadBalancerSourceRanges: `loadBalancerSourceRanges` may only be set with the type `LoadBalancer`
      spec.loadBalancerSourceRanges[0] `loadBalancerSourceRanges[0]` `10.0.0.1` is not a valid CIDR block, such as `10.9.8.0/24`
      spec.loadBalancerClass: `loadBalancerClass` may only be set with the type `LoadBalancer`
      spec.allocateLoadBalancerNodePorts: `allocateLoadBalancerNodePorts` may only be set with the type `LoadBalancer`
    externalTrafficPolicy: Local, healthCheckNodePort: 30000, ports: [{port: 80}]
      spec.externalTrafficPolicy: `externalTrafficPolicy` may only be set for Services that are reachable from outside
      spec.healthCheckNodePort: `healthCheckNodePort` may only be set with the type `LoadBalancer` and the external traffic policy `Local`
    selector: {a b: c}, ports: [{port: 80}]
      spec.selector["a b"]: the key `a b` must consist of letters, digits, `-`, `_` and `.`, begin and end with a letter or digit, and may have a domain and a `/` before that
    "#);
    let annotated = "{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {service.beta.kubernetes.io/load-balancer-source-ranges: '10.0.0.0/8, x'}}, spec: {type: LoadBalancer, ports: [{port: 80}]}}";
    assert_snapshot!(told(annotated), @r#"metadata.annotations["service.beta.kubernetes.io/load-balancer-source-ranges"] `service.beta.kubernetes.io/load-balancer-source-ranges` `10.0.0.0/8, x` is not a valid CIDR block, such as `10.9.8.0/24`"#);
    assert_eq!(
        told_by(
            "1.35",
            &service("externalIPs: [010.0.0.1], ports: [{port: 80}]")
        ),
        ""
    );
}

#[test]
fn endpoints() {
    let object = |part: &str| format!("{{metadata: {{name: a}}, {part}}}");
    let parts = [
        "apiVersion: v1, kind: Endpoints, subsets: [{ports: [{port: 80}]}]",
        "apiVersion: v1, kind: Endpoints, subsets: [{addresses: [{ip: 169.254.0.1, hostname: A}], ports: [{port: 0}, {port: 80, name: b}]}]",
        "apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4, endpoints: [{addresses: []}, {addresses: ['::1', '2001:db8::1']}]",
        "apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: FQDN, endpoints: [{addresses: [a]}], ports: [{}, {}]",
    ];
    assert_snapshot!(each(&parts, object), @r"
    apiVersion: v1, kind: Endpoints, subsets: [{ports: [{port: 80}]}]
      apiVersion `Endpoints` of `v1` is deprecated since Kubernetes 1.33 (use `EndpointSlice` of `discovery.k8s.io/v1`)
      subsets[0] `subsets[0]` must have `addresses` or `notReadyAddresses`
    apiVersion: v1, kind: Endpoints, subsets: [{addresses: [{ip: 169.254.0.1, hostname: A}], ports: [{port: 0}, {port: 80, name: b}]}]
      apiVersion `Endpoints` of `v1` is deprecated since Kubernetes 1.33 (use `EndpointSlice` of `discovery.k8s.io/v1`)
      subsets[0].addresses[0].ip `ip` `169.254.0.1` must not be a link-local address
      subsets[0].addresses[0].hostname `hostname` `A` must consist of lower-case letters, digits and `-`, and begin and end with a letter or digit
      subsets[0].ports[0].name `name` is missing in `ports[0]` (one of several ports needs a name)
      subsets[0].ports[0].port `port` `0` must be between 1 and 65535
    apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4, endpoints: [{addresses: []}, {addresses: ['::1', '2001:db8::1']}]
      endpoints[0].addresses: `addresses` is empty
      endpoints[1].addresses[0] `addresses[0]` `::1` must be of IPv4, as `addressType` says
      endpoints[1].addresses[1] `addresses[1]` `2001:db8::1` must be of IPv4, as `addressType` says
    apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: FQDN, endpoints: [{addresses: [a]}], ports: [{}, {}]
      ports[1] there is already a port without a name
      endpoints[0].addresses[0] `addresses[0]` `a` must be a domain of at least two parts between dots
    ");
}

#[test]
fn ingresses() {
    let ingress = |spec: &str| {
        format!(
            "{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: a}}, spec: {{{spec}}}}}"
        )
    };
    let path = |part: &str| {
        ingress(&format!(
            "rules: [{{http: {{paths: [{{backend: {{service: {{name: a, port: {{number: 80}}}}}}, {part}}}]}}}}]"
        ))
    };
    fine(
        &[
            "path: /, pathType: Prefix",
            "pathType: ImplementationSpecific",
            "path: '${PATH}', pathType: Exact",
        ],
        path,
    );
    let paths = [
        "pathType: Prefix",
        "path: a, pathType: Exact",
        "path: /a//b, pathType: Prefix",
        "path: /a/.., pathType: Prefix",
        "path: a, pathType: ImplementationSpecific",
        "path: /",
    ];
    assert_snapshot!(each(&paths, path), @r"
    pathType: Prefix
      spec.rules[0].http.paths[0].path `path` is missing in `paths[0]` (paths of the types `Exact` and `Prefix` begin with `/`)
    path: a, pathType: Exact
      spec.rules[0].http.paths[0].path `path` `a` must begin with `/`
    path: /a//b, pathType: Prefix
      spec.rules[0].http.paths[0].path `path` `/a//b` must not contain `//`
    path: /a/.., pathType: Prefix
      spec.rules[0].http.paths[0].path `path` `/a/..` must not end with `/..`
    path: a, pathType: ImplementationSpecific
      spec.rules[0].http.paths[0].path `path` `a` must begin with `/`
    path: /
      spec.rules[0].http.paths[0].pathType `pathType` is missing in `paths[0]`
    ");
    fine(
        &[
            "defaultBackend: {resource: {apiGroup: a.io, kind: A, name: b}}",
            "rules: [{host: '*.example.com'}], tls: [{hosts: [example.com], secretName: a}]",
            "rules: [{host: '{{ host }}'}]",
        ],
        ingress,
    );
    let parts = [
        "",
        "rules: [{host: '*'}, {host: 10.0.0.1}, {host: A.b}, {host: 'a.b:80'}]",
        "rules: [{http: {paths: []}}]",
        "defaultBackend: {}",
        "defaultBackend: {service: {name: a}}",
        "defaultBackend: {service: {name: A, port: {number: 1, name: a}}}",
        "defaultBackend: {service: {name: a, port: {number: 80}}, resource: {kind: a/b, name: ''}}",
        "rules: [{}], tls: [{hosts: ['a.*'], secretName: A}], ingressClassName: A",
    ];
    assert_snapshot!(each(&parts, ingress), @r"
      spec `spec` must have `rules` or `defaultBackend`
    rules: [{host: '*'}, {host: 10.0.0.1}, {host: A.b}, {host: 'a.b:80'}]
      spec.rules[0].host `host` `*` must begin with `*.`, followed by a domain, and contain no other `*`
      spec.rules[1].host `host` `10.0.0.1` must be the name of a host, not an IP address
      spec.rules[2].host `host` `A.b` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
      spec.rules[3].host `host` `a.b:80` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
    rules: [{http: {paths: []}}]
      spec.rules[0].http.paths: `paths` is empty
    defaultBackend: {}
      spec.defaultBackend `defaultBackend` must have either `service` or `resource`
    defaultBackend: {service: {name: a}}
      spec.defaultBackend.service.port `port` is missing in `service`
    defaultBackend: {service: {name: A, port: {number: 1, name: a}}}
      spec.defaultBackend.service.name `name` `A` must consist of lower-case letters, digits and `-`, and begin and end with a letter or digit
      spec.defaultBackend.service.port.name: `name` must not be set together with `number`
    defaultBackend: {service: {name: a, port: {number: 80}}, resource: {kind: a/b, name: ''}}
      spec.defaultBackend.resource: `resource` must not be set together with `service`
    rules: [{}], tls: [{hosts: ['a.*'], secretName: A}], ingressClassName: A
      spec.tls[0].hosts[0] `hosts[0]` `a.*` must begin with `*.`, followed by a domain, and contain no other `*`
      spec.tls[0].secretName `secretName` `A` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
      spec.ingressClassName `ingressClassName` `A` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
    ");
    let class = "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, annotations: {kubernetes.io/ingress.class: nginx}}, spec: {rules: [{}], ingressClassName: other}}";
    assert_snapshot!(told(class), @r#"metadata.annotations["kubernetes.io/ingress.class"] `kubernetes.io/ingress.class` `nginx` must equal `ingressClassName`, which is `other`"#);
}

#[test]
fn classes() {
    let class = |spec: &str| {
        format!(
            "{{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {{name: a}}, spec: {{{spec}}}}}"
        )
    };
    fine(
        &[
            "controller: a.io/b",
            "controller: a.io/b, parameters: {kind: A, name: a}",
        ],
        class,
    );
    let parts = [
        "controller: a",
        "controller: a.io/b, parameters: {kind: A, name: a, scope: Namespace}",
        "controller: a.io/b, parameters: {kind: A, name: a, namespace: b}",
    ];
    assert_snapshot!(each(&parts, class), @r"
    controller: a
      spec.controller `controller` `a` must be a domain and a path with `/` between them, such as `example.com/name`
    controller: a.io/b, parameters: {kind: A, name: a, scope: Namespace}
      spec.parameters.namespace `namespace` is missing in `parameters`
    controller: a.io/b, parameters: {kind: A, name: a, namespace: b}
      spec.parameters.namespace: `namespace` may only be set with the scope `Namespace`
    ");
}

#[test]
fn policies() {
    let policy = |spec: &str| {
        format!(
            "{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: a}}, spec: {{{spec}}}}}"
        )
    };
    fine(
        &[
            "podSelector: {}, ingress: [{}], policyTypes: [Ingress]",
            "podSelector: {}, egress: [{ports: [{port: 1, endPort: 2}, {protocol: UDP}], to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]",
            "ingress: [{from: [{podSelector: {}, namespaceSelector: {}}]}]",
        ],
        policy,
    );
    let parts = [
        "ingress: [{ports: [{port: 0}, {port: '80'}, {endPort: 5}, {port: http, endPort: 5}, {port: 5, endPort: 4}]}]",
        "ingress: [{from: [{}, {ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]",
        "egress: [{to: [{ipBlock: {cidr: ''}}, {ipBlock: {cidr: 10.0.0.1}}, {ipBlock: {cidr: 10.0.0.1/8}}, {ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16, 10.0.0.0/8]}}]}]",
        "podSelector: {matchLabels: {a: b c}}",
    ];
    assert_snapshot!(each(&parts, policy), @r"
    ingress: [{ports: [{port: 0}, {port: '80'}, {endPort: 5}, {port: http, endPort: 5}, {port: 5, endPort: 4}]}]
      spec.ingress[0].ports[0].port `port` `0` must be between 1 and 65535
      spec.ingress[0].ports[1].port `port` `80` as a port's name must contain a letter
      spec.ingress[0].ports[2].endPort: `endPort` may only be set together with `port`
      spec.ingress[0].ports[3].endPort: `endPort` may only be set together with the number of a port
      spec.ingress[0].ports[4].endPort `endPort` `4` must not be less than `port`, which is 5
    ingress: [{from: [{}, {ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]
      spec.ingress[0].from[0] `from[0]` must have `podSelector`, `namespaceSelector` or `ipBlock`
      spec.ingress[0].from[1].ipBlock: `ipBlock` must not be set together with a selector
    egress: [{to: [{ipBlock: {cidr: ''}}, {ipBlock: {cidr: 10.0.0.1}}, {ipBlock: {cidr: 10.0.0.1/8}}, {ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16, 10.0.0.0/8]}}]}]
      spec.egress[0].to[0].ipBlock.cidr: `cidr` is empty
      spec.egress[0].to[1].ipBlock.cidr `cidr` `10.0.0.1` is not a valid CIDR block, such as `10.9.8.0/24`
      spec.egress[0].to[2].ipBlock.cidr `cidr` `10.0.0.1/8` must not have bits set beyond the prefix
      spec.egress[0].to[3].ipBlock.except[0] `except[0]` `11.0.0.0/16` must be inside `10.0.0.0/8`, and smaller
      spec.egress[0].to[3].ipBlock.except[1] `except[1]` `10.0.0.0/8` must be inside `10.0.0.0/8`, and smaller
    podSelector: {matchLabels: {a: b c}}
      spec.podSelector.matchLabels.a `a` `b c` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit
    ");
    assert_eq!(
        told_by(
            "1.35",
            &policy("egress: [{to: [{ipBlock: {cidr: 10.0.0.1/8}}]}]")
        ),
        ""
    );
    let cidrs = "{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: a}, spec: {cidrs: [10.0.0.0/8, 11.0.0.0/8, x]}}";
    assert_snapshot!(told(cidrs), @r"
    spec.cidrs `cidrs` must not have more than 2 items
    spec.cidrs[2] `cidrs[2]` `x` is not a valid CIDR block, such as `10.9.8.0/24`
    ");
}
