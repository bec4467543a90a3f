//! Parts of objects that something else creates, which only a server-side apply takes.

use manifest::{Object, Segment, View};

use crate::checks::schema::MISSING_FIELD;
use crate::deploy::TargetSpec;
use crate::problem::{At, Field, Problem};
use crate::rule::{RuleId, Severity};

/// The option of Argo CD's, for an Application or in an annotation of an object.
const OPTION: &str = "ServerSideApply=true";

/// Whether what deploys a target applies all of its objects server-side.
pub(super) fn is_server_side(spec: &TargetSpec) -> bool {
    let deployer = spec.deployer.as_ref().map(|deployer| deployer.node.view());
    let options = deployer.and_then(|view| view.get_path(&["spec", "syncPolicy", "syncOptions"]));
    let mut options = options.into_iter().flat_map(View::items);
    options.any(|option| option.text() == OPTION)
}

/// Whether an object asks for that itself.
pub(super) fn is_applied_server_side(object: View<'_>) -> bool {
    let path = ["metadata", "annotations", "argocd.argoproj.io/sync-options"];
    let options = object.get_path(&path).map_or("", View::text);
    options.split(',').any(|option| option.trim() == OPTION)
}

/// Makes one problem of a workload that lacks both what selects its pods and what they are made
/// of: nobody leaves out these two by mistake.
pub(super) fn join(problems: &mut Vec<Problem>, object: &Object) {
    let lacks = |path: &[&str]| problems.iter().any(|problem| is_missing(problem, path));
    let lacks_pod = lacks(&["spec", "template"])
        || lacks(&["spec", "template", "spec"])
        || lacks(&["spec", "template", "spec", "containers"]);
    if !lacks(&["spec", "selector"]) || !lacks_pod {
        return;
    }
    problems.retain(|problem| {
        !is_missing_below(problem, &["spec", "selector"])
            && !is_missing_below(problem, &["spec", "template"])
    });
    let message = format!(
        "this {} is partial: it can be applied only where something else has created it",
        object.id.gvk.kind
    );
    let field = Field {
        path: [Segment::Key("spec".into())].into_iter().collect(),
        at_key: true,
        ..Field::default()
    };
    problems.push(Problem {
        at_most: Some(Severity::Warning),
        ..Problem::new(&MISSING_FIELD, message)
            .at_field(field)
            .help("see that the other one is created first, in an earlier wave")
    });
}

fn is_missing(problem: &Problem, path: &[&str]) -> bool {
    let is_whole = |field: &Field| field.path.segments().len() == path.len();
    matches!(&problem.at, At::Field(field) if is_whole(field)) && is_missing_below(problem, path)
}

/// Whether it is a field at a path that is missing, or one below it.
fn is_missing_below(problem: &Problem, path: &[&str]) -> bool {
    let At::Field(field) = &problem.at else {
        return false;
    };
    let own = field.path.segments();
    let is_key =
        |(segment, key): (&Segment, &&str)| matches!(segment, Segment::Key(own) if **own == **key);
    problem.rule == RuleId::from(&MISSING_FIELD)
        && own.len() >= path.len()
        && own.iter().zip(path).all(is_key)
}
