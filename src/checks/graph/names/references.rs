//! What objects refer to by name.

use manifest::{FieldPath, Object, Segment, View};

use super::sorts::{
    AUTHENTICATION, CLAIM, CLUSTER_AUTHENTICATION, CLUSTER_ISSUER, CLUSTER_ROLE,
    CLUSTER_SECRET_STORE, CONFIG_MAP, GATEWAY, GATEWAY_CLASS, INGRESS_CLASS, ISSUER,
    PRIORITY_CLASS, ROLE, SECRET, SECRET_STORE, SERVICE_ACCOUNT, SNAPSHOT_CLASS, STORAGE_CLASS,
    Sort,
};

/// How deep objects are searched.
const DEPTH: usize = 64;

/// The annotations that name issuers of certificates.
const ISSUER_ANNOTATIONS: [(&str, &Sort); 2] = [
    ("cert-manager.io/issuer", &ISSUER),
    ("cert-manager.io/cluster-issuer", &CLUSTER_ISSUER),
];

/// The name of an object, written in another one.
pub(crate) struct Reference<'a> {
    /// What is referred to.
    pub(crate) sort: &'static Sort,
    /// Its name.
    pub(crate) name: &'a str,
    /// The namespace that is written beside it.
    pub(crate) namespace: Option<&'a str>,
    /// The way to the name.
    pub(crate) path: Path<'a>,
    /// The keys that are read, each with the way to it; none if all there are.
    pub(crate) keys: Vec<(&'a str, Path<'a>)>,
    /// What refers to it.
    pub(crate) by: By,
    /// Whether what refers to it can do without it.
    pub(super) is_optional: bool,
}

/// A way to a field, without a copy of each key: there are many references, and few are told of.
pub(crate) struct Path<'a>(Box<[Way<'a>]>);

/// A step on a way through an object.
#[derive(Clone, Copy)]
enum Way<'a> {
    Key(&'a str),
    Item(usize),
}

impl Path<'_> {
    pub(crate) fn to_field(&self) -> FieldPath {
        let segments = self.0.iter().map(|way| match way {
            Way::Key(key) => Segment::from(*key),
            Way::Item(index) => Segment::from(*index),
        });
        segments.collect()
    }
}

/// What refers to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A pod, which does not start without it.
    Pod,
    /// A field of a built-in kind, or of one whose meaning is known.
    Field,
    /// A field that looks like a reference.
    Form,
}

impl Reference<'_> {
    /// What to change for it to mean an object of another kind of the same use.
    pub(super) fn as_other(&self, other: &Sort) -> String {
        let is_annotation = matches!(self.path.0.first(), Some(Way::Key("metadata")));
        let mut annotations = ISSUER_ANNOTATIONS.iter().filter(|_| is_annotation);
        match annotations.find(|(_, sort)| *sort == other) {
            Some((key, _)) => format!("set `{key}` instead"),
            None => format!("set `kind: {}`", other.kind),
        }
    }
}

/// Everything that an object refers to and cannot do without.
pub(crate) fn references(object: &Object) -> Vec<Reference<'_>> {
    let mut all = all_references(object);
    all.retain(|reference| !reference.is_optional);
    all
}

/// Everything that an object refers to.
pub(super) fn all_references(object: &Object) -> Vec<Reference<'_>> {
    let gvk = &object.id.gvk;
    if is_about_others(&gvk.group, &gvk.kind) {
        return Vec::new();
    }
    let mut walk = Walk {
        path: Vec::new(),
        found: Vec::new(),
        group: &gvk.group,
        by: match is_built_in(&gvk.group) {
            true => By::Field,
            false => By::Form,
        },
    };
    let root = object.node.view();
    walk.own_fields(root, &gvk.kind);
    for entry in root.entries() {
        match entry.key.text() {
            "metadata" | "status" | "data" | "stringData" | "binaryData" => {}
            key => walk.enter(key, entry.value),
        }
    }
    walk.found
}

