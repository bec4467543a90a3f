//! Selectors, ports and routes, and what two objects cannot both have.

use std::fmt::Write;

use insta::assert_snapshot;

use super::tests::{check, check_files};

/// A workload that serves port 8080 as `http`.
fn workload(name: &str, labels: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  selector: {{matchLabels: {{{labels}}}}}
  template:
    metadata: {{labels: {{{labels}}}}}
    spec:
      containers:
      - name: {name}
        image: acme/{name}:1.4.2
        ports: [{{name: http, containerPort: 8080}}]
---
"
    )
}

fn web() -> String {
    workload("web", "app: web")
}

/// An object with a specification.
fn object(version: &str, kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: {version}
kind: {kind}
metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
spec: {spec}
---
"
    )
}

fn service(name: &str, spec: &str) -> String {
    object("v1", "Service", name, spec)
}

#[test]
fn expressions() {
    let budget = |selector: &str| {
        let spec = format!("{{maxUnavailable: 1, selector: {selector}}}");
        let budget = object("policy/v1", "PodDisruptionBudget", "web", &spec);
        check(&(web() + &budget))
    };
    let expression = |key: &str, operator: &str, values: &str| {
        budget(&format!(
            "{{matchExpressions: [{{key: {key}, operator: {operator}, values: {values}}}]}}"
        ))
    };
    assert_snapshot!(expression("app", "In", "[api, web]"), @"");
    assert_snapshot!(expression("app", "In", "[api, wbe]"), @"17: warning no pod has the labels `app in (api,wbe)`");
    assert_snapshot!(expression("app", "NotIn", "[api]"), @"");
    assert_snapshot!(expression("app", "Exists", "[]"), @"");
    assert_snapshot!(expression("tier", "DoesNotExist", "[]"), @"");
    let both =
        "{matchLabels: {app: web}, matchExpressions: [{key: app, operator: NotIn, values: [web]}]}";
    assert_snapshot!(budget(both), @"17: warning no pod has the labels `app=web,app not in (web)`");
    // Nothing has such a key, so an operator may make these pods.
    assert_snapshot!(expression("tier", "In", "[front]"), @"");
}

#[test]
fn services_that_select_too_much() {
    let job = "apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      restartPolicy: Never
      containers: [{name: migrate, image: 'acme/web:1.4.2'}]
---
";
    let numbered = service(
        "web",
        "{selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}",
    );
    let named = service(
        "web",
        "{selector: {app: web}, ports: [{port: 80, targetPort: http}]}",
    );
    assert_snapshot!(check(&(web() + job + &numbered)), @"27: warning the Service also sends requests for port 8080 to the pods of Job/migrate, which do not list it");
    // The pods of the Job have no port of this name, and are left out.
    assert_snapshot!(check(&(web() + job + &named)), @"");
    let database = workload("db", "app: web, role: db")
        .replace("http, containerPort: 8080", "sql, containerPort: 5432");
    assert_snapshot!(check(&(web() + &database + &numbered)), @"30: warning the Service also sends requests for port 8080 to the pods of Deployment/db, which do not list it");
    // Two versions of one program.
    let next = workload("next", "app: web, version: next");
    assert_snapshot!(check(&(web() + &next + &numbered)), @"");
}

#[test]
fn ports_that_no_container_lists() {
    let target = |ports: &str| {
        let yaml = web()
            + &service(
                "web",
                &format!("{{selector: {{app: web}}, ports: [{ports}]}}"),
            );
        check_files(&[("envs/prod/all.yaml", &yaml)])
    };
    assert_snapshot!(target("{port: 80, targetPort: 8080}"), @"");
    assert_snapshot!(target("{port: 8080}"), @"");
    assert_snapshot!(target("{port: 80}"), @"17: info no selected pod lists port 80");
    assert_snapshot!(target("{port: 80, targetPort: 3000}"), @"17: info no selected pod lists port 3000");
}

