//! Access keys, comments beside values, and what SOPS notes.

use insta::assert_snapshot;

use super::tests::check;

const ID: &str = "AKIAQWERTYUIOPASDFGH";

const HALF: &str = "MBx3wGPeeh4Gt3Sn8OpEz21rgvwK5iznkmR2rxxW";

fn config(fields: &str) -> String {
    check(&format!("apiVersion: v1\nkind: ConfigMap\ndata:\n{fields}"))
}

fn secret(fields: &str) -> String {
    check(&format!(
        "{{apiVersion: v1, kind: Secret, metadata: {{name: s}}, stringData: {{{fields}}}}}"
    ))
}

#[test]
fn the_secret_half_of_a_pair_is_told_once() {
    let pair = config(&format!(
        "  S3_ACCESS_KEY: {ID}\n  S3_ACCESS_SECRET: {HALF}\n  conf: |\n    access_key_id = {ID}\n    secret_access_key = {HALF}\n"
    ));
    assert_snapshot!(pair, @"data.S3_ACCESS_SECRET: [credential-in-config] `S3_ACCESS_SECRET` is the secret half of an access key");
    // Other stores give out ids of their own.
    let other = config(&format!(
        "  ACCESS_KEY_ID: 4TNJHZODS9MN2MTVZ2IV\n  SECRET_ACCESS_KEY: {HALF}\n"
    ));
    assert_snapshot!(other, @"data.SECRET_ACCESS_KEY: [credential-in-config] `SECRET_ACCESS_KEY` is the secret half of an access key");
    assert_snapshot!(config(&format!("  SECRET_ACCESS_KEY: {HALF}\n")), @"data.SECRET_ACCESS_KEY: [uncertain-credential] `SECRET_ACCESS_KEY` looks like a credential");
}

#[test]
fn an_id_alone_opens_nothing() {
    assert_snapshot!(config(&format!("  SMTP_USER: {ID}\n")), @"data.SMTP_USER: [uncertain-credential] `SMTP_USER` holds the ID of an AWS access key");
    assert_snapshot!(config(&format!("  conf: |\n    access_key_id = {ID}\n")), @"line 5: [uncertain-credential] `conf` holds the ID of an AWS access key");
    assert_snapshot!(config(&format!("  SMTP_USER: {ID}\n  other: {HALF}\n")), @"data.SMTP_USER: [credential-in-config] `SMTP_USER` holds an AWS access key");
    assert_snapshot!(secret(&format!("AWS_ACCESS_KEY_ID: {ID}")), @"stringData.AWS_ACCESS_KEY_ID: [plain-secret] Secret `s` holds the ID of an AWS access key: AWS_ACCESS_KEY_ID");
    assert_snapshot!(secret(&format!("AWS_ACCESS_KEY_ID: {ID}, AWS_SECRET_ACCESS_KEY: {HALF}")), @"stringData.AWS_ACCESS_KEY_ID: [plain-secret] Secret `s` is not encrypted: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY");
}

#[test]
fn dummies_for_tests_are_placeholders() {
    for (fields, rule) in [
        (
            "aws_access_key_id: test, aws_secret_access_key: test",
            "placeholder-secret",
        ),
        (
            "creds: \"[default]\\naws_access_key_id = minioadmin\\naws_secret_access_key = minioadmin\\n\"",
            "placeholder-secret",
        ),
        (
            "aws_access_key_id: AKIAQWERTYUIOPASDFGH, aws_secret_access_key: test",
            "plain-secret",
        ),
        (
            "aws_access_key_id: test, aws_secret_access_key: orchards",
            "plain-secret",
        ),
        ("secret_access_key: minioadmin", "plain-secret"),
    ] {
        let told = secret(fields);
        assert!(told.contains(rule), "{fields}: {told}");
    }
}

#[test]
fn what_sops_notes_in_a_dotenv_file_is_no_secret() {
    let notes = "sops_mac: 'ENC[AES256_GCM,data:x]', sops_version: 3.12.2, sops_unencrypted_suffix: _unencrypted, sops_encrypted_regex: '^(a|b)$', sops_shamir_threshold: '2', a: 'ENC[AES256_GCM,data:x]'";
    assert_eq!(secret(notes), "");
    assert_snapshot!(secret(&format!("{notes}, token: Hx82kLq0Zp1m")), @"stringData.token: [plain-secret] Secret `s` is not encrypted: token");
    assert_snapshot!(secret("sops_unencrypted_suffix: _unencrypted"), @"stringData.sops_unencrypted_suffix: [plain-secret] Secret `s` is not encrypted: sops_unencrypted_suffix");
}

#[test]
fn flags_of_scripts_are_named() {
    let script = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - command:\n        - sh\n        - |\n          exec serve \\\n          -port=8080 \\\n          -adminPassword=Hx82kLq0Zp1m\n";
    assert_snapshot!(check(script), @"line 10: [uncertain-credential] `-adminPassword` in `command` looks like a credential");
}

#[test]
fn comments_beside_values_are_read() {
    assert_snapshot!(config("  c.yml: |\n    # cameras\n    path: rtsp://admin:password@192.0.2.1/live # Update with real credentials\n    password: orchard@2031\n"), @"line 6: [default-password] the URL in `c.yml` holds a well-known default password, which a comment says is to be replaced");
}
