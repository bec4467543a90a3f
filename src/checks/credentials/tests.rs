//! From manifests to findings.

use insta::assert_snapshot;
use manifest::Source;

use super::*;
use crate::problem::{At, Nature};

/// What is found in a manifest, as `where: [rule] message`.
pub(super) fn check(yaml: &str) -> String {
    let source = Source::file("test.yaml", spanned_yaml::Tree::parse(yaml));
    let documents = source.documents().documents;
    let told = documents
        .iter()
        .flat_map(|document| problems(document.view()));
    let told = told.map(|problem| {
        let at = match &problem.at {
            At::Source(place) => format!("line {}", place.start().line),
            At::Field(field) => field.path.to_string(),
            At::Nowhere => String::new(),
        };
        format!("{at}: [{}] {}\n", problem.rule, problem.message)
    });
    told.collect()
}

fn secret(fields: &str) -> String {
    check(&format!(
        "{{apiVersion: v1, kind: Secret, metadata: {{name: s}}, {fields}}}"
    ))
}

fn config(value: &str) -> String {
    check(&format!(
        "{{apiVersion: v1, kind: ConfigMap, data: {{a: {value:?}}}}}"
    ))
}

#[test]
fn secrets_are_readable() {
    for fields in [
        "stringData: {a: Xk2}",
        "data: {a: aHVudGVyMg==}",
        // Bytes that are no text.
        "data: {a: /9j/4AAQ}",
        "stringData: {a: \"-----BEGIN CERTIFICATE-----\\n-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIEIKq7Zr2Lw9xTz4vG8bN1mC5sD3fH6jP0yUaQe8Wk1Rt\"}",
        "stringData: {a: x1}, sops: {mac: 'ENC[x]'}",
        "stringData: {a: 'password = hunter22'}",
        "stringData: {a: '{\"auths\": {\"r.io\": {\"auth\": \"dXNlcjpQNHNzdzByZA==\"}}}'}",
    ] {
        assert!(
            secret(fields).contains("[plain-secret] Secret `s` is not encrypted: a"),
            "{fields}: {}",
            secret(fields)
        );
    }
    assert_snapshot!(secret("stringData: {password: postgres, url: 'http://x.y'}, data: {TOKEN: YWJjZGVm}"), @"data.TOKEN: [plain-secret] Secret `s` is not encrypted: TOKEN, password");
}

#[test]
fn secrets_that_hold_none() {
    for fields in [
        "data: {a: ''}, stringData: {}",
        "type: kubernetes.io/service-account-token",
        "stringData: {a: '<path:kv/data/x#y>'}",
        // `<path:a#b>` and `${A}`
        "data: {a: PHBhdGg6YSNiPg==, b: JHtBfQ==}",
        "stringData: {a: '${PASSWORD}', b: '{{ .password }}', c: 'op://v/i/f', d: 'vault:a#b', e: 'ref+awsssm://x'}",
        "stringData: {a: 'x ${PASSWORD}'}",
        "stringData: {config: '{\"bearerToken\": \"<path:kv/data/x#y>\"}'}",
        "stringData: {type: git, url: 'https://example.com/a.git', insecure: 'true', host: db.acme.svc, port: '5432', project: default}",
        "stringData: {ca.crt: \"-----BEGIN CERTIFICATE-----\\nMII\"}",
        "stringData: {a: 'ENC[AES256_GCM,data:x]'}, sops: {mac: 'ENC[x]'}",
        "stringData: {htpasswd: 'admin:$apr1$6bavpj74$BGXP3K4G5.ABf.dASO6nO0'}",
        "stringData: {KEY_CIPHER: aes-xts-plain64, KEY_HASH: sha256, KEY_PBKDF: argon2i}",
    ] {
        assert_eq!(secret(fields), "", "{fields}");
    }
    assert_snapshot!(secret("stringData: {password: changeme, token: REPLACE_ME, secretkey: artifacts-key-goes-here, apiKey: set-me, config: 'secret_access_key = set-me'}"), @"stringData.password: [placeholder-secret] Secret `s` holds placeholders: apiKey, config, password, secretkey, token");
}