#[test]
fn hooks_ask_ports() {
    let hook = |hook: &str, port: &str| {
        let web = web();
        let web = web.trim_end_matches("---\n");
        check(&format!(
            "{web}        lifecycle: {{{hook}: {{httpGet: {{port: {port}}}}}}}\n"
        ))
    };
    assert_snapshot!(hook("postStart", "http"), @"");
    assert_snapshot!(hook("postStart", "htp"), @"13: error the container has no port `htp`");
    assert_snapshot!(hook("preStop", "htp"), @"13: warning the container has no port `htp`");
    assert_snapshot!(hook("preStop", "'8081'"), @"");
    // What fills in names is yet to come.
    assert_snapshot!(hook("preStop", "HELMSUBST_PORT"), @"");
}

#[test]
fn policies_select_pods() {
    let policy = |spec: &str| {
        let policy = object("networking.k8s.io/v1", "NetworkPolicy", "web", spec);
        let namespaces = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: monitoring}}\n---\n";
        check(
            &(workload("web", "app: front")
                + namespaces
                + &service(
                    "web",
                    "{selector: {app: front}, ports: [{port: 80, targetPort: http}]}",
                )
                + &policy),
        )
    };
    assert_snapshot!(policy("{podSelector: {matchLabels: {app: front}}}"), @"");
    assert_snapshot!(policy("{podSelector: {matchLabels: {app: fornt}}}"), @"26: warning no pod has the labels `app=fornt`");
    assert_snapshot!(policy("{podSelector: {}}"), @"");
    let from = |peer: &str| {
        policy(&format!(
            "{{podSelector: {{}}, ingress: [{{from: [{peer}]}}]}}"
        ))
    };
    assert_snapshot!(from("{podSelector: {matchLabels: {app: front}}}"), @"");
    assert_snapshot!(from("{podSelector: {matchLabels: {app: fornt}}}"), @"26: warning no pod has the labels `app=fornt`");
    // Others may deploy it.
    assert_snapshot!(from("{podSelector: {matchLabels: {app: prometheus}}}"), @"");
    assert_snapshot!(from("{namespaceSelector: {matchLabels: {name: monitoring}}}"), @"26: warning namespace `monitoring` does not have the label `name=monitoring`");
    assert_snapshot!(from("{namespaceSelector: {matchLabels: {name: elsewhere}}}"), @"");
    assert_snapshot!(from("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}"), @"");
    assert_snapshot!(from("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}, podSelector: {matchLabels: {app: fornt}}}"), @"26: warning no pod has the labels `app=fornt`");
    let port = |port: &str| {
        policy(&format!(
            "{{podSelector: {{matchLabels: {{app: front}}}}, ingress: [{{ports: [{{port: {port}}}]}}]}}"
        ))
    };
    assert_snapshot!(port("http"), @"");
    assert_snapshot!(port("htp"), @"26: warning no selected pod has a port `htp`");
    assert_snapshot!(port("8080"), @"");
    assert_snapshot!(port("80"), @"26: warning port 80 is the port of Service `web`, but its pods listen on `http`");
    assert_snapshot!(port("9090"), @"");
    // What lets the pods' own port in may name that of the Service as well.
    assert_snapshot!(policy("{podSelector: {matchLabels: {app: front}}, ingress: [{ports: [{port: 8080}, {port: 80}]}]}"), @"");
}

#[test]
fn pods_resolve_names() {
    let policies = |specs: &[&str]| {
        let all: String = specs
            .iter()
            .enumerate()
            .map(|(at, spec)| {
                object(
                    "networking.k8s.io/v1",
                    "NetworkPolicy",
                    &format!("p{at}"),
                    spec,
                )
            })
            .collect();
        check(&(web() + &all))
    };
    let database = "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]}";
    let dns =
        "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}";
    let system = "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]}]}";
    let elsewhere = "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: db}}}]}]}";
    assert_snapshot!(policies(&[database]), @"17: warning no policy lets the pods of Deployment/web reach a name server");
    assert_snapshot!(policies(&[database, dns]), @"");
    assert_snapshot!(policies(&[database, system]), @"");
    assert_snapshot!(policies(&[database, elsewhere]), @"17: warning no policy lets the pods of Deployment/web reach a name server");
    assert_snapshot!(policies(&["{podSelector: {}, policyTypes: [Egress]}"]), @"17: info no policy lets the pods of Deployment/web reach a name server");
    // What is named, and may talk to nobody, is meant to.
    assert_snapshot!(policies(&["{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}"]), @"");
    assert_snapshot!(policies(&["{podSelector: {}, policyTypes: [Ingress]}"]), @"");
    assert_snapshot!(policies(&["{podSelector: {}, policyTypes: [Egress], egress: [{}]}"]), @"");
    let ranges =
        "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 1, endPort: 1024}]}]}";
    assert_snapshot!(policies(&[ranges]), @"");
}

