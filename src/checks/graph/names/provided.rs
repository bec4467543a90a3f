//! What makes ConfigMaps and Secrets, and with which keys.

use std::borrow::Cow;

use manifest::{Object, View};

use super::sorts::{CLAIM, CONFIG_MAP, SECRET, Sort};

/// An object that will be there, or may be.
pub(crate) struct Provision<'a> {
    /// What it is.
    pub(crate) sort: &'static Sort,
    /// Its name.
    pub(crate) name: Cow<'a, str>,
    /// Where it is, if it differs from where its maker is.
    pub(super) place: Place,
    /// What makes it.
    pub(crate) maker: Maker,
    /// What a ConfigMap or Secret holds.
    pub(crate) keys: Keys<'a>,
}

impl Provision<'_> {
    /// Whether it may be in any namespace.
    pub(crate) fn is_anywhere(&self) -> bool {
        self.place == Place::Anywhere
    }
}

/// Where something is that an object makes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where its maker is.
    Beside,
    /// In any namespace.
    Anywhere,
}

/// What makes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Maker {
    /// It is written down itself.
    Plain,
    /// A SealedSecret.
    Sealed,
    /// A controller, from what it asks others for.
    Controller,
}

/// The keys of a ConfigMap or Secret.
#[derive(Clone, Copy)]
pub(crate) enum Keys<'a> {
    /// They are not known.
    Open,
    /// These.
    Fixed(&'static [&'static str]),
    /// Those of the object itself.
    Own(View<'a>),
    /// Those of the object itself, and those that its annotation has a generator add.
    Generated(View<'a>, &'a str),
    /// Those of a SealedSecret's `spec`.
    Sealed(View<'a>),
    /// Those of an ExternalSecret's `spec`.
    Asked(View<'a>),
}

const DATA: [&str; 3] = ["data", "stringData", "binaryData"];

impl<'a> Keys<'a> {
    /// Whether it has a key; none if that is not known.
    pub(crate) fn has(&self, key: &str) -> Option<bool> {
        let is_in = |view: View<'a>, path: &[&str]| {
            let map = view.get_path(path);
            map.is_some_and(|map| map.get(key).is_some())
        };
        match self {
            Self::Open => None,
            Self::Fixed(keys) => Some(keys.contains(&key)),
            Self::Own(view) => Some(DATA.iter().any(|map| is_in(*view, &[map]))),
            Self::Generated(..) => Some(self.names().contains(&key)),
            Self::Sealed(view) => {
                let is_there =
                    is_in(*view, &["encryptedData"]) || is_in(*view, &["template", "data"]);
                Some(is_there)
            }
            Self::Asked(_) => Some(self.names().contains(&key)),
        }
    }

    /// A key, where it is written.
    pub(super) fn find(&self, key: &str) -> Option<View<'a>> {
        let within = |view: View<'a>, path: &[&str]| {
            let mut entries = view.get_path(path).into_iter().flat_map(View::entries);
            entries
                .find(|entry| entry.key.text() == key)
                .map(|entry| entry.key)
        };
        match self {
            Self::Open | Self::Fixed(_) => None,
            Self::Own(view) | Self::Generated(view, _) => {
                DATA.iter().find_map(|map| within(*view, &[map]))
            }
            Self::Sealed(view) => {
                let sealed = within(*view, &["encryptedData"]);
                sealed.or_else(|| within(*view, &["template", "data"]))
            }
            Self::Asked(view) => within(*view, &["target", "template", "data"]).or_else(|| {
                let items = view.get("data").into_iter().flat_map(View::items);
                let mut keys = items.filter_map(|item| item.get("secretKey"));
                keys.find(|own| own.text() == key)
            }),
        }
    }

    /// All of them that are known.
    pub(crate) fn names(&self) -> Vec<&'a str> {
        let of = |view: View<'a>, path: &[&str]| {
            let entries = view.get_path(path).into_iter().flat_map(View::entries);
            entries.map(|entry| entry.key.text()).collect::<Vec<_>>()
        };
        match self {
            Self::Open => Vec::new(),
            Self::Fixed(keys) => keys.to_vec(),
            Self::Own(view) => DATA.iter().flat_map(|map| of(*view, &[map])).collect(),
            Self::Generated(view, list) => {
                let own = DATA.iter().flat_map(|map| of(*view, &[map]));
                own.chain(list.split(',').map(str::trim)).collect()
            }
            Self::Sealed(view) => {
                let mut keys = of(*view, &["encryptedData"]);
                keys.extend(of(*view, &["template", "data"]));
                keys
            }
            Self::Asked(view) => {
                let template = of(*view, &["target", "template", "data"]);
                let merges = view.get_path(&["target", "template", "mergePolicy"]);
                if !template.is_empty() && merges.is_none_or(|policy| policy.text() != "Merge") {
                    return template;
                }
                let items = view.get("data").into_iter().flat_map(View::items);
                let keys = items.filter_map(|item| Some(item.get("secretKey")?.text()));
                keys.chain(template).collect()
            }
        }
    }
}

