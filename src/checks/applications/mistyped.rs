//! Addresses of repositories that are nearly those of others.

use std::collections::BTreeMap;

use super::known::{Known, is_open};
use super::rules::MISTYPED_REPOSITORY;
use crate::deploy::normal_address;
use crate::problem::Problem;

/// How many sources must share an address for another one to be a slip of it.
const SHARED_BY: usize = 2;

/// The most addresses that are compared with each other.
const MOST: usize = 200;

/// Addresses that one Application alone has, and that differ by a slip from one that others share.
pub(super) fn problems(known: &Known<'_>) -> Vec<Problem> {
    let mut shared: BTreeMap<String, usize> = BTreeMap::new();
    let sources = known.applications.iter().flat_map(|own| {
        own.application
            .sources
            .iter()
            .map(move |source| (own, source))
    });
    let with_address = sources.filter_map(|(own, source)| {
        let url = source.repo_url.as_ref()?;
        let is_known = source.chart.is_none() && !is_open(url.as_str());
        is_known.then(|| (own, url, normal_address(url.as_str())))
    });
    let all: Vec<_> = with_address.collect();
    for (_, _, address) in &all {
        *shared.entry(address.clone()).or_default() += 1;
    }
    if shared.len() > MOST {
        return Vec::new();
    }
    let often: Vec<&str> = shared
        .iter()
        .filter(|(_, count)| **count >= SHARED_BY)
        .map(|(address, _)| address.as_str())
        .collect();
    let odd = all.iter().filter(|(_, _, address)| shared[address] == 1);
    odd.filter_map(|(own, url, address)| {
        let meant = suggest::slip(address, often.iter().copied())?;
        let (_, correct, _) = all.iter().find(|(_, _, other)| other == meant)?;
        let message = format!(
            "no other Application deploys from `{}`, and {} from nearly the same address",
            url.as_str(),
            shared[meant]
        );
        let problem = Problem::new(&MISTYPED_REPOSITORY, message)
            .help(format!("did you mean `{}`?", correct.as_str()));
        Some(own.tell(problem, url.place().map(|place| place.locate())))
    })
    .collect()
}
