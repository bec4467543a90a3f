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
    assert_snapshot!(each(&parts, service), @"");
    let annotated = "{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {service.beta.kubernetes.io/load-balancer-source-ranges: '10.0.0.0/8, x'}}, spec: {type: LoadBalancer, ports: [{port: 80}]}}";
    assert_snapshot!(told(annotated), @"");
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
    assert_snapshot!(each(&parts, object), @"");
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
    assert_snapshot!(each(&paths, path), @"");
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
    assert_snapshot!(each(&parts, ingress), @"");
    let class = "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, annotations: {kubernetes.io/ingress.class: nginx}}, spec: {rules: [{}], ingressClassName: other}}";
    assert_snapshot!(told(class), @"");
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
    assert_snapshot!(each(&parts, class), @"");
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
    assert_snapshot!(each(&parts, policy), @"");
    assert_eq!(
        told_by(
            "1.35",
            &policy("egress: [{to: [{ipBlock: {cidr: 10.0.0.1/8}}]}]")
        ),
        ""
    );
    let cidrs = "{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: a}, spec: {cidrs: [10.0.0.0/8, 11.0.0.0/8, x]}}";
    assert_snapshot!(told(cidrs), @"");
}