/// What an object makes, itself included.
pub(crate) fn provided(object: &Object) -> Vec<Provision<'_>> {
    let id = &object.id;
    let view = object.node.view();
    let mut found = Vec::new();
    if let Some(sort) = Sort::of(&id.gvk.group, &id.gvk.kind) {
        let place = match is_copied(view) {
            true => Place::Anywhere,
            false => Place::Beside,
        };
        found.push(Provision {
            sort,
            name: Cow::Borrowed(&id.name),
            place,
            maker: Maker::Plain,
            keys: own_keys(view),
        });
    }
    let spec = view.get("spec");
    match (&*id.gvk.group, &*id.gvk.kind) {
        ("bitnami.com", "SealedSecret") => found.extend(sealed(object)),
        ("external-secrets.io" | "kubernetes-client.io", "ExternalSecret") => {
            found.extend(spec.map(|spec| asked(spec, &id.name, Place::Beside)));
        }
        ("external-secrets.io", "ClusterExternalSecret") => {
            let asking = spec.and_then(|spec| spec.get("externalSecretSpec"));
            let name = spec.and_then(|spec| spec.get("externalSecretName"));
            let name = name.map_or(&*id.name, View::text);
            found.extend(asking.map(|spec| asked(spec, name, Place::Anywhere)));
        }
        ("cert-manager.io", "Certificate") => found.extend(spec.and_then(certificate)),
        ("cert-manager.io", "Issuer" | "ClusterIssuer") => {
            let name = view.get_path(&["spec", "acme", "privateKeySecretRef", "name"]);
            found.extend(name.map(|name| secret(name.text(), Place::Anywhere)));
        }
        ("networking.k8s.io" | "extensions", "Ingress") if is_issued(view) => {
            let tls = spec.and_then(|spec| spec.get("tls"));
            let names = tls.into_iter().flat_map(View::items);
            let names = names.filter_map(|item| item.get("secretName"));
            found.extend(names.map(|name| issued(name.text())));
        }
        ("gateway.networking.k8s.io", "Gateway") if is_issued(view) => {
            let listeners = spec.and_then(|spec| spec.get("listeners"));
            let listeners = listeners.into_iter().flat_map(View::items);
            let lists = listeners.filter_map(|own| own.get_path(&["tls", "certificateRefs"]));
            let names = lists
                .flat_map(View::items)
                .filter_map(|own| own.get("name"));
            found.extend(names.map(|name| issued(name.text())));
        }
        ("", "Service") => {
            let annotations = view.get_path(&["metadata", "annotations"]);
            let names = SERVING.iter().filter_map(|key| annotations?.get(key));
            found.extend(names.map(|name| Provision {
                keys: Keys::Fixed(&["tls.crt", "tls.key"]),
                ..secret(name.text(), Place::Beside)
            }));
        }
        ("cloudcredential.openshift.io", "CredentialsRequest") => {
            let name = view.get_path(&["spec", "secretRef", "name"]);
            found.extend(name.map(|name| secret(name.text(), Place::Anywhere)));
        }
        ("secretgenerator.mittwald.de", "StringSecret" | "BasicAuth" | "SSHKeyPair") => {
            found.push(secret(&id.name, Place::Beside));
        }
        ("apps", "StatefulSet") => found.extend(claims(object)),
        _ => {}
    }
    found
}

