//! The fields of ApplicationSets.

use super::Shape::{Any, Flag, Integer, IntegerOrText, List, Object, Struct, Text, Texts, Values};
use super::application::TEMPLATE;
use super::{Field, Shape, filled};

/// The spec of an ApplicationSet.
pub(crate) static SET: Shape = Struct(&[
    filled("goTemplate", Flag),
    filled("generators", List(&Struct(TOP))),
    filled("template", TEMPLATE),
    filled(
        "syncPolicy",
        Struct(&[
            filled("preserveResourcesOnDeletion", Flag),
            filled("applicationsSync", Text),
        ]),
    ),
    filled(
        "strategy",
        Struct(&[
            filled("type", Text),
            filled(
                "rollingSync",
                Struct(&[filled(
                    "steps",
                    List(&Struct(&[
                        filled("matchExpressions", List(&Struct(EXPRESSION))),
                        filled("maxUpdate", IntegerOrText),
                    ])),
                )]),
            ),
            filled("deletionOrder", Text),
        ]),
    ),
    filled(
        "preservedFields",
        Struct(&[
            filled("annotations", List(&Text)),
            filled("labels", List(&Text)),
        ]),
    ),
    filled("goTemplateOptions", List(&Text)),
    filled("applyNestedSelectors", Flag),
    filled(
        "ignoreApplicationDifferences",
        List(&Struct(&[
            filled("name", Text),
            filled("jsonPointers", List(&Text)),
            filled("jqPathExpressions", List(&Text)),
        ])),
    ),
    filled("templatePatch", Text),
]);

/// A generator within another one, with what is nested in it as a structure. For want of a type
/// that contains itself, Argo CD reads that only when it comes to it.
pub(crate) static INNER: Shape = Struct(&[
    LIST,
    CLUSTERS,
    GIT,
    SCM_PROVIDER,
    CLUSTER_DECISION,
    PULL_REQUEST,
    filled(
        "matrix",
        Struct(&[filled("generators", List(&Struct(TERMINAL)))]),
    ),
    filled(
        "merge",
        Struct(&[
            filled("generators", List(&Struct(TERMINAL))),
            filled("mergeKeys", List(&Text)),
        ]),
    ),
    filled("selector", SELECTOR),
    PLUGIN,
]);

/// A matrix within another generator.
pub(crate) static NESTED_MATRIX: Shape = Struct(&[filled("generators", List(&Struct(TERMINAL)))]);

/// A merge within another generator.
pub(crate) static NESTED_MERGE: Shape = Struct(&[
    filled("generators", List(&Struct(TERMINAL))),
    filled("mergeKeys", List(&Text)),
]);

const TOP: &[Field] = &[
    LIST,
    CLUSTERS,
    GIT,
    SCM_PROVIDER,
    CLUSTER_DECISION,
    PULL_REQUEST,
    filled(
        "matrix",
        Struct(&[
            filled("generators", List(&Struct(NESTED))),
            filled("template", TEMPLATE),
        ]),
    ),
    filled(
        "merge",
        Struct(&[
            filled("generators", List(&Struct(NESTED))),
            filled("mergeKeys", List(&Text)),
            filled("template", TEMPLATE),
        ]),
    ),
    filled("selector", SELECTOR),
    PLUGIN,
];

const NESTED: &[Field] = &[
    LIST,
    CLUSTERS,
    GIT,
    SCM_PROVIDER,
    CLUSTER_DECISION,
    PULL_REQUEST,
    filled("matrix", Any),
    filled("merge", Any),
    filled("selector", SELECTOR),
    PLUGIN,
];

const TERMINAL: &[Field] = &[
    LIST,
    CLUSTERS,
    GIT,
    SCM_PROVIDER,
    CLUSTER_DECISION,
    PULL_REQUEST,
    filled("selector", SELECTOR),
    PLUGIN,
];

const LIST: Field = filled(
    "list",
    Struct(&[
        filled("elements", List(&Any)),
        filled("template", TEMPLATE),
        filled("elementsYaml", Text),
    ]),
);

const CLUSTERS: Field = filled(
    "clusters",
    Struct(&[
        filled("selector", SELECTOR),
        filled("template", TEMPLATE),
        filled("values", Values),
        filled("flatList", Flag),
    ]),
);

const GIT: Field = filled(
    "git",
    Struct(&[
        filled("repoURL", Text),
        filled("directories", List(&Struct(GIT_ITEM))),
        filled("files", List(&Struct(GIT_ITEM))),
        filled("revision", Text),
        filled("requeueAfterSeconds", Integer),
        filled("template", TEMPLATE),
        filled("pathParamPrefix", Text),
        filled("values", Values),
    ]),
);

const GIT_ITEM: &[Field] = &[filled("path", Text), filled("exclude", Flag)];

const SCM_PROVIDER: Field = filled(
    "scmProvider",
    Struct(&[
        filled("github", Object),
        filled("gitlab", Object),
        filled("bitbucket", Object),
        filled("bitbucketServer", Object),
        filled("gitea", Object),
        filled("azureDevOps", Object),
        filled("awsCodeCommit", Object),
        filled("filters", List(&Object)),
        filled("cloneProtocol", Text),
        filled("requeueAfterSeconds", Integer),
        filled("template", TEMPLATE),
        filled("values", Values),
    ]),
);

const CLUSTER_DECISION: Field = filled(
    "clusterDecisionResource",
    Struct(&[
        filled("configMapRef", Text),
        filled("name", Text),
        filled("requeueAfterSeconds", Integer),
        filled("labelSelector", SELECTOR),
        filled("template", TEMPLATE),
        filled("values", Values),
    ]),
);

const PULL_REQUEST: Field = filled(
    "pullRequest",
    Struct(&[
        filled("github", Object),
        filled("gitlab", Object),
        filled("gitea", Object),
        filled("bitbucketServer", Object),
        filled("bitbucket", Object),
        filled("azuredevops", Object),
        filled("filters", List(&Object)),
        filled("requeueAfterSeconds", Integer),
        filled("continueOnRepoNotFoundError", Flag),
        filled("template", TEMPLATE),
        filled("values", Values),
    ]),
);

const PLUGIN: Field = filled(
    "plugin",
    Struct(&[
        filled("configMapRef", Object),
        filled("input", Object),
        filled("requeueAfterSeconds", Integer),
        filled("template", TEMPLATE),
        filled("values", Values),
    ]),
);

const SELECTOR: Shape = Struct(&[
    filled("matchLabels", Texts),
    filled("matchExpressions", List(&Struct(EXPRESSION))),
]);

const EXPRESSION: &[Field] = &[
    filled("key", Text),
    filled("operator", Text),
    filled("values", List(&Text)),
];