#[test]
fn credentials_are_known_by_their_form() {
    let token = "Kq7Zr2Lw9xTz4vG8bN1mC5sD3fH6jP0yUaQe";
    let cases: [(&str, &str); 10] = [
        (
            &format!("-----BEGIN RSA PRIVATE KEY-----\n{token}{token}"),
            "a private key",
        ),
        ("key = AKIAQWERTYUIOPASDFGH", "an AWS access key"),
        (&format!("ghp_{token}"), "a GitHub token"),
        (&format!("glpat-{token}"), "a GitLab token"),
        (&format!("npm_{token}"), "an npm token"),
        (&format!("xoxb-123456789-{token}"), "a Slack token"),
        (&format!("sk_live_{token}"), "a Stripe key"),
        (
            &format!("eyJ{token}.eyJ{token}.{token}"),
            "a JSON web token",
        ),
        ("postgres://api:tr0ub4dor@db/api", "a URL with a password"),
        ("redis://:tr0ub4dor@db/api", "a URL with a password"),
    ];
    for (value, what) in cases {
        assert!(
            config(value).contains(&format!("[credential-in-config] `a` holds {what}\n")),
            "{value}: {}",
            config(value)
        );
    }
    for value in [
        "AKIAIOSFODNN7EXAMPLE",
        "postgres://api:$(PASSWORD)@db/api",
        "postgres://api:{TOKEN}@db/api",
        "postgres://user:xxx@db/api",
        "http://example.com:8080/@scope",
        "http://example.com:80+&@10.0.0.1:22#+@example.com:80/",
        "http://example.com:80\\\\@10.0.0.1:22/",
        "git@github.com:acme/api.git",
    ] {
        assert_eq!(config(value), "", "{value}");
    }
    assert_snapshot!(config("amqp://guest:guest@mq"), @"line 1: [default-password] the URL in `a` holds a well-known default password");
}