/// Whether the objects of a kind hold templates of what others apply, in any namespace.
fn is_about_others(group: &str, kind: &str) -> bool {
    match group {
        "" => matches!(kind, "ConfigMap" | "Event"),
        "apiextensions.k8s.io" | "apiextensions.crossplane.io" | "kro.run" => true,
        "kustomize.toolkit.fluxcd.io" | "source.toolkit.fluxcd.io" => true,
        "cloudcredential.openshift.io" => true,
        "templates.gatekeeper.sh" | "mutations.gatekeeper.sh" | "policies.kyverno.io" => true,
        "argoproj.io" => matches!(kind, "Application" | "ApplicationSet" | "AppProject"),
        group => group == "kyverno.io" || group.ends_with(".gatekeeper.sh"),
    }
}

/// Whether a group is Kubernetes' own.
pub(super) fn is_built_in(group: &str) -> bool {
    const OTHERS: [&str; 3] = [
        "gateway.networking.k8s.io",
        "snapshot.storage.k8s.io",
        "autoscaling.k8s.io",
    ];
    let is_own = !group.contains('.') || group.ends_with(".k8s.io");
    is_own && !OTHERS.contains(&group) && !group.ends_with(".x-k8s.io")
}

/// A way through an object.
struct Walk<'a> {
    /// Where it is.
    path: Vec<Way<'a>>,
    found: Vec<Reference<'a>>,
    group: &'a str,
    by: By,
}

impl<'a> Walk<'a> {
    fn enter(&mut self, key: &'a str, value: View<'a>) {
        self.path.push(Way::Key(key));
        self.look(key, value);
        self.below(value);
        self.path.pop();
    }

    fn below(&mut self, value: View<'a>) {
        if self.path.len() >= DEPTH {
            return;
        }
        if value.is_map() {
            let outside = self.by;
            if outside != By::Pod && value.get("containers").is_some_and(View::is_seq) {
                self.by = By::Pod;
            }
            for entry in value.entries() {
                self.enter(entry.key.text(), entry.value);
            }
            self.by = outside;
            return;
        }
        for (index, item) in value.items().enumerate() {
            self.path.push(Way::Item(index));
            self.below(item);
            self.path.pop();
        }
    }

    /// Looks at a field of any object.
    fn look(&mut self, key: &str, value: View<'a>) {
        match key {
            "configMapKeyRef" => self.keyed(&CONFIG_MAP, value),
            "secretKeyRef" => self.keyed(&SECRET, value),
            "configMapRef" => self.named(&CONFIG_MAP, value, "name"),
            "secretRef" => self.named(&SECRET, value, "name"),
            "storageClassName" => self.plain(&STORAGE_CLASS, value),
            "volumeSnapshotClassName" => self.plain(&SNAPSHOT_CLASS, value),
            _ if self.by == By::Pod => self.look_in_pod(key, value),
            _ if self.by == By::Form => self.look_by_form(key, value),
            _ => {}
        }
    }

    fn look_in_pod(&mut self, key: &str, value: View<'a>) {
        match key {
            "serviceAccountName" => self.plain(&SERVICE_ACCOUNT, value),
            "priorityClassName" => self.plain(&PRIORITY_CLASS, value),
            "imagePullSecrets" => self.items(value, |walk, item| walk.named(&SECRET, item, "name")),
            "volumes" => self.items(value, |walk, volume| {
                walk.volume(volume, "secretName");
                if let Some(claim) = volume.get("persistentVolumeClaim") {
                    walk.within("persistentVolumeClaim", |walk| {
                        walk.named(&CLAIM, claim, "claimName")
                    });
                }
                let sources = volume.get_path(&["projected", "sources"]);
                let Some(sources) = sources else { return };
                walk.within("projected", |walk| {
                    walk.within("sources", |walk| {
                        walk.items(sources, |walk, source| walk.volume(source, "name"));
                    });
                });
            }),
            _ => {}
        }
    }

