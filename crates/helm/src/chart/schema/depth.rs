//! How deeply the schemas of a document lead into one another.

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::inner;
use super::refs::Refs;

/// Something that can be referred to, with what stands inside it.
struct Group {
    /// How many levels stand in one another in it.
    levels: usize,
    /// What is referred to from inside it.
    to: Vec<usize>,
}

/// The groups of a document: its root, and whatever is referred to.
struct Groups<'a, 'r> {
    refs: &'r Refs<'a>,
    known: FxHashMap<*const Json, usize>,
    schemas: Vec<&'a Json>,
    all: Vec<Group>,
}

impl<'a> Groups<'a, '_> {
    fn number(&mut self, schema: &'a Json) -> usize {
        let next = self.schemas.len();
        let number = *self.known.entry(schema).or_insert(next);
        if number == next {
            self.schemas.push(schema);
        }
        number
    }

    fn group(&mut self, schema: &'a Json) -> Group {
        let mut group = Group {
            levels: 0,
            to: Vec::new(),
        };
        self.walk(schema, 1, &mut group);
        group
    }

    fn walk(&mut self, schema: &'a Json, level: usize, group: &mut Group) {
        group.levels = group.levels.max(level);
        for target in self.refs.targets(schema) {
            let number = self.number(target);
            group.to.push(number);
        }
        inner::each(schema, |_, _, _, inner| self.walk(inner, level + 1, group));
    }
}

/// The most levels that anybody can go through who follows every reference once.
pub(super) fn most_levels(root: &Json, refs: &Refs<'_>) -> usize {
    let mut groups = Groups {
        refs,
        known: FxHashMap::default(),
        schemas: Vec::new(),
        all: Vec::new(),
    };
    groups.number(root);
    while let Some(schema) = groups.schemas.get(groups.all.len()).copied() {
        let group = groups.group(schema);
        groups.all.push(group);
    }
    longest(&groups.all)
}

/// The weight of the heaviest way through groups, where those that lead back to one another count
/// as one. Tarjan's algorithm, without recursion: the groups may form a long chain.
fn longest(groups: &[Group]) -> usize {
    const NEW: usize = usize::MAX;
    let count = groups.len();
    let mut order = vec![NEW; count];
    let mut low = vec![0; count];
    let mut is_open = vec![false; count];
    // The heaviest way from a group on, once its circle is known.
    let mut heaviest = vec![0usize; count];
    let mut open = Vec::new();
    let mut next = 0;
    let mut best = 0;
    for start in 0..count {
        if order[start] != NEW {
            continue;
        }
        let mut path = vec![(start, 0)];
        while let Some((at, edge)) = path.pop() {
            if edge == 0 && order[at] == NEW {
                order[at] = next;
                low[at] = next;
                next += 1;
                open.push(at);
                is_open[at] = true;
            }
            if let Some(&to) = groups[at].to.get(edge) {
                path.push((at, edge + 1));
                if order[to] == NEW {
                    path.push((to, 0));
                } else if is_open[to] {
                    low[at] = low[at].min(order[to]);
                }
                continue;
            }
            if let Some((above, _)) = path.last() {
                low[*above] = low[*above].min(low[at]);
            }
            if low[at] != order[at] {
                continue;
            }
            let first = open.iter().rposition(|other| *other == at).unwrap_or(0);
            let circle = open.split_off(first);
            let own: usize = circle.iter().map(|one| groups[*one].levels).sum();
            let on = circle.iter().flat_map(|one| &groups[*one].to);
            let on = on.map(|to| heaviest[*to]).max().unwrap_or(0);
            for one in circle {
                heaviest[one] = own + on;
                is_open[one] = false;
            }
            best = best.max(own + on);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(schema: &str) -> usize {
        let root: Json = serde_json::from_str(schema).expect("JSON");
        most_levels(&root, &Refs::of(&root))
    }

    #[test]
    fn levels_add_up_along_references() {
        assert_eq!(check(r#"{}"#), 1);
        assert_eq!(check(r#"{"properties": {"a": {"items": {}}}}"#), 3);
        let chain = r##"{
            "$ref": "#/$defs/a",
            "$defs": {
                "a": {"properties": {"x": {"$ref": "#/$defs/b"}}},
                "b": {"items": {"$ref": "#/$defs/c"}},
                "c": {}
            }
        }"##;
        assert_eq!(check(chain), 2 + 1 + 2 + 2 + 1);
        let circle = r##"{
            "$ref": "#/$defs/a",
            "$defs": {
                "a": {"properties": {"x": {"$ref": "#/$defs/b"}}},
                "b": {"items": {"$ref": "#/$defs/a"}}
            }
        }"##;
        assert_eq!(check(circle), 3 + 2 + 2);
    }

    #[test]
    fn long_chains_are_followed_without_recursion() {
        let link = |n| format!(r##""a{n}": {{"$ref": "#/$defs/a{}"}}, "##, n + 1);
        let links: String = (0..20_000).map(link).collect();
        let schema = format!(r##"{{"$ref": "#/$defs/a0", "$defs": {{{links}"a20000": {{}}}}}}"##);
        assert!(check(&schema) > 20_000);
    }
}
