//! Values that SOPS encrypted: what they are is known only to whoever decrypts them.

use std::collections::BTreeMap;

use manifest::{is_encrypted, is_encrypted_value};

use super::{Context, Told};
use crate::problem::{Affects, At, Problem};

pub(super) fn concerns(problem: &Problem) -> bool {
    let is_of_value = matches!(&problem.at, At::Field(field) if !field.at_key);
    is_of_value && !problem.rule.is_about_secrets()
}

/// Leaves out what is told of an encrypted value as if it stood there in plain text.
pub(super) fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    told.keep(concerns, |problem| {
        let (At::Field(field), Affects::Objects(objects)) = (&problem.at, &problem.affects) else {
            return true;
        };
        let first = objects.first();
        let first = first.and_then(|at| context.rendered[at.target].objects.get(at.object));
        let Some(object) = first.filter(|object| is_encrypted(object.node.view())) else {
            return true;
        };
        let value = object.node.view().at(&field.path);
        let is_hidden = value.is_some_and(|value| is_encrypted_value(value.text()));
        if is_hidden {
            *unknown.entry(object.id.gvk.kind.to_string()).or_default() += 1;
        }
        !is_hidden
    });
    told.tally.leave_out("encrypted values", unknown);
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    #[test]
    fn an_encrypted_image_is_not_known() {
        let check = |image: &str, sops: &str| {
            let pod = format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{{name: web, image: '{image}'}}]}}\n{sops}"
            );
            let memory: Memory = [("web/pod.yaml", &*pod)].into_iter().collect();
            let setup = Setup::read(&memory, None).unwrap();
            let request = Request {
                select: vec!["invalid-image".to_owned()],
                ..Request::all(Date::parse("2026-06-30").unwrap())
            };
            let report = setup.check(&memory, &request).report;
            let found = report.findings.len();
            let left = report.summary.unchecked.iter();
            let mut left = left.filter(|own| own.what == "encrypted values");
            format!("{found} found, {:?}", left.next().map(|own| &own.which))
        };
        let image = "ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]";
        let sops = "sops: {mac: 'ENC[AES256_GCM,data:y,type:str]'}\n";
        assert_snapshot!(check(image, sops), @r#"0 found, Some([("Pod", 1)])"#);
        assert_snapshot!(check(image, ""), @"1 found, None");
        assert_snapshot!(check("web::1", sops), @"1 found, None");
    }
}
