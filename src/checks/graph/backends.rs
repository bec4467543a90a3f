//! The Services that objects send requests to.

use manifest::{FieldPath, View};

use super::ports::{Port, port};
use super::{Placed, path};

/// A Service that something is sent to, and where that is written.
pub(super) struct Backend<'a> {
    /// The namespace; none if it is that of the object.
    pub(super) namespace: Option<&'a str>,
    pub(super) name: &'a str,
    /// The way to the name.
    pub(super) at: FieldPath,
    /// The port, if one is named or there is a default, and the way to it.
    pub(super) port: Option<(Port<'a>, FieldPath)>,
    /// Whether the port may be that of the pods as well.
    pub(super) takes_target_port: bool,
}

/// Where objects of some kinds name Services.
struct Place {
    group: &'static str,
    kinds: &'static [&'static str],
    /// The way to the references; `*` stands for each item of a list.
    way: &'static [&'static str],
    form: &'static Form,
}

/// How a reference is written.
struct Form {
    name: &'static str,
    /// The ways to the port, from the reference; the first that is written counts.
    ports: &'static [&'static [&'static str]],
    /// The port that is taken where none is written.
    default: Option<&'static str>,
}

const INGRESS: Form = Form {
    name: "name",
    ports: &[&["port", "number"], &["port", "name"]],
    default: None,
};

const OLD_INGRESS: Form = Form {
    name: "serviceName",
    ports: &[&["servicePort"]],
    default: None,
};

const PLAIN: Form = Form {
    name: "name",
    ports: &[&["port"]],
    default: None,
};

const ISTIO: Form = Form {
    name: "host",
    ports: &[&["port", "number"]],
    default: None,
};

const NAME_ONLY: Form = Form {
    name: "name",
    ports: &[],
    default: None,
};

/// What the API server calls.
const CALLED: Form = Form {
    name: "name",
    ports: &[&["port"]],
    default: Some("443"),
};

const INGRESSES: &[&str] = &["Ingress"];
const ROUTES: &[&str] = &["GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"];
const TRAEFIK: &[&str] = &["IngressRoute", "IngressRouteTCP", "IngressRouteUDP"];
const VIRTUAL: &[&str] = &["VirtualService"];
const HOOKS: &[&str] = &[
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

const fn place(
    group: &'static str,
    kinds: &'static [&'static str],
    way: &'static [&'static str],
    form: &'static Form,
) -> Place {
    Place {
        group,
        kinds,
        way,
        form,
    }
}

const PATHS: &[&str] = &["spec", "rules", "*", "http", "paths", "*", "backend"];
const SERVICE_PATHS: &[&str] = &[
    "spec", "rules", "*", "http", "paths", "*", "backend", "service",
];
const MIRRORS: &[&str] = &[
    "spec",
    "rules",
    "*",
    "filters",
    "*",
    "requestMirror",
    "backendRef",
];
const CONVERSION: &[&str] = &["spec", "conversion", "webhook", "clientConfig", "service"];

const PLACES: [Place; 17] = [
    place("networking.k8s.io", INGRESSES, SERVICE_PATHS, &INGRESS),
    place(
        "networking.k8s.io",
        INGRESSES,
        &["spec", "defaultBackend", "service"],
        &INGRESS,
    ),
    place("networking.k8s.io", INGRESSES, PATHS, &OLD_INGRESS),
    place("extensions", INGRESSES, PATHS, &OLD_INGRESS),
    place(
        "gateway.networking.k8s.io",
        ROUTES,
        &["spec", "rules", "*", "backendRefs", "*"],
        &PLAIN,
    ),
    place("gateway.networking.k8s.io", ROUTES, MIRRORS, &PLAIN),
    place(
        "traefik.io",
        TRAEFIK,
        &["spec", "routes", "*", "services", "*"],
        &PLAIN,
    ),
    place(
        "traefik.containo.us",
        TRAEFIK,
        &["spec", "routes", "*", "services", "*"],
        &PLAIN,
    ),
    place(
        "projectcontour.io",
        &["HTTPProxy"],
        &["spec", "routes", "*", "services", "*"],
        &PLAIN,
    ),
    place(
        "networking.istio.io",
        VIRTUAL,
        &["spec", "http", "*", "route", "*", "destination"],
        &ISTIO,
    ),
    place(
        "networking.istio.io",
        VIRTUAL,
        &["spec", "tcp", "*", "route", "*", "destination"],
        &ISTIO,
    ),
    place(
        "networking.istio.io",
        VIRTUAL,
        &["spec", "tls", "*", "route", "*", "destination"],
        &ISTIO,
    ),
    place(
        "route.openshift.io",
        &["Route"],
        &["spec", "to"],
        &NAME_ONLY,
    ),
    place(
        "route.openshift.io",
        &["Route"],
        &["spec", "alternateBackends", "*"],
        &NAME_ONLY,
    ),
    place(
        "admissionregistration.k8s.io",
        HOOKS,
        &["webhooks", "*", "clientConfig", "service"],
        &CALLED,
    ),
    place(
        "apiregistration.k8s.io",
        &["APIService"],
        &["spec", "service"],
        &CALLED,
    ),
    place(
        "apiextensions.k8s.io",
        &["CustomResourceDefinition"],
        CONVERSION,
        &CALLED,
    ),
];

