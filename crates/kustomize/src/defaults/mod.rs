//! The fields that kustomize's transformers change without being told.
//!
//! They are constants, written in the order in which they are followed, so that a render pays
//! only for those that lead somewhere.

/// A table of field paths: what happens where something is missing (it is [`made`](FieldSpec::made), or
/// only what is [`existing`](FieldSpec::existing) counts), the kind of object as
/// `Kind.group/version`, the way to the fields, the fields.
macro_rules! fields {
    ($(#[$doc:meta])* static $name:ident;
        $($make:ident $object:literal $way:literal { $($field:literal)* })*) => {
        $(#[$doc])*
        pub(super) static $name: [FieldSpec; [$($($field),*),*].len()] =
            [$($(FieldSpec::$make($object, concat!($way, $field)),)*)*];
    };
}

mod labels;
mod references;
mod variables;

use std::borrow::Cow;

use crate::config::Config;
use crate::field_spec::FieldSpec;

fields! {
    static NAME;
    existing "" "" { "metadata/name" }
}

fields! {
    static NAMESPACE;
    made "Namespace" "" { "metadata/name" }
    existing "CustomResourceDefinition.apiextensions.k8s.io" "" {
        "spec/conversion/webhook/clientConfig/service/namespace"
    }
    made "APIService.apiregistration.k8s.io" "" { "spec/service/namespace" }
}

fields! {
    static IMAGES;
    made "" "spec/" { "containers[]/image" "initContainers[]/image" }
    made "" "spec/template/spec/" { "containers[]/image" "initContainers[]/image" }
}

fields! {
    static REPLICAS;
    made "Deployment" "" { "spec/replicas" }
    made "StatefulSet" "" { "spec/replicas" }
    made "ReplicaSet" "" { "spec/replicas" }
    made "ReplicationController" "" { "spec/replicas" }
}

/// kustomize's own configuration.
pub(crate) fn config() -> Config {
    let mut config = Config::default();
    config.name_prefix = Cow::Borrowed(&NAME);
    config.name_suffix = Cow::Borrowed(&NAME);
    config.namespace = Cow::Borrowed(&NAMESPACE);
    config.common_labels = Cow::Borrowed(&labels::COMMON_LABELS);
    config.template_labels = Cow::Borrowed(&labels::TEMPLATE_LABELS);
    config.common_annotations = Cow::Borrowed(&labels::COMMON_ANNOTATIONS);
    config.name_reference = Cow::Borrowed(&references::NAME_REFERENCE);
    config.var_reference = Cow::Borrowed(&variables::VAR_REFERENCE);
    config.images = Cow::Borrowed(&IMAGES);
    config.replicas = Cow::Borrowed(&REPLICAS);
    config
}

#[cfg(test)]
mod tests {
    use crate::config::BackReference;
    use crate::field_spec::{Specs, merge};
    use crate::order;

    use super::*;

    fn lists(config: &Config) -> Vec<&Specs> {
        let mut lists = vec![
            &config.name_prefix,
            &config.name_suffix,
            &config.namespace,
            &config.common_labels,
            &config.labels,
            &config.template_labels,
            &config.common_annotations,
            &config.var_reference,
            &config.images,
            &config.replicas,
        ];
        lists.extend(config.name_reference.iter().map(|back| &back.fields));
        lists
    }

    fn paths(specs: &Specs) -> Vec<&str> {
        specs.iter().map(|spec| &*spec.path).collect()
    }

    #[test]
    fn tables_are_sorted() {
        let config = config();
        let references = config.name_reference.iter();
        assert!(
            references
                .is_sorted_by(|a, b| { order::compare_kinds(&a.referent, &b.referent).is_le() })
        );
        for specs in lists(&config).into_iter().take(10) {
            let sorted = specs.is_sorted_by(|a, b| order::compare_kinds(&a.gvk, &b.gvk).is_le());
            assert!(sorted, "{:?}", paths(specs));
        }
    }

    #[test]
    fn nothing_stands_twice() {
        for specs in lists(&config()) {
            let mut merged = Specs::default();
            // One by one, as with lists that nothing is known of.
            merge(&mut merged, &Cow::Owned(specs.to_vec())).unwrap();
            assert_eq!(paths(&merged), paths(specs));
            merge(&mut merged, specs).unwrap();
            assert_eq!(paths(&merged), paths(specs));
        }
        let mut merged = Config::default();
        let own = config();
        let own: Vec<&BackReference> = own.name_reference.iter().collect();
        own.iter().for_each(|back| merged.refer(back).unwrap());
        assert_eq!(merged.name_reference.len(), own.len());
    }
}
