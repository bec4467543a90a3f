//! The fields of Applications.

use super::Shape::{Any, Flag, Flags, Integer, IntegerOrText, List, Object, Struct, Text, Texts};
use super::{Field, Shape, always, filled};

/// An Application.
pub(crate) static APPLICATION: Shape = Struct(&[
    filled("apiVersion", Text),
    filled("kind", Text),
    always("metadata", Struct(METADATA)),
    always("spec", Struct(SPEC_FIELDS)),
    filled("status", Object),
    filled("operation", Object),
]);

/// The template of an ApplicationSet, and of each of its generators.
pub(crate) const TEMPLATE: Shape = Struct(&[
    always(
        "metadata",
        Struct(&[
            filled("name", Text),
            filled("namespace", Text),
            filled("labels", Texts),
            filled("annotations", Texts),
            filled("finalizers", List(&Text)),
        ]),
    ),
    always("spec", Struct(SPEC_FIELDS)),
]);

const METADATA: &[Field] = &[
    filled("name", Text),
    filled("generateName", Text),
    filled("namespace", Text),
    filled("labels", Texts),
    filled("annotations", Texts),
    filled("finalizers", List(&Text)),
    filled("ownerReferences", List(&Object)),
];

const SPEC_FIELDS: &[Field] = &[
    always("source", Struct(SOURCE_FIELDS)),
    always("destination", Struct(DESTINATION_FIELDS)),
    always("project", Text),
    always("syncPolicy", Struct(SYNC_POLICY)),
    filled("ignoreDifferences", List(&Struct(IGNORE_DIFFERENCES))),
    filled("info", List(&Struct(INFO))),
    always("revisionHistoryLimit", Integer),
    filled("sources", List(&Struct(SOURCE_FIELDS))),
    always("sourceHydrator", Struct(HYDRATOR)),
];

const SOURCE_FIELDS: &[Field] = &[
    always("repoURL", Text),
    filled("path", Text),
    filled("targetRevision", Text),
    always("helm", Struct(HELM)),
    always("kustomize", Struct(KUSTOMIZE)),
    always("directory", Struct(DIRECTORY)),
    always("plugin", Struct(PLUGIN)),
    filled("chart", Text),
    filled("ref", Text),
    filled("name", Text),
    filled("tagPrefix", Text),
];

/// A source of which a file in its folder may say more.
pub(crate) static OVERRIDES: Shape = Struct(SOURCE_FIELDS);

/// A destination.
pub(super) const DESTINATION_FIELDS: &[Field] = &[
    filled("server", Text),
    filled("namespace", Text),
    filled("name", Text),
];

const HELM: &[Field] = &[
    filled("valueFiles", List(&Text)),
    filled(
        "parameters",
        List(&Struct(&[
            filled("name", Text),
            filled("value", Text),
            filled("forceString", Flag),
        ])),
    ),
    filled("releaseName", Text),
    filled("values", Text),
    filled(
        "fileParameters",
        List(&Struct(&[filled("name", Text), filled("path", Text)])),
    ),
    filled("version", Text),
    filled("passCredentials", Flag),
    filled("ignoreMissingValueFiles", Flag),
    filled("skipCrds", Flag),
    always("valuesObject", Any),
    filled("namespace", Text),
    filled("kubeVersion", Text),
    filled("apiVersions", List(&Text)),
    filled("skipTests", Flag),
    filled("skipSchemaValidation", Flag),
];

const KUSTOMIZE: &[Field] = &[
    filled("namePrefix", Text),
    filled("nameSuffix", Text),
    filled("images", List(&Text)),
    filled("commonLabels", Texts),
    filled("version", Text),
    filled("commonAnnotations", Texts),
    filled("forceCommonLabels", Flag),
    filled("forceCommonAnnotations", Flag),
    filled("namespace", Text),
    filled("commonAnnotationsEnvsubst", Flag),
    filled(
        "replicas",
        List(&Struct(&[
            always("name", Text),
            always("count", IntegerOrText),
        ])),
    ),
    filled("patches", List(&Struct(PATCH))),
    filled("components", List(&Text)),
    filled("ignoreMissingComponents", Flag),
    filled("labelWithoutSelector", Flag),
    filled("kubeVersion", Text),
    filled("apiVersions", List(&Text)),
    filled("labelIncludeTemplates", Flag),
];

const PATCH: &[Field] = &[
    filled("path", Text),
    filled("patch", Text),
    always(
        "target",
        Struct(&[
            filled("group", Text),
            filled("version", Text),
            filled("kind", Text),
            filled("name", Text),
            filled("namespace", Text),
            filled("annotationSelector", Text),
            filled("labelSelector", Text),
        ]),
    ),
    filled("options", Flags),
];

const DIRECTORY: &[Field] = &[
    filled("recurse", Flag),
    filled(
        "jsonnet",
        Struct(&[
            filled("extVars", List(&Struct(JSONNET_VARIABLE))),
            filled("tlas", List(&Struct(JSONNET_VARIABLE))),
            filled("libs", List(&Text)),
        ]),
    ),
    filled("exclude", Text),
    filled("include", Text),
    filled("disableExtensionFilter", Flag),
];

const JSONNET_VARIABLE: &[Field] = &[
    always("name", Text),
    always("value", Text),
    filled("code", Flag),
];

const PLUGIN: &[Field] = &[
    filled("name", Text),
    filled("env", List(&Struct(INFO))),
    filled(
        "parameters",
        List(&Struct(&[
            always("name", Text),
            always("string", Text),
            always("map", Texts),
            always("array", List(&Text)),
        ])),
    ),
];

/// A name and a value.
const INFO: &[Field] = &[always("name", Text), always("value", Text)];

const SYNC_POLICY: &[Field] = &[
    always(
        "automated",
        Struct(&[
            always("prune", Flag),
            always("selfHeal", Flag),
            always("allowEmpty", Flag),
            always("enabled", Flag),
        ]),
    ),
    filled("syncOptions", List(&Text)),
    always(
        "retry",
        Struct(&[
            filled("limit", Integer),
            always(
                "backoff",
                Struct(&[
                    filled("duration", Text),
                    always("factor", Integer),
                    filled("maxDuration", Text),
                ]),
            ),
            filled("refresh", Flag),
        ]),
    ),
    always(
        "managedNamespaceMetadata",
        Struct(&[filled("labels", Texts), filled("annotations", Texts)]),
    ),
];

const IGNORE_DIFFERENCES: &[Field] = &[
    filled("group", Text),
    always("kind", Text),
    filled("name", Text),
    filled("namespace", Text),
    filled("jsonPointers", List(&Text)),
    filled("jqPathExpressions", List(&Text)),
    filled("managedFieldsManagers", List(&Text)),
];

const HYDRATOR: &[Field] = &[
    always(
        "drySource",
        Struct(&[
            always("repoURL", Text),
            always("targetRevision", Text),
            always("path", Text),
            always("helm", Struct(HELM)),
            always("kustomize", Struct(KUSTOMIZE)),
            always("directory", Struct(DIRECTORY)),
            always("plugin", Struct(PLUGIN)),
        ]),
    ),
    always(
        "syncSource",
        Struct(&[
            always("targetBranch", Text),
            always("path", Text),
            filled("repoURL", Text),
        ]),
    ),
    always("hydrateTo", Struct(&[always("targetBranch", Text)])),
];