#[test]
fn settings_inside_of_texts_are_read() {
    assert_snapshot!(check(r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: conf, annotations: {note: "postgres://app:Hx82kLq0Zp1m@db/x"}}
data:
  application.properties: |
    datasource.url=jdbc:x
    datasource.password=Tq7mZk2vW9xR
  config.json: '{"db": {"password": "Hx82kLq0Zp1m"}}'
  .env: |
    API_KEY=Hx82kLq0Zp1mA7
    DB_PASSWORD=${DB_PASSWORD}
  config.yaml: |
    auth:
      clientSecret: Hx82kLq0Zp1mA7bb
  DB_PASS: Hx82kLq0Zp1m
  TOKEN: ENC[AES256_GCM,data:abc123XYZ,iv:abc,tag:def,type:str]
  PASSWORD: PLACEHOLDER
binaryData:
  more: cGFzc3dvcmQ9SHg4MmtMcTBacDFt
"#), @r#"
    line 8: [uncertain-credential] `datasource.password` in `application.properties` looks like a credential
    line 9: [uncertain-credential] `db.password` in `config.json` looks like a credential
    line 11: [uncertain-credential] `API_KEY` in `.env` looks like a credential
    line 15: [uncertain-credential] `auth.clientSecret` in `config.yaml` looks like a credential
    data.DB_PASS: [uncertain-credential] `DB_PASS` looks like a credential
    binaryData.more: [uncertain-credential] `password` in `more` looks like a credential
    line 4: [credential-in-config] `note` holds a URL with a password
    "#);
}

#[test]
fn containers_and_values_are_looked_at() {
    assert_snapshot!(check(r#"
apiVersion: v1
kind: Pod
spec:
  containers:
    - name: a
      env: [{name: POSTGRES_PASSWORD, value: postgres}, {name: GF_PASSWORD, value: orchard@2031}, {name: PASSWORD_FILE, value: /run/secrets/x}]
      args: [--password=Hx82kLq0Zp1m, --token, Hx82kLq0Zp1m, --secret-name, db-2]
---
apiVersion: argoproj.io/v1alpha1
kind: Application
spec:
  source:
    helm:
      parameters: [{name: db.password, value: Hx82kLq0Zp1m}]
      valuesObject: {auth: {adminPassword: Hx82kLq0Zp1m, existingSecret: db-secret-2}}
      values: |
        auth: {password: changeme}
        other: {password: Hx82kLq0Zp1m}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
spec:
  encryptedData: {password: AgC7wq0mXb1T}
  template: {data: {url: "postgres://app:Hx82kLq0Zp1m@db/x", password: Hx82kLq0Zp1m}}
"#), @r"
    spec.containers[0].env[0].value: [default-password] the value of `POSTGRES_PASSWORD` is a well-known default password
    spec.containers[0].env[1].value: [uncertain-credential] `GF_PASSWORD` looks like a credential
    line 8: [uncertain-credential] `--password` looks like a credential
    spec.containers[0].args[2]: [uncertain-credential] `--token` looks like a credential
    spec.source.helm.parameters[0].value: [uncertain-credential] `db.password` looks like a credential
    spec.source.helm.valuesObject.auth.adminPassword: [uncertain-credential] `adminPassword` looks like a credential
    line 19: [uncertain-credential] `other.password` in `values` looks like a credential
    line 25: [credential-in-config] `url` holds a URL with a password
    spec.template.data.password: [uncertain-credential] `password` looks like a credential
    ");
}

#[test]
fn names_addresses_and_references_are_no_credentials() {
    for (name, value) in [
        ("TOKEN", "password"),
        ("TOKEN", "my-secret-name-2"),
        ("TOKEN", "/run/secrets/db_password_1"),
        ("TOKEN", "$(DB_PASSWORD_1)"),
        ("TOKEN", "https://vault:8200"),
        ("TOKEN", "10.0.0.1:8080"),
        ("TOKEN", "tls-secret-0"),
        ("TOKEN", "3600"),
        ("PASSWORD", "86400s"),
        ("PASSWORD", "$2a$10$abcdefghijklmnopqrstuv"),
        ("PASSWORD", "{cipher}0a1b2c3d"),
        ("SECRET_NAME", "prod-db-credentials-7h9k2d"),
        (
            "JWT_SECRET_ARN",
            "arn:aws:secretsmanager:eu-west-1:000000000000:secret:prod/jwt-Qw9x2k",
        ),
    ] {
        let yaml = format!("{{apiVersion: v1, kind: ConfigMap, data: {{{name:?}: {value:?}}}}}");
        assert_eq!(check(&yaml), "", "{name}={value}");
    }
}

#[test]
fn identifiers_and_addresses_in_a_secret_are_no_credentials() {
    let id = "1c9d8e7a-11aa-42bb-8c3d-0123456789ab";
    for (name, value) in [
        ("AZURE_CLIENT_ID", id),
        ("azure.tenantId", id),
        ("subscription-id", id),
        ("dns_ip", "10.22.0.10"),
        ("pods", "10.244.0.0/16"),
        ("peer", "fd00::1"),
        ("name", "kind-dev2"),
        ("GF_DATABASE_HOST", "grafana-rw.db.svc.cluster.local."),
        ("db.username", "svc_4711"),
        ("accesskey", "artifacts"),
        ("auth-extra-groups", "system:bootstrappers:workers"),
        ("AWS_ACCESS_KEY_ID", "workflows-postgres"),
        ("access-key-id", "homelab-s3proxy"),
        ("client-id", "oauth2-proxy-internal2"),
        ("CLIENT_ID", "Hx82kLq0Zp1m"),
        ("security", "INSTALL_LOCK=true"),
        ("webhook", "ALLOWED_HOST_LIST=\"*\"\nDELIVER_TIMEOUT = 30s"),
    ] {
        let yaml = format!("{{apiVersion: v1, kind: Secret, stringData: {{{name:?}: {value:?}}}}}");
        assert_eq!(check(&yaml), "", "{name}={value}");
    }
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "AKIAQWERTYUIOPASDFGH"),
        ("CLIENT_SECRET", id),
        ("url", "postgres://app:Hx82kLq0Zp1m@db/x"),
        ("other", "aB3=xY9"),
        ("accesskey", "Hx82kLq0Zp1m"),
        ("secretAccessKey", "artifacts"),
        ("other", "aHVudGVyMg=="),
    ] {
        let yaml = format!("{{apiVersion: v1, kind: Secret, stringData: {{{name:?}: {value:?}}}}}");
        assert!(check(&yaml).contains("plain-secret"), "{name}={value}");
    }
}

#[test]
fn ids_are_told_beside_their_secret() {
    assert_snapshot!(secret("stringData: {client-id: proxy-internal2, client-secret: Hx82kLq0Zp1m}"), @"stringData.client-id: [plain-secret] Secret `s` is not encrypted: client-id, client-secret");
}

#[test]
fn a_login_is_told_by_the_name_of_its_variable() {
    let env = |url: &str| {
        check(&format!(
            "{{apiVersion: v1, kind: Pod, spec: {{containers: [{{env: [{{name: CORE_DB, value: '{url}'}}]}}]}}}}"
        ))
    };
    assert_snapshot!(env("postgres://app:Hx82kLq0Zp1m@db/x"), @"line 1: [credential-in-config] `CORE_DB` holds a URL with a password");
    assert_snapshot!(env("http://accessKey:secretKey@minio:9000"), @"");
}

#[test]
fn values_of_charts_are_read() {
    let yaml = r#"
auth:
  password: Hx82kLq0Zp1m
  rootPassword: changeme
  replicationPassword: <path:kv/data/db#password>
  monitorPassword: ${MONITOR_PASSWORD}
  token: ENC[AES256_GCM,data:abc123XYZ,iv:abc,tag:def,type:str]
  hash: $2a$10$abcdefghijklmnopqrstuv
  adminPassword: postgres
  existingSecret: db-secret-2
  secretKeys: {adminPassword: password, userPassword: admin-password}
  existingSecretKeyMapping: {password: password}
extraEnv: [{name: API_TOKEN, value: Hx82kLq0Zp1mA7bb}]
config: |
  db.password = Tq7mZk2vW9xR
url: postgres://app:Hx82kLq0Zp1m@db/x
"#;
    let source = Source::file("values.yaml", spanned_yaml::Tree::parse(yaml));
    let documents = source.documents().documents;
    let told = in_values(documents[0].view()).into_iter().map(|problem| {
        let place = problem.place().unwrap().start();
        let (line, column) = (place.line, place.column);
        format!("{line}:{column}: [{}] {}\n", problem.rule, problem.message)
    });
    assert_snapshot!(told.collect::<String>(), @r"
    3:13: [uncertain-credential] `password` looks like a credential
    9:18: [default-password] the value of `adminPassword` is a well-known default password
    13:37: [uncertain-credential] `API_TOKEN` looks like a credential
    15:17: [uncertain-credential] `db.password` in `config` looks like a credential
    16:21: [credential-in-config] `url` holds a URL with a password
    ");
}

#[test]
fn what_everyone_knows_is_lesser_where_nothing_is_made() {
    let told = |yaml: &str| -> String {
        let source = Source::file("values.yaml", spanned_yaml::Tree::parse(yaml));
        let documents = source.documents().documents;
        let told = in_values(documents[0].view()).into_iter().map(|problem| {
            let most = problem.at_most.map(|most| most.to_string());
            let most = most.unwrap_or_else(|| "any".to_owned());
            format!("{most}: {}\n", problem.message)
        });
        told.collect()
    };
    let auth = "auth: {password: postgres}";
    assert_snapshot!(told(&format!("postgresql: {{enabled: false, {auth}}}\n")), @"info: the value of `password` is a well-known default password, of something that is not enabled");
    assert_snapshot!(told(&format!("postgresql: {{enabled: true, {auth}}}\n")), @"any: the value of `password` is a well-known default password");
    assert_snapshot!(told(&format!("a: {{enabled: false}}\nb: {{{auth}}}\n")), @"any: the value of `password` is a well-known default password");
    let key = "posthog: {apiKey: phc_4kLq0Zp1mA7bb4kLq0Zp1mA7bb4kLq0Zp1mA7bb}\n";
    assert_eq!(told(key), "");
    assert_ne!(told(&key.replace("phc_", "")), "");
    assert_eq!(told("password: __SERVER1_PASS__\n"), "");
    let token = "auth: {password: Hx82kLq0Zp1m}";
    assert_snapshot!(told(&format!("postgresql: {{enabled: false, {token}}}\n")), @"any: `password` looks like a credential");
}

/// The rule that is told of a key with this value in a Secret's `stringData`.
fn rule_of(key: &str, value: &str) -> &'static str {
    rule_in(&secret(&format!("stringData: {{{key:?}: {value:?}}}")))
}

fn rule_in(told: &str) -> &'static str {
    let rules = ["plain-secret", "placeholder-secret"];
    let mut told = rules.into_iter().filter(|rule| told.contains(rule));
    told.next().unwrap_or_default()
}