/// What has OpenShift make a certificate for a Service, in a Secret of that name.
const SERVING: [&str; 2] = [
    "service.beta.openshift.io/serving-cert-secret-name",
    "service.alpha.openshift.io/serving-cert-secret-name",
];

fn secret<'a>(name: &'a str, place: Place) -> Provision<'a> {
    Provision {
        sort: &SECRET,
        name: Cow::Borrowed(name),
        place,
        maker: Maker::Controller,
        keys: Keys::Open,
    }
}

fn issued(name: &str) -> Provision<'_> {
    Provision {
        keys: Keys::Fixed(&["tls.crt", "tls.key", "ca.crt"]),
        ..secret(name, Place::Beside)
    }
}

fn certificate(spec: View<'_>) -> Option<Provision<'_>> {
    let name = spec.get("secretName")?.text();
    let has_more = ["keystores", "additionalOutputFormats"];
    let mut made = match has_more.iter().any(|field| spec.get(field).is_some()) {
        true => secret(name, Place::Beside),
        false => issued(name),
    };
    if is_marked(spec.get("secretTemplate"), &COPIED) {
        made.place = Place::Anywhere;
    }
    Some(made)
}

fn sealed(object: &Object) -> Option<Provision<'_>> {
    let spec = object.node.view().get("spec")?;
    let template = spec.get("template");
    let field = |name: &str| {
        let field = template.and_then(|own| own.get_path(&["metadata", name]));
        field.map(View::text).filter(|text| !text.is_empty())
    };
    let is_patch = is_marked(
        template.and_then(|own| own.get("metadata")),
        &["sealedsecrets.bitnami.com/patch"],
    );
    Some(Provision {
        sort: &SECRET,
        name: Cow::Borrowed(field("name").unwrap_or(&object.id.name)),
        place: Place::Beside,
        maker: Maker::Sealed,
        keys: match is_patch || is_copied(template.unwrap_or(spec)) {
            true => Keys::Open,
            false => Keys::Sealed(spec),
        },
    })
}

/// What comes of an ExternalSecret.
fn asked<'a>(spec: View<'a>, name: &'a str, place: Place) -> Provision<'a> {
    let target = |path: &[&str]| spec.get("target").and_then(|target| target.get_path(path));
    let name = target(&["name"]).map_or(name, View::text);
    let kind = target(&["manifest", "kind"]).map_or("Secret", View::text);
    let template = target(&["template", "data"]).is_some();
    let replaces = target(&["template", "mergePolicy"]).is_none_or(|own| own.text() != "Merge");
    let is_added =
        target(&["creationPolicy"]).is_some_and(|policy| matches!(policy.text(), "Merge" | "None"));
    let has = |path: &[&str]| spec.get_path(path).is_some();
    let old = spec.get("secretDescriptor").is_some() || has(&["backendType"]);
    let is_open = is_added
        || old
        || target(&["template", "templateFrom"]).is_some()
        || target(&["manifest"]).is_some()
        || (has(&["dataFrom"]) && !(template && replaces))
        || (!template && !has(&["data"]));
    let is_copied = target(&["template"]).is_some_and(|own| is_copied(own));
    Provision {
        sort: match kind {
            "ConfigMap" => &CONFIG_MAP,
            _ => &SECRET,
        },
        name: Cow::Borrowed(name),
        place: match is_copied {
            true => Place::Anywhere,
            false => place,
        },
        maker: Maker::Controller,
        keys: match is_open {
            true => Keys::Open,
            false => Keys::Asked(spec),
        },
    }
}