#[test]
fn monitors_select_services() {
    let monitor = |labels: &str, port: &str| {
        let spec =
            format!("{{selector: {{matchLabels: {{{labels}}}}}, endpoints: [{{port: {port}}}]}}");
        let monitor = object("monitoring.coreos.com/v1", "ServiceMonitor", "m", &spec);
        let service = service(
            "front",
            "{selector: {app: web}, ports: [{name: http, port: 80}]}",
        );
        check(&(web() + &service + &monitor))
    };
    assert_snapshot!(monitor("app: front", "http"), @"");
    assert_snapshot!(monitor("app: front", "metrics"), @"22: warning no selected Service has a port `metrics`");
    // The labels of its pods, and almost its own.
    assert_snapshot!(monitor("app: web", "http"), @"22: warning no Service has the labels `app=web`");
    assert_snapshot!(monitor("app: fornt", "http"), @"22: warning no Service has the labels `app=fornt`");
    assert_snapshot!(monitor("app: grafana", "http"), @"");
    let pods = |port: &str| {
        let spec = format!(
            "{{selector: {{matchLabels: {{app: web}}}}, podMetricsEndpoints: [{{port: {port}}}]}}"
        );
        check(&(web() + &object("monitoring.coreos.com/v1", "PodMonitor", "m", &spec)))
    };
    assert_snapshot!(pods("http"), @"");
    assert_snapshot!(pods("metrics"), @"17: warning no selected pod has a port `metrics`");
}

#[test]
fn pods_spread() {
    let spec = |more: &str| {
        let web = web();
        check(&format!("{}      {more}\n", web.trim_end_matches("---\n")))
    };
    let spread = |selector: &str| {
        spec(&format!(
            "topologySpreadConstraints: [{{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule{selector}}}]"
        ))
    };
    assert_snapshot!(spread(", labelSelector: {matchLabels: {app: web}}"), @"");
    assert_snapshot!(spread(", labelSelector: {matchLabels: {app: api}}"), @"13: warning the pod itself does not match `app=api`");
    assert_snapshot!(spread(", labelSelector: {}"), @"");
    assert_snapshot!(spread(""), @"13: warning the constraint selects no pods, so it spreads none");
    let avoid = |app: &str| {
        spec(&format!(
            "affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{topologyKey: zone, labelSelector: {{matchLabels: {{{app}}}}}}}]}}}}"
        ))
    };
    assert_snapshot!(avoid("app: web"), @"");
    assert_snapshot!(avoid("app: api"), @"13: warning no pod has the labels `app=api`");
    assert_snapshot!(avoid("k8s-app: dns"), @"");
}

#[test]
fn workloads_overlap() {
    let two = |a: &str, b: &str| check(&(workload("one", a) + &workload("two", b)));
    assert_snapshot!(two("app: web", "app: web"), @"18: warning Deployment/one selects the same pods");
    assert_snapshot!(two("app: web", "app: api"), @"");
    assert_snapshot!(two("app: web", "app: web, role: worker"), @"");
}