#[test]
fn what_stands_for_a_credential_in_a_secret_is_a_placeholder() {
    let framed =
        |body: &str| format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let (dots, short) = (framed("..."), framed("your key"));
    for (key, value) in [
        ("sshPrivateKey", &*dots),
        ("other", &short),
        ("webhook.secret", "psst! it's a webhook secret"),
        ("token", "the token goes here"),
        ("tls.pem", "...base64 encoded data..."),
        ("password", "\"your-secret-here\""),
        ("htpasswd", "# add a line with\n#\n# htpasswd -nB admin\n"),
        ("OIDC_CLIENT_SECRET", "SECRET"),
        ("apiKey", "api-key"),
        ("password", "user"),
        ("PASSWORD", "pass"),
        ("password", "alongpassword"),
        ("token", "Y2hhbmdlbWU="),
        ("credentials.json", "Y2hhbmdlbWU="),
        ("url", "postgres://user:password@db/x"),
        (
            "jwt",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJf36",
        ),
        (
            ".dockerconfigjson",
            r#"{"auths": {"r.example.org": {"username": "REPLACE_USER", "password": "REPLACE_PASSWORD", "auth": "REPLACE_WITH_BASE64"}}}"#,
        ),
        (
            ".dockerconfigjson",
            r#"{"auths": {"r.io": {"auth": "dXNlcjpwYXNzd29yZA=="}}}"#,
        ),
        (
            "notes",
            "RUNNER_TOKEN: \"your-secret-here\"\nADMIN_PASSWORD: \"admin\"\n",
        ),
        ("config.ini", "[store]\nhost = db\nsecret_key = CHANGE_ME\n"),
    ] {
        assert_eq!(rule_of(key, value), "placeholder-secret", "{key}={value}");
    }
    assert_eq!(rule_of("sshPrivateKey", &framed("${SSH_KEY}")), "");
    let random = "Kq7Zr2Lw9xTz4vG8bN1mC5sD3fH6jP0yUaQe";
    let (whole, token) = (framed(&random.repeat(3)), format!("# was ghp_{random}"));
    for (key, value) in [
        ("sshPrivateKey", &*whole),
        ("passphrase", "correct horse battery staple"),
        ("passphrase", "the cat sat on my hats"),
        ("htpasswd", "# DB_PASSWORD=Hx82kLq0Zp1m\n"),
        ("note", &*token),
        ("password", "#Hx82kLq0"),
        ("password", "postgres"),
        ("token", "SHhyODJrTHEwWnAxbQ=="),
        ("url", "postgres://user:Hx82kLq0Zp1m@db/x"),
        (
            ".dockerconfigjson",
            r#"{"auths": {"a": {"auth": "REPLACE_ME"}, "b": {"password": "Hx82kLq0Zp1m"}}}"#,
        ),
        ("notes", "ADMIN_PASSWORD: \"admin\"\nHOST: db\n"),
    ] {
        assert_eq!(rule_of(key, value), "plain-secret", "{key}={value}");
    }
}

