//! `.Capabilities`.

use std::any::Any;
use std::rc::Rc;

use go_template::{Evaluator, Failure, Kind, List, ListType, Object, Value};

use crate::Capabilities;

/// The version of Helm that templates are told.
const HELM: &str = "v4.2.3";

/// The version of Go that this one is built with.
const GO: &str = "go1.26.8";

/// The object for templates.
pub(crate) fn capabilities(of: &Capabilities) -> Value {
    let versions = of
        .api_versions
        .iter()
        .map(|version| Value::from(&**version));
    let mut list = List::strings(versions.collect());
    list.of = ListType::Named("common.VersionSet");
    let (normalized, major, minor) = of.numbers();
    Value::object(Cluster {
        kube_version: Value::object(KubeVersion {
            version: of.version(),
            normalized,
            major,
            minor,
        }),
        api_versions: Value::object(VersionSet(Rc::new(list))),
        helm_version: Value::object(HelmVersion),
    })
}

#[derive(Debug)]
struct Cluster {
    kube_version: Value,
    api_versions: Value,
    helm_version: Value,
}

impl Object for Cluster {
    fn type_name(&self) -> &str {
        "*common.Capabilities"
    }

    fn kind(&self) -> Kind {
        Kind::Pointer
    }

    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "KubeVersion" => self.kube_version.clone(),
            "APIVersions" => self.api_versions.clone(),
            "HelmVersion" => self.helm_version.clone(),
            _ => return None,
        })
    }

    fn members(&self) -> Vec<&str> {
        vec!["KubeVersion", "APIVersions", "HelmVersion"]
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct KubeVersion {
    version: String,
    /// Without what providers add to it.
    normalized: String,
    major: String,
    minor: String,
}

impl Object for KubeVersion {
    fn type_name(&self) -> &str {
        "common.KubeVersion"
    }

    fn field(&self, name: &str) -> Option<Value> {
        Some(Value::from(match name {
            "Version" => &*self.version,
            "Major" => &*self.major,
            "Minor" => &*self.minor,
            _ => return None,
        }))
    }

    fn call(
        &self,
        _: &mut Evaluator<'_>,
        method: &str,
        _: &[Value],
    ) -> Option<Result<Value, Failure>> {
        match method {
            "GitVersion" => Some(Ok(Value::from(&*self.version))),
            "String" => Some(Ok(Value::from(&*self.normalized))),
            _ => None,
        }
    }

    fn members(&self) -> Vec<&str> {
        vec!["Version", "Major", "Minor", "GitVersion", "String"]
    }

    fn display(&self) -> Option<String> {
        Some(self.normalized.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct VersionSet(Rc<List>);

impl Object for VersionSet {
    fn type_name(&self) -> &str {
        "common.VersionSet"
    }

    fn kind(&self) -> Kind {
        Kind::Slice
    }

    fn call(
        &self,
        evaluator: &mut Evaluator<'_>,
        method: &str,
        args: &[Value],
    ) -> Option<Result<Value, Failure>> {
        if method != "Has" {
            return None;
        }
        if let Err(failure) = evaluator.budget().spend(self.0.items.len() / 64) {
            return Some(Err(failure));
        }
        let [wanted] = args else {
            let message = "`Has` takes one API version, such as `apps/v1`";
            return Some(Err(Failure::wrong_type(message)));
        };
        let Some(wanted) = wanted.as_text() else {
            let message = "`Has` takes an API version as a string";
            return Some(Err(Failure::wrong_type(message)));
        };
        let has = self.0.items.iter().any(|one| one.as_text() == Some(wanted));
        Some(Ok(has.into()))
    }

    fn members(&self) -> Vec<&str> {
        vec!["Has"]
    }

    fn as_list(&self) -> Option<Rc<List>> {
        Some(self.0.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct HelmVersion;

impl Object for HelmVersion {
    fn type_name(&self) -> &str {
        "version.BuildInfo"
    }

    fn field(&self, name: &str) -> Option<Value> {
        Some(Value::from(match name {
            "Version" => HELM,
            "GitCommit" => "",
            "GitTreeState" => "clean",
            "GoVersion" => GO,
            "KubeClientVersion" => "v1.36",
            _ => return None,
        }))
    }

    fn members(&self) -> Vec<&str> {
        vec![
            "Version",
            "GitCommit",
            "GitTreeState",
            "GoVersion",
            "KubeClientVersion",
        ]
    }

    fn print(&self) -> String {
        format!("{{{HELM}  clean {GO} v1.36}}")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
