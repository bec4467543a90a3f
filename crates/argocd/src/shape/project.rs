//! The fields of AppProjects.

use super::Shape::{Flag, Integer, List, Object, Struct, Text};
use super::application::DESTINATION_FIELDS;
use super::{Field, Shape, filled};

/// The spec of an AppProject.
pub(crate) static PROJECT: Shape = Struct(&[
    filled("sourceRepos", List(&Text)),
    filled("destinations", List(&Struct(DESTINATION_FIELDS))),
    filled("description", Text),
    filled(
        "roles",
        List(&Struct(&[
            filled("name", Text),
            filled("description", Text),
            filled("policies", List(&Text)),
            filled(
                "jwtTokens",
                List(&Struct(&[
                    filled("iat", Integer),
                    filled("exp", Integer),
                    filled("id", Text),
                ])),
            ),
            filled("groups", List(&Text)),
        ])),
    ),
    filled("clusterResourceWhitelist", List(&Struct(RESOURCE))),
    filled("clusterResourceBlacklist", List(&Struct(RESOURCE))),
    filled("namespaceResourceBlacklist", List(&Struct(KIND))),
    filled("namespaceResourceWhitelist", List(&Struct(KIND))),
    filled(
        "orphanedResources",
        Struct(&[
            filled("warn", Flag),
            filled("ignore", List(&Struct(RESOURCE))),
        ]),
    ),
    filled("syncWindows", List(&Struct(WINDOW))),
    filled("signatureKeys", List(&Struct(&[filled("keyID", Text)]))),
    filled("sourceNamespaces", List(&Text)),
    filled("permitOnlyProjectScopedClusters", Flag),
    filled(
        "destinationServiceAccounts",
        List(&Struct(&[
            filled("server", Text),
            filled("namespace", Text),
            filled("defaultServiceAccount", Text),
        ])),
    ),
    filled("sourceIntegrity", Object),
]);

const KIND: &[Field] = &[filled("group", Text), filled("kind", Text)];

const RESOURCE: &[Field] = &[
    filled("group", Text),
    filled("kind", Text),
    filled("name", Text),
];

const WINDOW: &[Field] = &[
    filled("kind", Text),
    filled("schedule", Text),
    filled("duration", Text),
    filled("applications", List(&Text)),
    filled("namespaces", List(&Text)),
    filled("clusters", List(&Text)),
    filled("manualSync", Flag),
    filled("timeZone", Text),
    filled("andOperator", Flag),
    filled("description", Text),
    filled("syncOverrun", Flag),
];