#[test]
fn what_is_not_encoded_where_it_should_be_is_judged_as_it_stands() {
    let rule = |value: &str| rule_in(&secret(&format!("data: {{a.key: {value:?}}}")));
    for value in [
        "...base64 encoded data...",
        "# base64 of the key",
        r#"{"auths": {"r.io": {"password": "REPLACE_ME", "auth": "base64 of <user>:<token>"}}}"#,
    ] {
        assert_eq!(rule(value), "placeholder-secret", "{value}");
    }
    assert_eq!(rule("test"), "");
    assert_eq!(rule("Hx82kLq0Zp1m!"), "plain-secret");
    assert_eq!(rule_in(&secret("data: {password: hunter}")), "plain-secret");
}

#[test]
fn lists_of_settings_in_a_secret_are_read_by_their_names() {
    let rclone = "[store]\ntype = s3\naccess_key_id = minioadmin\nsecret_access_key = minioadmin\n";
    let fields = format!("stringData: {{remote: store-s3, path: example, conf: {rclone:?}}}");
    assert_snapshot!(secret(&fields), @"stringData.conf: [plain-secret] Secret `s` is not encrypted: conf");
    for value in [
        "[store]\ntype = s3\nsecret_access_key = ${KEY}\n",
        "[store]\ntype = s3\nprivate_key = /etc/keys/store\n",
        "#!/bin/sh\necho waiting for the database\nexport TOKEN=database\n",
    ] {
        assert_eq!(rule_of("conf", value), "", "{value}");
    }
}