    fn volume(&mut self, volume: View<'a>, secret_name: &'static str) {
        for (sort, field, name) in [
            (&CONFIG_MAP, "configMap", "name"),
            (&SECRET, "secret", secret_name),
        ] {
            let Some(source) = volume.get(field) else {
                continue;
            };
            let before = self.found.len();
            self.within(field, |walk| walk.named(sort, source, name));
            let Some(found) = self.found.get_mut(before) else {
                continue;
            };
            let items = source.get("items").into_iter().flat_map(View::items);
            for (index, item) in items.enumerate() {
                if let Some(key) = item.get("key") {
                    let ways = [Way::Key("items"), Way::Item(index), Way::Key("key")];
                    let own = found.path.0.split_last().map_or(&[][..], |(_, own)| own);
                    let path = own.iter().copied().chain(ways).collect();
                    found.keys.push((key.text(), Path(path)));
                }
            }
        }
    }

    /// Looks at a field of a kind that is not Kubernetes' own.
    fn look_by_form(&mut self, key: &str, value: View<'a>) {
        let is_read = key.ends_with("SecretRef") || key.ends_with("SecretKeyRef");
        let is_written = matches!(key, "privateKeySecretRef" | "writeConnectionSecretRef");
        if is_read && !is_written {
            self.named(&SECRET, value, "name");
            return;
        }
        match (self.group, key) {
            ("monitoring.coreos.com", "configMap") => self.keyed(&CONFIG_MAP, value),
            ("monitoring.coreos.com", _) => self.keyed(&SECRET, value),
            (_, "issuerRef") => self.one_of(&ISSUER, &CLUSTER_ISSUER, value),
            ("external-secrets.io", "secretStoreRef") => {
                self.one_of(&SECRET_STORE, &CLUSTER_SECRET_STORE, value);
            }
            ("external-secrets.io", "secretStoreRefs") => self.items(value, |walk, item| {
                walk.one_of(&SECRET_STORE, &CLUSTER_SECRET_STORE, item);
            }),
            ("keda.sh", "authenticationRef") => {
                self.one_of(&AUTHENTICATION, &CLUSTER_AUTHENTICATION, value);
            }
            ("gateway.networking.k8s.io", "parentRefs") => self.items(value, |walk, item| {
                let is = |field: &str, own: &str| {
                    item.get(field).is_none_or(|value| value.text() == own)
                };
                if is("kind", GATEWAY.kind) && is("group", GATEWAY.group) {
                    walk.named(&GATEWAY, item, "name");
                }
            }),
            ("gateway.networking.k8s.io", "gatewayClassName") => self.plain(&GATEWAY_CLASS, value),
            ("gateway.networking.k8s.io", "certificateRefs") => self.items(value, |walk, item| {
                if item.get("kind").is_none_or(|kind| kind.text() == "Secret") {
                    walk.named(&SECRET, item, "name");
                }
            }),
            _ => {}
        }
    }