#[test]
fn routes_lead_to_services() {
    let route = |version: &str, kind: &str, spec: &str| {
        let service = service(
            "web",
            "{selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}",
        );
        check(&(web() + &service + &object(version, kind, "r", spec)))
    };
    let ingress = |name: &str, port: &str| {
        let spec = format!(
            "{{rules: [{{http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {name}, port: {{{port}}}}}}}}}]}}}}]}}"
        );
        route("networking.k8s.io/v1", "Ingress", &spec)
    };
    assert_snapshot!(ingress("web", "number: 80"), @"");
    assert_snapshot!(ingress("web", "name: http"), @"");
    assert_snapshot!(ingress("web", "number: 8080"), @"22: error Service `web` has no port `8080`");
    assert_snapshot!(ingress("web", "name: https"), @"22: error Service `web` has no port `https`");
    assert_snapshot!(ingress("web", "name: use-annotation"), @"");
    assert_snapshot!(ingress("web-grafana", "number: 80"), @"22: info there is no Service `web-grafana` here");
    assert_snapshot!(ingress("wed", "number: 80"), @"22: warning there is no Service `wed`");
    assert_snapshot!(ingress("grafana", "number: 80"), @"22: info there is no Service `grafana` here");
    let http = |backend: &str| {
        route(
            "gateway.networking.k8s.io/v1",
            "HTTPRoute",
            &format!("{{rules: [{{backendRefs: [{backend}]}}]}}"),
        )
    };
    assert_snapshot!(http("{name: web, port: 80}"), @"");
    assert_snapshot!(http("{name: web, port: 8080}"), @"22: error Service `web` has no port `8080`");
    assert_snapshot!(http("{name: web, namespace: other, port: 80}"), @"22: warning Service `web` is in namespace `shop`, not in `other`");
    assert_snapshot!(http("{group: example.com, kind: Bucket, name: wed}"), @"");
    let virtual_service = |host: &str, port: &str| {
        route(
            "networking.istio.io/v1",
            "VirtualService",
            &format!(
                "{{http: [{{route: [{{destination: {{host: {host}, port: {{number: {port}}}}}}}]}}]}}"
            ),
        )
    };
    assert_snapshot!(virtual_service("web.shop.svc.cluster.local", "80"), @"");
    assert_snapshot!(virtual_service("web", "8080"), @"22: error Service `web` has no port `8080`");
    assert_snapshot!(virtual_service("example.com", "8080"), @"");
    assert_snapshot!(route("traefik.io/v1alpha1", "IngressRoute", "{routes: [{services: [{name: web, port: 81}]}]}"), @"22: error Service `web` has no port `81`");
    assert_snapshot!(route("route.openshift.io/v1", "Route", "{to: {kind: Service, name: web}, port: {targetPort: 8080}}"), @"");
    assert_snapshot!(route("route.openshift.io/v1", "Route", "{to: {kind: Service, name: web}, port: {targetPort: https}}"), @"22: error Service `web` has no port `https`");
    let hook = "apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: h}
webhooks:
- name: h.acme.example
  clientConfig: {service: {name: web, namespace: shop}}
";
    let service = service(
        "web",
        "{selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}",
    );
    assert_snapshot!(check(&(web() + &service + hook)), @"24: error Service `web` has no port `443`");
    assert_snapshot!(check(&(web() + &service.replace("port: 80,", "port: 443,") + hook)), @"");
}