#[test]
fn what_everybody_may_read_is_no_credential() {
    for (key, value) in [
        ("admin.passwordMtime", "2019-03-20T17:54:53Z"),
        ("rotated", "2031-01-02T03:04:05+01:00"),
        ("token.expiresAt", "1583789194"),
        (
            "dhparam-2048.pem",
            "-----BEGIN DH PARAMETERS-----\nMIIBCAKCAQEA\n-----END DH PARAMETERS-----",
        ),
        (
            "ca.pem",
            "-----BEGIN TRUSTED CERTIFICATE-----\nMIIBCAKCAQEA\n",
        ),
        ("key", "-----BEGIN RSA PUBLIC KEY-----\nMIIBCAKCAQEA\n"),
        ("host-key", "ecdsa-sha2-nistp256 AAAAE2VjZHNh"),
        ("lan_reverse", "7.168.192.in-addr.arpa"),
        ("lan_reverse", "10.in-addr.arpa"),
        ("STORAGE_BACKEND", "s3v7"),
        ("store", "s3"),
        ("zone", "nas-1.home.lan"),
        ("remote", "store-s3"),
    ] {
        assert_eq!(rule_of(key, value), "", "{key}={value}");
    }
    for (key, value) in [
        ("admin.password", "2019-03-20"),
        ("tsig", "3bKyNY9HFE97WNQu456N/Gn6uN/Pe7uTupbIDAnMOKU="),
        ("other", "x7-Hx82kLq0"),
        ("password", "store-s3"),
        ("password", "s3"),
        ("store", "s3v7"),
    ] {
        assert_eq!(rule_of(key, value), "plain-secret", "{key}={value}");
    }
}

#[test]
fn a_remark_says_that_a_value_is_to_be_replaced() {
    let rule = |yaml: &str| rule_in(&check(yaml));
    let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n";
    for yaml in [
        format!("# Copy this file. Do not commit it.\n\n{head}stringData:\n  password: hunter2\n"),
        format!("{head}# dummies, for the overlays\nstringData:\n  password: hunter2\n"),
        format!("{head}stringData:\n  password: hunter2  # replace in overlay\n"),
        format!("{head}stringData:\n  # to be implemented in overlays\n  password: hunter2\n"),
        "apiVersion: v1\nkind: Secret\nmetadata: {name: example-db}\nstringData: {host: db.example.com, password: hunter2}\n".to_owned(),
    ] {
        assert_eq!(rule(&yaml), "placeholder-secret", "{yaml}");
    }
    for yaml in [
        format!("# Do not commit.\n{head}stringData:\n  password: Hx82kLq0Zp1m\n"),
        format!("# Do not commit.\n{head}data:\n  key.bin: /9j/4AAQSkZJRgABAQ==\n"),
        format!("# kubectl replace -f\n{head}stringData:\n  password: hunter2\n"),
        format!("{head}stringData:\n  a: changeme # replace this\n  password: hunter2\n"),
        format!("# dummy\n---\n{head}stringData:\n  password: hunter2\n"),
        "apiVersion: v1\nkind: Secret\nmetadata: {name: example-db}\nstringData: {password: hunter2}\n".to_owned(),
    ] {
        assert_eq!(rule(&yaml), "plain-secret", "{yaml}");
    }
}

