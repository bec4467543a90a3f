//! Objects as people name them.

use manifest::{Object, ObjectId};

/// The most objects that an advice lists.
const FEW: usize = 20;

/// `Deployment/api`, `Deployment/namespace/api` or either behind an API version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectQuery {
    text: String,
    api_version: Option<String>,
    kind: String,
    namespace: Option<String>,
    name: String,
}

/// Why there is not one object that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoObject {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl ObjectQuery {
    /// Reads the name of an object; none if it has no kind and name.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let (api_version, rest) = match &*parts {
            [version, rest @ ..] if is_version(version) && rest.len() > 1 => {
                (Some((*version).to_owned()), rest)
            }
            [group, version, rest @ ..] if is_version(version) && rest.len() > 1 => {
                (Some(format!("{group}/{version}")), rest)
            }
            rest => (None, rest),
        };
        let (kind, namespace, name) = match rest {
            [kind, name] => (kind, None, name),
            [kind, namespace, name] => (kind, Some((*namespace).to_owned()), name),
            _ => return None,
        };
        (!kind.is_empty() && !name.is_empty()).then(|| Self {
            text: text.to_owned(),
            api_version,
            kind: (*kind).to_owned(),
            namespace,
            name: (*name).to_owned(),
        })
    }

    /// The object that is meant: by the name that it is applied with, or else by the one that it
    /// has in its source.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub fn find<'o>(&self, objects: &'o [Object]) -> Result<&'o Object, NoObject> {
        let by = |id: fn(&Object) -> &ObjectId| -> Vec<&Object> {
            objects.iter().filter(|o| self.fits(id(o))).collect()
        };
        let mut found = by(|object| &object.id);
        if found.is_empty() {
            found = by(|object| &object.identity);
        }
        match &*found {
            [only] => Ok(only),
            [] => Err(self.unknown(objects)),
            several => Err(NoObject {
                message: format!("`{}` may be several objects", self.text),
                help: Some(format!("name one of them: {}", listed(several))),
            }),
        }
    }

    fn fits(&self, id: &ObjectId) -> bool {
        let fits = |query: &Option<String>, own: &str| query.as_ref().is_none_or(|q| q == own);
        self.kind.eq_ignore_ascii_case(&id.gvk.kind)
            && *self.name == *id.name
            && fits(&self.namespace, &id.namespace)
            && fits(&self.api_version, &id.gvk.api_version())
    }

    fn unknown(&self, objects: &[Object]) -> NoObject {
        let message = format!("no rendered object matches `{}`", self.text);
        let meant = format!("{}/{}", self.kind, self.name);
        let ids = objects.iter().flat_map(|o| [&o.id, &o.identity]);
        let short: Vec<String> = ids.map(|id| id.to_string()).collect();
        let is_same_name = |id: &ObjectId| *id.name == *self.name;
        let is_same_kind = |id: &ObjectId| self.kind.eq_ignore_ascii_case(&id.gvk.kind);
        let of = |is_alike: &dyn Fn(&ObjectId) -> bool| -> Vec<&Object> {
            objects.iter().filter(|o| is_alike(&o.id)).collect()
        };
        let (kin, all) = (
            of(&|id| is_same_name(id) || is_same_kind(id)),
            of(&|_| true),
        );
        let help = if let Some(near) = suggest::nearest(&meant, short.iter().map(String::as_str)) {
            Some(format!("did you mean `{near}`?"))
        } else if !kin.is_empty() {
            Some(format!("there are {}", listed(&kin)))
        } else if !all.is_empty() {
            Some(format!("there are {}", listed(&all)))
        } else {
            Some("nothing is rendered".to_owned())
        };
        NoObject { message, help }
    }
}

/// Whether a part of a name is an API version.
fn is_version(text: &str) -> bool {
    let digits = text.strip_prefix('v').unwrap_or_default();
    digits.starts_with(|c: char| c.is_ascii_digit())
}

/// Objects, each by a name that means it alone.
fn listed(objects: &[&Object]) -> String {
    let mut names: Vec<String> = objects.iter().take(FEW).map(|o| full(&o.id)).collect();
    names.sort();
    if objects.len() > FEW {
        names.push(format!("… ({} more)", objects.len() - FEW));
    }
    names.join(", ")
}

fn full(id: &ObjectId) -> String {
    let namespace = match &*id.namespace {
        "" => String::new(),
        namespace => format!("{namespace}/"),
    };
    let version = id.gvk.api_version();
    format!("{version}/{}/{namespace}{}", id.gvk.kind, id.name)
}

#[cfg(test)]
mod tests {
    use manifest::{ObjectId, Source};

    use super::*;

    fn object(text: &str) -> Object {
        let source = Source::built_in("object", text);
        let node = source.documents().documents.remove(0);
        let mut identity = ObjectId::of(node.view());
        identity.name = identity.name.replace("prod-", "").into();
        Object::renamed(node, identity)
    }

    /// The object that a name means among a few, or what is said instead.
    fn check(name: &str) -> String {
        let objects = [
            object("{apiVersion: v1, kind: Service, metadata: {name: prod-api}}"),
            object("{apiVersion: apps/v1, kind: Deployment, metadata: {name: prod-api}}"),
            object("{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: a}}"),
            object("{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: b}}"),
        ];
        let Some(query) = ObjectQuery::parse(name) else {
            return "no name".to_owned();
        };
        match query.find(&objects) {
            Ok(object) => full(&object.id),
            Err(none) => format!("{}; {}", none.message, none.help.unwrap_or_default()),
        }
    }

    #[test]
    fn finds_what_is_meant() {
        assert_eq!(check("Deployment/prod-api"), "apps/v1/Deployment/prod-api");
        assert_eq!(check("deployment/api"), "apps/v1/Deployment/prod-api");
        assert_eq!(
            check("apps/v1/Deployment/api"),
            "apps/v1/Deployment/prod-api"
        );
        assert_eq!(check("v1/Service/api"), "v1/Service/prod-api");
        assert_eq!(check("Secret/b/key"), "v1/Secret/b/key");
        assert_eq!(check("v1/Secret/a/key"), "v1/Secret/a/key");
    }

    #[test]
    fn says_what_there_is() {
        assert_eq!(check("api"), "no name");
        assert_eq!(
            check("Secret/key"),
            "`Secret/key` may be several objects; name one of them: v1/Secret/a/key, v1/Secret/b/key"
        );
        assert_eq!(
            check("Deployment/prod-apy"),
            "no rendered object matches `Deployment/prod-apy`; did you mean `Deployment/prod-api`?"
        );
        assert_eq!(
            check("Secret/wholly-different"),
            "no rendered object matches `Secret/wholly-different`; there are v1/Secret/a/key, v1/Secret/b/key"
        );
    }
}
