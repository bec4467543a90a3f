//! The message of a commit that carries out a promotion.

use std::collections::BTreeSet;

use super::plan::effects_of;
use super::plural;
use crate::promote::Plan;

/// How many names a subject lists.
const NAMES: usize = 3;

/// How many changes are listed for each application.
const EFFECTS: usize = 20;

/// What is promoted in one line, and below it what changes for each application.
pub fn commit_message<'a>(plans: impl Iterator<Item = &'a Plan> + Clone) -> String {
    let (mut names, mut from, mut to) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut body = String::new();
    for plan in plans {
        let environment = &plan.comparison.to.name;
        let moved = plan.applications().filter(|(_, own)| !own.files.is_empty());
        for (application, promotion) in moved {
            names.insert(application.pair.name.as_str());
            from.insert(plan.comparison.from.name.as_ref());
            if !to.contains(&environment.as_ref()) {
                to.push(environment.as_ref());
            }
            body += &format!("\n{} in {environment}\n", application.pair.name);
            let effects: Vec<String> = promotion.effects.iter().flat_map(effects_of).collect();
            for effect in effects.iter().take(EFFECTS) {
                body += &format!("  {effect}\n");
            }
            if effects.len() > EFFECTS {
                body += &format!("  and {} more\n", effects.len() - EFFECTS);
            }
        }
    }
    let what = match names.len() {
        0..=NAMES => names.into_iter().collect::<Vec<_>>().join(", "),
        count => plural(count, "application"),
    };
    let from = from.into_iter().collect::<Vec<_>>().join(", ");
    let subject = match from == to.join(", ") {
        true => format!("roll back {what} in {from}"),
        false => format!("promote {what}: {from} → {}", to.join(", ")),
    };
    // A line break would end the subject.
    let subject: String = subject.chars().filter(|c| !c.is_control()).collect();
    format!("{subject}\n{body}")
}