#[test]
fn what_a_service_gave_out_is_noted() {
    let is_issued = |yaml: &str| {
        let source = Source::file("test.yaml", spanned_yaml::Tree::parse(yaml));
        let documents = source.documents().documents;
        problems(documents[0].view())[0].nature.is_issued()
    };
    let of = |kind: &str, value: &str| {
        is_issued(&format!(
            "{{apiVersion: v1, kind: {kind}, data: {{a: '{value}'}}}}"
        ))
    };
    let token = "ghp_Kq7Zr2Lw9xTz4vG8bN1mC5sD3fH6jP0yUaQe";
    assert!(of("ConfigMap", token));
    assert!(of("Secret", token));
    assert!(!of("ConfigMap", "postgres://app:Hx82kLq0Zp1m@db/x"));
    assert!(!of("Secret", "postgres://app:Hx82kLq0Zp1m@db/x"));
    assert!(!of("Secret", "Hx82kLq0Zp1m!"));
}

#[test]
fn what_anybody_can_make_is_noted() {
    let is_self_made = |data: &str| {
        let yaml = format!("{{apiVersion: v1, kind: Secret, stringData: {{{data}}}}}");
        let source = Source::file("test.yaml", spanned_yaml::Tree::parse(yaml.as_str()));
        let documents = source.documents().documents;
        problems(documents[0].view())[0].nature == Nature::SelfMade
    };
    let signed = "a: eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.Kq7Zr2Lw9xTz4vG8bN1mC5sD3fH6jP0y";
    let issued = "b: ghp_Kq7Zr2Lw9xTz4vG8bN1mC5sD3fH6jP0yUaQe";
    assert!(is_self_made(signed));
    assert!(is_self_made(&format!("{signed}, password: Hx82kLq0Zp1m")));
    assert!(!is_self_made(issued));
    assert!(!is_self_made(&format!("{signed}, {issued}")));
    assert!(!is_self_made("password: Hx82kLq0Zp1m"));
}

#[test]
fn placeholders_where_base64_has_to_be() {
    let help = |yaml: &str| {
        let source = Source::file("test.yaml", spanned_yaml::Tree::parse(yaml));
        let documents = source.documents().documents;
        let problem = problems(documents[0].view()).pop();
        problem.and_then(|problem| problem.help).unwrap_or_default()
    };
    let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n";
    let token = format!("{head}data: {{ca.crt: <BASE64_CA_CRT>}}\n");
    assert_snapshot!(check(&token), @r#"data["ca.crt"]: [placeholder-secret] Secret `s` holds placeholders: ca.crt"#);
    assert!(help(&token).contains("rejects"));
    let remark = format!("{head}data:\n  kubeconfig: |\n    # Base64 encoded kubeconfig\n");
    assert!(help(&remark).contains("rejects"));
    assert_eq!(help(&format!("{head}stringData: {{a: REPLACE_ME}}\n")), "");
    // The plugin for vaults takes it for a path.
    let annotated = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, annotations: {avp.kubernetes.io/path: kv/data/x}}\ndata: {a: <CA_CRT>}\n";
    assert_eq!(check(annotated), "");
}

#[test]
fn profiles_and_telephones_are_no_credentials() {
    for (key, value) in [
        (
            "credentials",
            "[default]\nrole_arn = \nweb_identity_token_file = /var/run/secrets/token\n",
        ),
        (
            "config",
            "[default]\nsts_regional_endpoints = regional\nrole_arn = arn:aws:iam::000000000000:role/efs\nregion = eu-west-1\n",
        ),
        ("SMS_PHONE_NUMBER", "+4930123456"),
    ] {
        assert_eq!(rule_of(key, value), "", "{key}={value}");
    }
    for (key, value) in [
        (
            "credentials",
            "[default]\nrole_arn = \naws_secret_access_key = Hx82kLq0Zp1mA7bbHx82\n",
        ),
        ("SMS_PHONE_PASSWORD", "+4930123456x"),
    ] {
        assert_eq!(rule_of(key, value), "plain-secret", "{key}={value}");
    }
}

