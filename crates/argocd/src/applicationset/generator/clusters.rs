//! One set of parameters for each cluster.

use std::rc::Rc;

use go_template::{List, Map, MapType, Value};
use manifest::{Node, Src, View};

use super::{Generated, Run, Stop};
use crate::applicationset::functions::normalize;
use crate::applicationset::params::{self, Params};
use crate::applicationset::selector::{Of, Selector};
use crate::applicationset::{Cluster, IN_CLUSTER_NAME, IN_CLUSTER_SERVER, Unknown, UnknownKind};

impl Run<'_> {
    pub(super) fn clusters(&mut self, own: View<'_>, at: Option<Src>) -> Generated<Vec<Params>> {
        let world = self.world;
        let unknown = |at| {
            let what = UnknownKind::Clusters;
            Err(Stop::Unknown(Unknown { what, at }))
        };
        let Some(known) = world.clusters() else {
            return unknown(at);
        };
        let selector = own.get("selector").unwrap_or(View::Gone);
        let selector = Selector::read(selector, Of::Labels)?;
        let mut chosen: Vec<&Cluster> = Vec::new();
        for cluster in known {
            let label = |key: &str| {
                let label = cluster.label(key)?;
                Some(label.view().text().to_owned())
            };
            if !selector.is_match(&label) {
                continue;
            }
            let name = cluster.name.view().text();
            // Of two clusters of one name Argo CD keeps one.
            match chosen
                .iter_mut()
                .find(|other| other.name.view().text() == name)
            {
                Some(other) => *other = cluster,
                None => chosen.push(cluster),
            }
        }
        if chosen.is_empty() && !selector.is_empty() && world.may_have_more_clusters() {
            return unknown(at);
        }
        let is_declared = chosen
            .iter()
            .any(|cluster| cluster.server.view().text() == IN_CLUSTER_SERVER);
        let values = own.get("values");
        let mut all = Vec::new();
        for cluster in chosen {
            let mut set = self.of_cluster(cluster);
            self.add_values(values, &mut set)?;
            self.push(&mut all, set, at.as_ref())?;
        }
        // The cluster that nothing declares has no labels to be selected by.
        if selector.is_empty() && !is_declared {
            let mut set = self.in_cluster(at.as_ref());
            self.add_values(values, &mut set)?;
            self.push(&mut all, set, at.as_ref())?;
        }
        let is_flat = own
            .get("flatList")
            .is_some_and(|flag| flag.text() == "true");
        Ok(match is_flat {
            true => vec![flat(all)],
            false => all,
        })
    }

    fn of_cluster(&mut self, cluster: &Cluster) -> Params {
        let map = Map::default();
        let name = params::text(cluster.name.view(), &mut self.places);
        let normalized = self.normalized(&name);
        map.set("name", name);
        map.set("nameNormalized", normalized);
        map.set(
            "server",
            params::text(cluster.server.view(), &mut self.places),
        );
        let project = match &cluster.project {
            Some(project) => params::text(project.view(), &mut self.places),
            None => Value::from(""),
        };
        map.set("project", project);
        let metadata = Map::default();
        for (kind, pairs) in [
            ("annotations", &cluster.annotations),
            ("labels", &cluster.labels),
        ] {
            if !pairs.is_empty() {
                self.metadata(kind, pairs, &map, &metadata);
            }
        }
        if self.is_go {
            map.set("metadata", Value::from(metadata));
        }
        Params {
            map: Rc::new(map),
            from: cluster.place.iter().cloned().collect(),
        }
    }

    fn metadata(&mut self, kind: &str, pairs: &[(Node, Node)], flat: &Map, nested: &Map) {
        let texts = Map::new(MapType::Str);
        for (key, value) in pairs {
            let value = params::text(value.view(), &mut self.places);
            let key = key.view().text();
            match self.is_go {
                true => texts.set(key, value),
                false => flat.set(format!("metadata.{kind}.{key}"), value),
            }
        }
        if self.is_go {
            nested.set(kind, Value::from(texts));
        }
    }

    fn in_cluster(&mut self, at: Option<&Src>) -> Params {
        let trace = self.places.trace(at);
        let made = |text: &str| {
            let mut built = go_template::TextBuilder::new(usize::MAX);
            built.push_made(text.as_bytes(), trace);
            let text = built.finish().unwrap_or_else(|_| text.into());
            Value::text(text)
        };
        let map = Map::from_iter([
            ("name", made(IN_CLUSTER_NAME)),
            ("nameNormalized", made(IN_CLUSTER_NAME)),
            ("server", made(IN_CLUSTER_SERVER)),
            ("project", made("")),
        ]);
        Params {
            map: Rc::new(map),
            from: at.cloned().into_iter().collect(),
        }
    }

    /// A name in small letters, digits and `-`, from the same place.
    pub(super) fn normalized(&mut self, name: &Value) -> Value {
        let text = name.as_text().map(|text| text.to_str().into_owned());
        let text = normalize(&text.unwrap_or_default());
        let mut built = go_template::TextBuilder::new(usize::MAX);
        built.push_made(text.as_bytes(), name.origin());
        Value::text(built.finish().unwrap_or_else(|_| text.into()))
    }
}

/// All sets as a list in one.
fn flat(all: Vec<Params>) -> Params {
    let from = all.iter().flat_map(|set| set.from.clone()).collect();
    let items = all.into_iter().map(|set| Value::from(set.map)).collect();
    let mut list = List::new(items);
    list.of = go_template::ListType::Maps;
    let map = Map::from_iter([("clusters", Value::from(list))]);
    Params {
        map: Rc::new(map),
        from,
    }
}