#[test]
fn ports_of_nodes_and_hosts_are_taken_once() {
    let node_port = |name: &str, port: &str| {
        service(
            name,
            &format!("{{type: NodePort, ports: [{{port: 80, nodePort: {port}}}]}}"),
        )
    };
    assert_snapshot!(check(&(node_port("a", "30080") + &node_port("b", "30080"))), @"9: error Service `a` also uses node port 30080");
    assert_snapshot!(check(&(node_port("a", "30080") + &node_port("b", "30081"))), @"");
    assert_snapshot!(check(&(node_port("a", "null") + &node_port("b", "null"))), @"");
    let (a, b) = (node_port("a", "30080"), node_port("b", "30080"));
    let built = check_files(&[
        ("a.yaml", &a),
        ("b.yaml", &b),
        ("kustomization.yaml", "resources: [a.yaml, b.yaml]"),
    ]);
    assert_snapshot!(built, @"4: error Service `a` also uses node port 30080");
    // Nothing says that both reach one cluster.
    assert_snapshot!(check_files(&[("one/a.yaml", &a), ("two/b.yaml", &b)]), @"");
    let agent = |name: &str, spec: &str| {
        let labels = format!("app: {name}");
        workload(name, &labels)
            .replace("kind: Deployment", "kind: DaemonSet")
            .replace(
                "      containers:",
                &format!("      {spec}\n      containers:"),
            )
            .replace("containerPort: 8080", "containerPort: 8080, hostPort: 9100")
    };
    assert_snapshot!(check(&(agent("a", "") + &agent("b", ""))), @"27: warning DaemonSet/a also uses port 9100 on the same nodes");
    assert_snapshot!(check(&(agent("a", "nodeSelector: {os: linux}") + &agent("b", "nodeSelector: {os: windows}"))), @"");
    let ingress = |name: &str, path: &str| {
        let spec = format!(
            "{{rules: [{{host: shop.example.com, http: {{paths: [{{path: {path}, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}}}]}}"
        );
        object("networking.k8s.io/v1", "Ingress", name, &spec)
    };
    assert_snapshot!(check(&(ingress("a", "/") + &ingress("b", "/"))), @"9: info Ingress `a` also claims `shop.example.com/`");
    assert_snapshot!(check(&(ingress("a", "/") + &ingress("b", "/api"))), @"");
    let at = |name: &str, entry: &str| {
        let labels = format!("labels: {{app: {name}}}");
        let annotations = format!(
            "{labels}, annotations: {{traefik.ingress.kubernetes.io/router.entrypoints: {entry}}}"
        );
        ingress(name, "/").replace(&labels, &annotations)
    };
    assert_snapshot!(check(&(at("a", "web") + &at("b", "websecure"))), @"");
    assert_snapshot!(check(&(at("a", "web") + &at("b", "web"))), @"9: info Ingress `a` also claims `shop.example.com/`");
}

/// An operator makes pods that have the name of its object in their labels.
#[test]
fn operators_make_pods() {
    let cluster = |kind: &str| object("ceph.example.org/v1", kind, "store", "{}");
    let select = |version: &str, kind: &str, spec: &str| {
        let own = object(version, kind, "store", spec);
        let selected = |others: &str| check(&(web() + &own + others));
        (selected(""), selected(&cluster("StoreCluster")))
    };
    let (without, with) = select("v1", "Service", "{selector: {app: store-manager}}");
    assert_snapshot!(without, @"17: warning no pod has the labels `app=store-manager`");
    assert_snapshot!(with, @"");
    let selector = "{podSelector: {matchLabels: {app: store-manager}}}";
    let (without, with) = select("networking.k8s.io/v1", "NetworkPolicy", selector);
    assert_snapshot!(without, @"17: warning no pod has the labels `app=store-manager`");
    assert_snapshot!(with, @"");
}

/// What is in files that nothing asks for may be examples, one beside the other.
#[test]
fn examples_stand_by_themselves() {
    let numbered = service(
        "web",
        "{selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}",
    );
    let database = workload("db", "app: web, role: db")
        .replace("http, containerPort: 8080", "sql, containerPort: 5432");
    let told = "30: warning the Service also sends requests for port 8080 to the pods of Deployment/db, which do not list it";
    assert_eq!(check(&(web() + &database + &numbered)).trim_end(), told);
    let apart = [("web.yaml", &*(web() + &numbered)), ("db.yaml", &*database)];
    assert_snapshot!(check_files(&apart), @"");
    let other = service("web", "{selector: {app: wbe}, ports: [{port: 80}]}");
    let samples = |folder: &str| {
        let files = [("web.yaml", web()), ("service.yaml", other.clone())];
        let files = files.map(|(name, text)| (format!("{folder}/{name}"), text));
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (&**name, &**text))
            .collect();
        check_files(&files)
    };
    assert_snapshot!(samples("shop"), @"4: warning no pod has the labels `app=wbe`");
    assert_snapshot!(samples("shop/samples"), @"");
    // Where the namespace is not known, another example may be meant.
    let nowhere = |text: String| text.replace("namespace: shop, ", "");
    let route = object(
        "networking.k8s.io/v1",
        "Ingress",
        "web",
        "{defaultBackend: {service: {name: api, port: {number: 8080}}}}",
    );
    let api = service("api", "{ports: [{port: 3000}]}");
    let both = |route: &str, api: &str| {
        check_files(&[("first/all.yaml", route), ("second/all.yaml", api)])
    };
    assert_snapshot!(both(&route, &api), @"4: warning Service `api` has no port `8080`");
    assert_snapshot!(both(&nowhere(route), &nowhere(api)), @"");
}

