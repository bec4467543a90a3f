//! The comment on a pull request, against an API on this machine.

use std::sync::{Arc, Mutex};

use super::change::Checkout;
use crate::local::{Request, serve};

/// A pull request with one fault, and the API that it is commented at.
struct Review {
    checkout: Checkout,
    api: String,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Review {
    /// `comments` are those that are there; `status` answers what is written.
    fn new(comments: &'static str, status: u16) -> Self {
        let checkout = Checkout::new(&[(
            "one.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec:\n  containers:\n    \
             - {name: a, image: a:1, securityContext: {privileged: true}}\n",
        )]);
        let (code, ..) = checkout.check("pull_request", &[]);
        assert_eq!(code, 1);
        let asked = Arc::<Mutex<Vec<Request>>>::default();
        let kept = asked.clone();
        let api = serve(move |request| {
            let answer = match request.line.as_str() {
                "GET /user" => (403, Vec::new()),
                line if line.starts_with("GET ") => (200, comments.into()),
                _ => (status, b"{}".to_vec()),
            };
            kept.lock().unwrap().push(request);
            answer
        });
        Self {
            checkout,
            api,
            asked,
        }
    }

    /// Runs the step, which never fails.
    fn comment(&self, more: &[(&str, &str)]) -> String {
        let inputs = [
            ("GITHUB_API_URL", self.api.as_str()),
            ("GITHUB_REPOSITORY", "acme/platform"),
            ("GITHUB_RUN_ID", "7"),
            ("EVENT_NUMBER", "5"),
            ("INPUT_TOKEN", "token"),
        ];
        let inputs = [&inputs, more].concat();
        let output = self.checkout.runner.step("comment.sh", "", &inputs);
        let told = super::told(&output);
        assert!(output.status.success(), "{told}");
        told
    }

    /// What was written: the request, and the comment.
    fn written(&self) -> Vec<(String, String)> {
        let asked = self.asked.lock().unwrap();
        let written = asked
            .iter()
            .filter(|request| !request.line.starts_with("GET "));
        let written = written.map(|request| {
            let body: serde_json::Value = serde_json::from_str(&request.body).unwrap();
            let body = body["body"].as_str().unwrap().to_owned();
            (request.line.clone(), body)
        });
        written.collect()
    }
}

#[test]
fn a_first_comment_shows_what_is_found_and_what_changes() {
    let review = Review::new("[]", 201);
    assert_eq!(review.comment(&[]), "");
    let written = review.written();
    let [(line, body)] = written.as_slice() else {
        panic!("{} requests", written.len());
    };
    assert_eq!(line, "POST /repos/acme/platform/issues/5/comments");
    assert!(
        body.starts_with("[gitopslint]: #comment\n\n## gitopslint: 1 error"),
        "{body}"
    );
    assert!(body.contains("### `one.yaml`"), "{body}");
    assert!(body.contains("<details>"), "{body}");
    assert!(!body.contains("old.yaml"), "{body}");
}

/// A stranger's comment that begins alike is left alone, and so is one that quotes it.
#[test]
fn the_own_comment_is_updated() {
    let review = Review::new(
        r##"[
          {"id": 1, "user": {"login": "mallory", "type": "User"}, "body": "[gitopslint]: #comment"},
          {"id": 2, "user": {"login": "some[bot]", "type": "Bot"}, "body": "\"id\": 9, [gitopslint]: #comment"},
          {"id": 3, "user": {"login": "github-actions[bot]", "type": "Bot"}, "body": "[gitopslint]: #comment\n\nold"}
        ]"##,
        200,
    );
    assert_eq!(review.comment(&[]), "");
    let written = review.written();
    assert_eq!(written.len(), 1);
    assert_eq!(written[0].0, "PATCH /repos/acme/platform/issues/comments/3");
}

#[test]
fn a_token_that_may_not_comment_is_a_notice() {
    let review = Review::new("[]", 403);
    let notice = "::notice title=gitopslint::the pull request has no comment: ";
    assert_eq!(
        review.comment(&[]),
        format!("{notice}the token may not write one (HTTP 403)\n")
    );
    let told = review.comment(&[("GITHUB_API_URL", "http://127.0.0.1:1")]);
    assert_eq!(told, format!("{notice}the API answered HTTP 000\n"));
    let told = review.comment(&[("INPUT_TOKEN", "a\"\nurl = \"x")]);
    assert_eq!(told, format!("{notice}no token is given\n"));
}