#[test]
fn what_counts_up_or_is_for_local_use_stands_for_a_credential() {
    for (key, value) in [
        (
            "AES_SECRET_KEY",
            "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        ),
        ("token", "0123456789abcdef0123456789ABCDEF"),
        ("password", "1234567890"),
        ("DB_PASSWORD", "shop_local"),
        ("JWT_SECRET", "dev-secret-must-be-at-least-256-bits-long"),
    ] {
        assert_eq!(rule_of(key, value), "placeholder-secret", "{key}={value}");
    }
    for (key, value) in [
        ("token", "0123456789abcdef7Kq2Lw9xTz4vG8b"),
        ("password", "local-Hx82kLq0Zp1m"),
        ("password", "12345"),
    ] {
        assert_eq!(rule_of(key, value), "plain-secret", "{key}={value}");
    }
}

#[test]
fn a_secret_is_told_at_what_a_service_gave_out() {
    let key = "MC4CAQAwBQYDK2VwBCIEIKq7Zr2Lw9xTz4vG8bN1mC5sD3fH6jP0yUaQe8Wk1Rt";
    let fields = format!(
        "stringData: {{DB_PASSWORD: orchard-2031, JWT_KEY: \"-----BEGIN PRIVATE KEY-----\\n{key}\\n\"}}"
    );
    assert_snapshot!(secret(&fields), @"stringData.JWT_KEY: [plain-secret] Secret `s` is not encrypted: DB_PASSWORD, JWT_KEY");
}

#[test]
fn keys_pressed_at_random_are_noted() {
    let is_mash = |value: &str| {
        let yaml = format!("{{apiVersion: v1, kind: Secret, stringData: {{password: {value:?}}}}}");
        let source = Source::file("test.yaml", spanned_yaml::Tree::parse(yaml));
        let documents = source.documents().documents;
        problems(documents[0].view())[0].nature == Nature::Mash
    };
    for value in ["asd111", "qwe", "agdfgfdgdfgdfgfddfgbc"] {
        assert!(is_mash(value), "{value}");
    }
    for value in ["hunter2", "asd1973", "Asdfgh!", "orchard-2031"] {
        assert!(!is_mash(value), "{value}");
    }
}

#[test]
fn what_names_a_secret_is_no_credential() {
    let yaml = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      valuesObject: {existingConfigSecret: store-s3-config, s3: {existingAuthSecret: store-s3-auth}, configSecret: Hx82kLq0Zp1m}\n";
    assert_snapshot!(check(yaml), @"spec.source.helm.valuesObject.configSecret: [uncertain-credential] `configSecret` looks like a credential");
}

#[test]
fn an_argument_with_its_value_is_no_flag_of_the_next() {
    let args = |args: &str| {
        check(&format!(
            "{{apiVersion: v1, kind: Pod, spec: {{containers: [{{args: [{args}]}}]}}}}"
        ))
    };
    assert_eq!(args("'--password=my-token', Hx82kLq0Zp1m"), "");
    assert_snapshot!(args("--password, Hx82kLq0Zp1m"), @"spec.containers[0].args[1]: [uncertain-credential] `--password` looks like a credential");
    // A login may hold a secret before its `=`.
    assert_snapshot!(args("'app:Hx82kLq0Zp1m@db?password=Hx82kLq0Zp1n'"), @"line 1: [uncertain-credential] `password` in `args` looks like a credential");
}

#[test]
fn ten_further_places_of_a_secret_half_are_told() {
    let halves: String = (0..15)
        .map(|at| format!("  a{at}_access_key_id: AKIAQWERTYUIOPASDFGH\n  a{at}_secret_access_key: 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\n"))
        .collect();
    let text = format!("apiVersion: v1\nkind: ConfigMap\ndata:\n{halves}");
    let source = Source::file("test.yaml", spanned_yaml::Tree::parse(&*text));
    let document = &source.documents().documents[0];
    let told = problems(document.view());
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].related.len(), 10);
}