/// How many claims of one template are told apart.
const CLAIMS: usize = 32;

/// The claims that a StatefulSet makes of its templates.
fn claims(object: &Object) -> Vec<Provision<'_>> {
    let view = object.node.view();
    let templates = view.get_path(&["spec", "volumeClaimTemplates"]);
    let names = templates.into_iter().flat_map(View::items);
    let names = names.filter_map(|own| Some(own.get_path(&["metadata", "name"])?.text()));
    let replicas = view.get_path(&["spec", "replicas"]).map_or("1", View::text);
    let replicas = replicas.parse().unwrap_or(1).clamp(1, CLAIMS);
    let all = names.flat_map(|name| (0..replicas).map(move |number| (name, number)));
    all.map(|(name, number)| Provision {
        sort: &CLAIM,
        name: Cow::Owned(format!("{name}-{}-{number}", object.id.name)),
        place: Place::Beside,
        maker: Maker::Controller,
        keys: Keys::Open,
    })
    .collect()
}

/// What has an object copied to other namespaces.
const COPIED: [&str; 5] = [
    "reflector.v1.k8s.emberstack.com/reflection-auto-enabled",
    "reflector.v1.k8s.emberstack.com/reflection-allowed",
    "kubed.appscode.com/sync",
    "config.kubernetes.io/sync",
    "replicator.v1.mittwald.de/replicate-to",
];

/// What has something else fill an object in.
const FILLED: [&str; 10] = [
    "reflector.v1.k8s.emberstack.com/reflects",
    "replicator.v1.mittwald.de/replicate-from",
    "config.openshift.io/inject-trusted-cabundle",
    "service.beta.openshift.io/inject-cabundle",
    "service.alpha.openshift.io/inject-cabundle",
    "config.openshift.io/inject-proxy",
    "secret-generator.v1.mittwald.de/type",
    "secretgen.carvel.dev/image-pull-secret",
    "sealedsecrets.bitnami.com/managed",
    "sealedsecrets.bitnami.com/patch",
];

/// What names the keys that a generator adds to an object.
const GENERATED: &str = "secret-generator.v1.mittwald.de/autogenerate";

fn is_copied(object: View<'_>) -> bool {
    is_marked(object.get("metadata"), &COPIED)
}

/// Whether one of its labels or annotations is one of these.
fn is_marked(metadata: Option<View<'_>>, names: &[&str]) -> bool {
    let maps = ["labels", "annotations"].into_iter();
    let maps = maps.filter_map(|map| metadata?.get(map));
    let mut keys = maps.flat_map(View::entries);
    keys.any(|entry| names.contains(&entry.key.text()))
}

/// Whether a certificate is issued for what an Ingress or Gateway names.
fn is_issued(object: View<'_>) -> bool {
    let annotations = object.get_path(&["metadata", "annotations"]);
    let mut names = annotations.into_iter().flat_map(View::entries);
    names.any(|entry| {
        let name = entry.key.text();
        let (group, _) = name.split_once('/').unwrap_or_default();
        name == "kubernetes.io/tls-acme"
            || group.ends_with("cert-manager.io")
            || group == "certmanager.k8s.io"
            || group == "cert.gardener.cloud"
    })
}

fn own_keys(view: View<'_>) -> Keys<'_> {
    if is_marked(view.get("metadata"), &FILLED) {
        return Keys::Open;
    }
    if let Some(list) = view.get_path(&["metadata", "annotations", GENERATED]) {
        return Keys::Generated(view, list.text());
    }
    let kind = view.get("type").map_or("", View::text);
    if kind == "kubernetes.io/service-account-token" {
        return Keys::Fixed(&["token", "ca.crt", "namespace", "service-ca.crt"]);
    }
    let mut maps = DATA.iter().filter_map(|map| view.get(map));
    // What is applied empty is there for a program to fill in.
    match maps.any(|map| map.entries().next().is_some()) {
        true => Keys::Own(view),
        false => Keys::Open,
    }
}