/// The Services that an object sends requests to.
pub(super) fn of<'a>(placed: Placed<'a>) -> Vec<Backend<'a>> {
    let gvk = &placed.object.id.gvk;
    let mut found = Vec::new();
    for place in &PLACES {
        if *gvk.group == *place.group && place.kinds.contains(&&*gvk.kind) {
            let mut take = |view, at| found.extend(backend(view, at, place.form));
            each(
                placed.object.node.view(),
                place.way,
                FieldPath::default(),
                &mut take,
            );
        }
    }
    if let (true, [to]) = (
        placed.is("route.openshift.io", "Route"),
        found.as_mut_slice(),
    ) {
        let keys = ["spec", "port", "targetPort"];
        let written = placed.object.node.view().get_path(&keys);
        to.port = written.and_then(port).map(|port| (port, path(keys)));
        to.takes_target_port = true;
    }
    found
}

/// Gives each value that a way leads to, with its path.
fn each<'a>(
    view: View<'a>,
    way: &[&str],
    at: FieldPath,
    take: &mut impl FnMut(View<'a>, FieldPath),
) {
    let Some((first, rest)) = way.split_first() else {
        take(view, at);
        return;
    };
    if *first != "*" {
        if let Some(view) = view.get(first) {
            let mut at = at;
            at.push_key(first);
            each(view, rest, at, take);
        }
        return;
    }
    for (index, view) in view.items().enumerate() {
        let mut at = at.clone();
        at.push_index(index);
        each(view, rest, at, take);
    }
}

fn backend<'a>(view: View<'a>, at: FieldPath, form: &Form) -> Option<Backend<'a>> {
    let is = |key: &str, wanted: &str| view.get(key).is_none_or(|own| own.text() == wanted);
    if !is("kind", "Service") || !is("group", "") {
        return None;
    }
    let written = view.get(form.name)?.text();
    let (name, namespace) = match form.name {
        "host" => host(written)?,
        _ => (written, view.get("namespace").map(View::text)),
    };
    let with = |keys: &[&str]| {
        let mut path = at.clone();
        for key in keys {
            path.push_key(key);
        }
        path
    };
    let mut ports = form.ports.iter();
    let port = ports.find_map(|keys| {
        let port = port(view.get_path(keys)?)?;
        Some((port, with(keys)))
    });
    let default = || {
        let default = form.default?;
        Some((Port::Number(default), with(&["name"])))
    };
    Some(Backend {
        namespace: namespace.filter(|own| !own.is_empty()),
        name,
        at: with(&[form.name]),
        port: port.or_else(default),
        takes_target_port: false,
    })
}

/// The Service and the namespace that a host within the cluster means.
fn host(text: &str) -> Option<(&str, Option<&str>)> {
    let text = text
        .strip_suffix(".svc.cluster.local")
        .or_else(|| text.strip_suffix(".svc"))
        .map_or_else(
            || (!text.contains('.')).then_some((text, None)),
            |inner| {
                let (name, namespace) = inner.split_once('.')?;
                Some((name, Some(namespace)))
            },
        )?;
    (!text.0.is_empty()).then_some(text)
}
