//! How a pod resolves names.

use super::super::at::At;
use super::super::text;
use crate::check::Check;

/// Since this minor version domains to search in may have underscores, and be `.`.
const RELAXED_SINCE: u16 = 33;

const MAX_NAMESERVERS: usize = 3;
const MAX_SEARCHES: usize = 32;
const MAX_SEARCH_LENGTH: usize = 2048;

pub(super) fn field(check: &mut Check, spec: &At<'_, '_>, key: &str, field: &At<'_, '_>) {
    match key {
        "dnsPolicy" if field.text() == "None" => {
            let config = spec.get("dnsConfig");
            let servers = config.get("nameservers");
            let help = Some("the policy `None` needs at least one name server");
            if !config.is_set() {
                check.required(&config, help);
            } else if servers.is_empty() {
                check.required(&servers, help);
            }
        }
        "dnsConfig" => config(check, field),
        "hostAliases" => aliases(check, field),
        _ => {}
    }
}

fn config(check: &mut Check, config: &At<'_, '_>) {
    let servers = config.get("nameservers");
    if servers.count() > MAX_NAMESERVERS {
        check.invalid(&servers, "must not have more than 3 items");
    }
    for server in servers.items() {
        check.ip(&server);
    }
    let searches = config.get("searches");
    let is_relaxed = check.version.minor() >= RELAXED_SINCE;
    let mut length = 0;
    for search in searches.items() {
        let text = search.text();
        length += text.len() + 1;
        let domain = text.strip_suffix('.').unwrap_or(text);
        let reason = match text {
            "." if is_relaxed => None,
            _ if is_relaxed => text::subdomain_underscore(domain),
            _ => text::subdomain(domain),
        };
        if let Some(reason) = reason {
            check.invalid(&search, reason);
        }
    }
    if searches.count() > MAX_SEARCHES {
        check.invalid(&searches, "must not have more than 32 items");
    }
    if length > MAX_SEARCH_LENGTH + 1 {
        check.invalid(
            &searches,
            "must not be longer than 2048 characters in total",
        );
    }
    for option in config.get("options").items() {
        check.not_empty(&option.get("name"));
    }
}

fn aliases(check: &mut Check, aliases: &At<'_, '_>) {
    for alias in aliases.items() {
        let ip = alias.get("ip");
        if ip.is_empty() {
            check.required(&ip, None);
        } else {
            check.ip(&ip);
        }
        for host in alias.get("hostnames").items() {
            check.text_rule(&host, text::subdomain);
        }
    }
}