    /// Looks at what only the root of some kinds has.
    fn own_fields(&mut self, root: View<'a>, kind: &str) {
        let spec = root.get("spec");
        match (self.group, kind) {
            ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
                self.binding(root)
            }
            ("networking.k8s.io", "Ingress") => self.within("spec", |walk| {
                if let Some(class) = spec.and_then(|spec| spec.get("ingressClassName")) {
                    walk.within("ingressClassName", |walk| walk.plain(&INGRESS_CLASS, class));
                }
                if let Some(tls) = spec.and_then(|spec| spec.get("tls")) {
                    walk.within("tls", |walk| {
                        walk.items(tls, |walk, item| walk.named(&SECRET, item, "secretName"));
                    });
                }
            }),
            ("", "ServiceAccount") => {
                for list in ["imagePullSecrets"] {
                    if let Some(names) = root.get(list) {
                        self.within(list, |walk| {
                            walk.items(names, |walk, item| walk.named(&SECRET, item, "name"));
                        });
                    }
                }
            }
            ("external-secrets.io", "PushSecret") => {
                let secret = root.get_path(&["spec", "selector", "secret"]);
                if let Some(secret) = secret {
                    self.within("spec", |walk| {
                        walk.within("selector", |walk| {
                            walk.within("secret", |walk| walk.named(&SECRET, secret, "name"));
                        });
                    });
                }
            }
            _ => {}
        }
        self.annotations(root);
    }

    fn annotations(&mut self, root: View<'a>) {
        let Some(annotations) = root.get_path(&["metadata", "annotations"]) else {
            return;
        };
        for (key, sort) in ISSUER_ANNOTATIONS {
            // Another kind of issuer is named beside it.
            let is_known = [
                "cert-manager.io/issuer-kind",
                "cert-manager.io/issuer-group",
            ]
            .iter()
            .all(|other| annotations.get(other).is_none());
            if let Some(name) = annotations.get(key).filter(|_| is_known) {
                self.within("metadata", |walk| {
                    walk.within("annotations", |walk| {
                        walk.within(key, |walk| walk.plain(sort, name));
                    });
                });
            }
        }
        if let Some(account) = annotations.get("kubernetes.io/service-account.name") {
            self.within("metadata", |walk| {
                walk.within("annotations", |walk| {
                    walk.within("kubernetes.io/service-account.name", |walk| {
                        walk.plain(&SERVICE_ACCOUNT, account);
                    });
                });
            });
        }
    }

    fn binding(&mut self, root: View<'a>) {
        if let Some(role) = root.get("roleRef") {
            self.within("roleRef", |walk| {
                match role.get("kind").map_or("", View::text) {
                    "Role" => walk.named(&ROLE, role, "name"),
                    "ClusterRole" => walk.named(&CLUSTER_ROLE, role, "name"),
                    _ => {}
                }
            });
        }
        let Some(subjects) = root.get("subjects") else {
            return;
        };
        self.within("subjects", |walk| {
            walk.items(subjects, |walk, subject| {
                if subject
                    .get("kind")
                    .is_some_and(|kind| kind.text() == "ServiceAccount")
                {
                    walk.named(&SERVICE_ACCOUNT, subject, "name");
                }
            });
        });
    }

    fn within(&mut self, key: &'a str, look: impl FnOnce(&mut Self)) {
        self.path.push(Way::Key(key));
        look(self);
        self.path.pop();
    }

    fn items(&mut self, list: View<'a>, look: impl Fn(&mut Self, View<'a>)) {
        for (index, item) in list.items().enumerate() {
            self.path.push(Way::Item(index));
            look(self, item);
            self.path.pop();
        }
    }

    /// The value is the name.
    fn plain(&mut self, sort: &'static Sort, value: View<'a>) {
        if let Some(name) = name(value) {
            self.found.push(Reference {
                sort,
                name,
                namespace: None,
                path: Path(self.path.as_slice().into()),
                keys: Vec::new(),
                by: self.by,
                is_optional: false,
            });
        }
    }

    /// The value has a field with the name, and perhaps a key and a namespace.
    fn named(&mut self, sort: &'static Sort, value: View<'a>, field: &'static str) {
        let Some(name) = value.get(field).and_then(name) else {
            return;
        };
        let key = value.get("key").and_then(self::name);
        let is_optional = value.get("optional");
        self.found.push(Reference {
            sort,
            name,
            namespace: value.get("namespace").and_then(self::name),
            path: self.at(field),
            keys: key.map(|key| (key, self.at("key"))).into_iter().collect(),
            by: self.by,
            is_optional: is_optional.is_some_and(|flag| flag.text() == "true"),
        });
    }

    /// The value has a name and a key.
    fn keyed(&mut self, sort: &'static Sort, value: View<'a>) {
        if value.get("key").and_then(name).is_some() {
            self.named(sort, value, "name");
        }
    }

    /// The value has a name, and a kind that is one of two.
    fn one_of(&mut self, usual: &'static Sort, other: &'static Sort, value: View<'a>) {
        let text = |field: &str| value.get(field).map(View::text);
        if text("group").is_some_and(|group| group != usual.group) {
            return;
        }
        match text("kind") {
            None => self.named(usual, value, "name"),
            Some(kind) if kind == usual.kind => self.named(usual, value, "name"),
            Some(kind) if kind == other.kind => self.named(other, value, "name"),
            Some(_) => {}
        }
    }

    fn at(&self, field: &'static str) -> Path<'a> {
        let ways = self.path.iter().copied();
        Path(ways.chain([Way::Key(field)]).collect())
    }
}

/// A name that is written out.
fn name(value: View<'_>) -> Option<&str> {
    let is_scalar = !value.is_map() && !value.is_seq() && !value.is_null();
    let name = is_scalar.then(|| value.text())?;
    (!name.is_empty()).then_some(name)
}