/// A chart's own values may leave out pods that those of whoever installs it bring.
#[test]
fn charts_may_bring_pods_by_other_values() {
    let chart = |label: &str| {
        check_files(&[
            ("Chart.yaml", "{apiVersion: v2, name: shop, version: 1.0.0}"),
            (
                "templates/all.yaml",
                &(workload("web", "app: front")
                    + &service("engine", &format!("{{selector: {{app: {label}}}}}"))),
            ),
        ])
    };
    assert_snapshot!(chart("engine"), @"");
    assert_snapshot!(chart("fornt"), @"17: warning no pod has the labels `app=fornt`");
}

#[test]
fn ever_so_many_objects_cost_little_each() {
    use super::selector::{Index, Selector, Steps};
    use manifest::Source;

    // Selectors that no index helps with, and that select nothing.
    let cost = |count: usize| {
        let steps = Steps::default();
        let mut index = Index::default();
        let mut text = String::from("matchExpressions:\n");
        for number in 0..count {
            writeln!(text, "- {{key: app, operator: NotIn, values: [a{number}]}}").unwrap();
        }
        let source = Source::built_in("selector", &text);
        let node = source.documents().documents.remove(0);
        let names: Vec<String> = (0..count).map(|at| format!("a{at}")).collect();
        for name in &names {
            index.push(vec![("app", name)], 0);
        }
        let selector = Selector::of(Some(node.view())).unwrap();
        assert_eq!(index.selected(&selector, &steps).count(), 0);
        steps.taken()
    };
    assert_eq!(cost(1000) * 10, cost(10_000));
}

#[test]
fn a_namespace_that_is_not_written_may_be_any() {
    let nowhere = |yaml: String| yaml.replace(", namespace: shop", "");
    let service = service("web", "{selector: {app: web}, ports: [{port: 80}]}");
    let wrong = object("v1", "Service", "web", "{selector: {app: wbe}}");
    let ingress = object(
        "networking.k8s.io/v1",
        "Ingress",
        "web",
        "{rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}",
    );
    assert_snapshot!(check(&(nowhere(web()) + &service)), @"");
    assert_snapshot!(check(&(web() + &nowhere(service.clone()))), @"");
    assert_snapshot!(check(&(nowhere(web()) + &workload("api", "app: api") + &wrong)), @"30: warning no pod has the labels `app=wbe`");
    assert_snapshot!(check(&(web() + &service + &nowhere(ingress.clone()))), @"");
    assert_snapshot!(check(&(web() + &nowhere(service) + &ingress)), @"");
}

#[test]
fn what_comes_with_the_cluster_or_an_operator_is_not_missing() {
    let dns = |namespace: &str| {
        let yaml = workload("cache", "k8s-app: dns-cache")
            + &service(
                "dns",
                "{selector: {k8s-app: kube-dns}, ports: [{port: 53}]}",
            );
        check(&yaml.replace("namespace: shop", &format!("namespace: {namespace}")))
    };
    assert_snapshot!(dns("kube-system"), @"");
    assert_snapshot!(dns("dns"), @"17: warning no pod has the labels `k8s-app=kube-dns`");
    let route = object(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        "alerts",
        "{rules: [{backendRefs: [{name: vmalertmanager-main, port: 9093}]}]}",
    );
    let service = service("vmalertmanager-mian", "{ports: [{port: 9093}]}");
    let manager = object(
        "operator.victoriametrics.com/v1beta1",
        "VMAlertmanager",
        "main",
        "{replicaCount: 1}",
    );
    assert_snapshot!(check(&(service.clone() + &route)), @"9: warning there is no Service `vmalertmanager-main`");
    assert_snapshot!(check(&(service + &route + &manager)), @"");
}
