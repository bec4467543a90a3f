//! Fields by their names' words.

use super::Field;

/// What the last word of a name says.
const LAST: [(Field, &[&str]); 7] = [
    (Field::Tag, &["tag"]),
    (Field::Digest, &["digest", "sha", "sha256"]),
    (Field::Revision, &["revision", "rev", "commit"]),
    (Field::Version, &["version"]),
    (Field::Registry, &["registry", "repository", "repo"]),
    (
        Field::Account,
        &["id", "ids", "arn", "arns", "bucket", "buckets"],
    ),
    (Field::Count, &["count", "shards", "partitions"]),
];

/// What any word of a name says, in this order.
const ANY: [(Field, &[&str]); 8] = [
    (
        Field::Count,
        &[
            "replica",
            "replicas",
            "instances",
            "workers",
            "threads",
            "concurrency",
            "parallelism",
        ],
    ),
    (
        Field::Resources,
        &[
            "resources",
            "cpu",
            "memory",
            "limits",
            "requests",
            "storage",
            "capacity",
            "quota",
            "quotas",
            "heap",
            "xmx",
            "size",
        ],
    ),
    (
        Field::Variant,
        &[
            "gpu",
            "gpus",
            "variant",
            "accelerator",
            "node",
            "nodes",
            "selector",
            "affinity",
            "toleration",
            "tolerations",
            "class",
            "arch",
            "architecture",
        ],
    ),
    (Field::Namespace, &["namespace", "namespaces"]),
    (Field::SecretName, &["secret", "secrets"]),
    (
        Field::Account,
        &[
            "account",
            "accounts",
            "project",
            "tenant",
            "subscription",
            "vault",
            "organization",
            "organisation",
            "role",
            "database",
            "db",
            "schema",
            "bucket",
        ],
    ),
    (
        Field::Place,
        &[
            "env",
            "environment",
            "stage",
            "tier",
            "region",
            "regions",
            "zone",
            "zones",
            "cluster",
            "clusters",
            "datacenter",
            "site",
            "location",
        ],
    ),
    (
        Field::Host,
        &[
            "host",
            "hosts",
            "hostname",
            "hostnames",
            "domain",
            "domains",
            "fqdn",
            "url",
            "urls",
            "uri",
            "uris",
            "endpoint",
            "endpoints",
            "address",
            "addresses",
            "ip",
            "ips",
            "dns",
            "server",
            "servers",
            "broker",
            "brokers",
            "bootstrap",
            "origin",
            "origins",
            "issuer",
            "email",
            "nodeport",
        ],
    ),
];

/// Versions of what stands around, which do not come with a promotion.
const AROUND: [&str; 14] = [
    "api",
    "tls",
    "ssl",
    "http",
    "protocol",
    "schema",
    "kubernetes",
    "k8s",
    "kube",
    "min",
    "max",
    "minimum",
    "maximum",
    "ip",
];

/// Fields whose name says what everything below them is.
const BELOW: [(Field, &[&str]); 6] = [
    (
        Field::Resources,
        &["resources", "limits", "requests", "quota"],
    ),
    (Field::Variant, &["affinity", "tolerations", "selector"]),
    (Field::Host, &["hosts", "hostnames", "ingress", "domains"]),
    (Field::SecretName, &["secrets"]),
    (Field::Revision, &["revisions"]),
    (Field::Count, &["autoscaling", "replicas"]),
];

/// What the words of a name say of its value.
pub(super) fn of(words: &[String]) -> Option<Field> {
    let last = words.last()?.as_str();
    let has = |set: &[&str]| words.iter().any(|word| set.contains(&word.as_str()));
    if let Some((field, _)) = LAST.iter().find(|(_, set)| set.contains(&last)) {
        return match field {
            Field::Version if has(&["chart"]) => Some(Field::Chart),
            Field::Version if has(&AROUND) => None,
            field => Some(*field),
        };
    }
    ANY.iter()
        .find(|(_, set)| has(set))
        .map(|(field, _)| *field)
}

/// What the words of a name say of everything below.
pub(super) fn of_all_below(words: &[String]) -> Option<Field> {
    let last = words.last()?.as_str();
    let found = BELOW.iter().find(|(_, set)| set.contains(&last))?;
    Some(found.0)
}

#[cfg(test)]
mod tests {
    use crate::words::words;

    fn check(name: &str) -> String {
        super::of(&words(name)).map_or("-".into(), |field| field.to_string())
    }

    #[test]
    fn names_that_tell() {
        let names = [
            "newTag",
            "API_DOCKER_TAG",
            "image_tag",
            "appVersion",
            "imageVersion",
            "chartVersion",
            "targetRevision",
            "apiVersion",
            "TLS_MIN_VERSION",
            "replicaCount",
            "GUNICORN_WORKERS",
            "HC_EN_SERVICE_ID",
            "vaultPathPrefix",
            "serviceAccount",
            "ENVIRONMENT",
            "clusterName",
            "CONSOLE_URL",
            "hostname",
            "GPU_ENABLED",
            "PAC_SECRET",
            "LOG_LEVEL",
            "UI_THEME",
            "tags",
            "storageClassName",
            "image",
        ];
        let told: Vec<_> = names.iter().map(|n| format!("{n}: {}", check(n))).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
    newTag: image tag
    API_DOCKER_TAG: image tag
    image_tag: image tag
    appVersion: version
    imageVersion: version
    chartVersion: chart version
    targetRevision: revision
    apiVersion: -
    TLS_MIN_VERSION: -
    replicaCount: count
    GUNICORN_WORKERS: count
    HC_EN_SERVICE_ID: account
    vaultPathPrefix: account
    serviceAccount: account
    ENVIRONMENT: name of an environment or region
    clusterName: name of an environment or region
    CONSOLE_URL: host
    hostname: host
    GPU_ENABLED: variant
    PAC_SECRET: Secret name
    LOG_LEVEL: -
    UI_THEME: -
    tags: -
    storageClassName: resources
    image: -
    ");
    }
}
