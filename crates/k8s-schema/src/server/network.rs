//! Ingresses, their classes, and policies for networks.

use super::at::At;
use super::ip::{self, Block};
use super::report::IntOrText;
use super::{selector, text};
use crate::check::Check;

/// Since this minor version names of Services may begin with a digit.
pub(super) const RELAXED_SERVICE_SINCE: u16 = 36;

const CLASS: &str = "kubernetes.io/ingress.class";

pub(super) fn service_name(check: &Check) -> fn(&str) -> text::Why {
    if check.version.minor() >= RELAXED_SERVICE_SINCE {
        text::label
    } else {
        text::label_1035
    }
}

pub(super) fn ingress(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let rules = spec.get("rules");
    let default = spec.get("defaultBackend");
    if rules.is_empty() && !default.is_set() && spec.view.is_map() {
        check.invalid(&spec, "must have `rules` or `defaultBackend`");
    }
    if default.is_set() {
        backend(check, &default);
    }
    for rule in rules.items() {
        host(check, &rule.get("host"));
        let http = rule.get("http");
        if !http.is_set() {
            continue;
        }
        let paths = http.get("paths");
        check.not_empty(&paths);
        for path in paths.items() {
            ingress_path(check, &path);
        }
    }
    for tls in spec.get("tls").items() {
        for name in tls.get("hosts").items() {
            let rule = if name.text().contains('*') {
                text::wildcard_subdomain
            } else {
                text::subdomain
            };
            if let Some(reason) = rule(name.text()) {
                check.invalid(&name, reason);
            }
        }
        check.text_rule(&tls.get("secretName"), text::subdomain);
    }
    let class = spec.get("ingressClassName");
    if class.is_set() {
        check.required_text(&class, text::subdomain);
        let metadata = object.get("metadata");
        let annotations = metadata.get("annotations");
        let old = annotations.get(CLASS);
        if old.is_set() && old.text() != class.text() && !class.is_open() {
            check.invalid(
                &old,
                format_args!("must equal `ingressClassName`, which is `{}`", class.text()),
            );
        }
    }
}

fn host(check: &mut Check, host: &At<'_, '_>) {
    let name = host.text();
    if name.is_empty() {
    } else if ip::address(name).is_some() {
        check.invalid(host, "must be the name of a host, not an IP address");
    } else if name.contains('*') {
        check.text_rule(host, text::wildcard_subdomain);
    } else {
        check.text_rule(host, text::subdomain);
    }
}

fn ingress_path(check: &mut Check, path: &At<'_, '_>) {
    let ty = path.get("pathType");
    let at = path.get("path");
    let text = at.text();
    match ty.text() {
        "" => check.required(&ty, None),
        "Exact" | "Prefix" => {
            const INSIDE: [&str; 5] = ["//", "/./", "/../", "%2f", "%2F"];
            const AT_END: [&str; 2] = ["/..", "/."];
            if text.is_empty() {
                check.required(
                    &at,
                    Some("paths of the types `Exact` and `Prefix` begin with `/`"),
                );
            } else if !text.starts_with('/') {
                check.invalid(&at, "must begin with `/`");
            } else if let Some(part) = INSIDE.iter().find(|part| text.contains(**part)) {
                check.invalid(&at, format_args!("must not contain `{part}`"));
            } else if let Some(end) = AT_END.iter().find(|end| text.ends_with(**end)) {
                check.invalid(&at, format_args!("must not end with `{end}`"));
            }
        }
        "ImplementationSpecific" => {
            if !text.is_empty() && !text.starts_with('/') {
                check.invalid(&at, "must begin with `/`");
            }
        }
        _ => {}
    }
    backend(check, &path.get("backend"));
}

fn backend(check: &mut Check, backend: &At<'_, '_>) {
    let service = backend.get("service");
    let resource = backend.get("resource");
    match (service.is_set(), resource.is_set()) {
        (true, true) => check.forbidden(&resource, "must not be set together with `service`"),
        (false, false) => {
            if backend.is_set() {
                check.invalid(backend, "must have either `service` or `resource`");
            } else {
                check.required(backend, None);
            }
        }
        (false, true) => reference(check, &resource),
        (true, false) => {
            let rule = service_name(check);
            check.required_text(&service.get("name"), rule);
            let port = service.get("port");
            let name = port.get("name");
            let number = port.get("number");
            let has_number = number.is_set() && check.int(&number) != Some(0);
            match (!name.is_empty(), has_number) {
                (true, true) => check.forbidden(&name, "must not be set together with `number`"),
                (true, false) => check.text_rule(&name, text::port_name),
                (false, true) => check.port_number(&number),
                (false, false) if port.is_open() => {}
                (false, false) if port.is_set() => {
                    check.invalid(&port, "must have either `name` or `number`");
                }
                (false, false) => check.required(&port, None),
            }
        }
    }
}

/// Another object, by group, kind and name.
fn reference(check: &mut Check, reference: &At<'_, '_>) {
    check.text_rule(&reference.get("apiGroup"), text::subdomain);
    check.required_text(&reference.get("kind"), text::path_segment);
    check.required_text(&reference.get("name"), text::path_segment);
}

pub(super) fn ingress_class(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let controller = spec.get("controller");
    if controller.text().len() > 250 {
        check.invalid(&controller, "must not be longer than 250 characters");
    }
    check.required_text(&controller, text::domain_path);
    let parameters = spec.get("parameters");
    if !parameters.is_set() {
        return;
    }
    reference(check, &parameters);
    let scope = parameters.get("scope");
    let namespace = parameters.get("namespace");
    match scope.text() {
        "" | "Cluster" => {
            if namespace.is_set() {
                check.forbidden(&namespace, "may only be set with the scope `Namespace`");
            }
        }
        "Namespace" => check.required_text(&namespace, text::label),
        _ => check.unsupported(&scope, &["Cluster", "Namespace"]),
    }
}

pub(super) fn policy(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    selector::labels(check, &spec.get("podSelector"));
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        for rule in spec.get(direction).items() {
            for port in rule.get("ports").items() {
                policy_port(check, &port);
            }
            for peer in rule.get(peers).items() {
                policy_peer(check, &peer);
            }
        }
    }
    let types = spec.get("policyTypes");
    if types.count() > 2 {
        check.invalid(&types, "must not have more than 2 items");
    }
}

fn policy_port(check: &mut Check, port: &At<'_, '_>) {
    let start = port.get("port");
    let end = port.get("endPort");
    match check.int_or_text(&start) {
        IntOrText::Int(number) => {
            check.port_number(&start);
            check.port_number(&end);
            if check.int(&end).is_some_and(|end| end < number) {
                check.invalid(
                    &end,
                    format_args!("must not be less than `port`, which is {number}"),
                );
            }
        }
        IntOrText::Text(name) => {
            if end.is_set() && !start.is_open() {
                check.forbidden(&end, "may only be set together with the number of a port");
            }
            if let Some(reason) = text::port_name(name) {
                check.invalid(&start, format_args!("as a port's name {reason}"));
            }
        }
        IntOrText::None => {
            if end.is_set() && !start.is_set() {
                check.forbidden(&end, "may only be set together with `port`");
            }
        }
    }
}

fn policy_peer(check: &mut Check, peer: &At<'_, '_>) {
    let pods = peer.get("podSelector");
    let namespaces = peer.get("namespaceSelector");
    let block = peer.get("ipBlock");
    selector::labels(check, &pods);
    selector::labels(check, &namespaces);
    let has_selector = pods.is_set() || namespaces.is_set();
    if block.is_set() {
        if has_selector {
            check.forbidden(&block, "must not be set together with a selector");
        }
        ip_block(check, &block);
    } else if !has_selector {
        check.invalid(
            peer,
            "must have `podSelector`, `namespaceSelector` or `ipBlock`",
        );
    }
}

fn ip_block(check: &mut Check, block: &At<'_, '_>) {
    let at = block.get("cidr");
    if at.is_empty() {
        check.required(&at, None);
        return;
    }
    let Some(outer) = check.cidr(&at, at.text()) else {
        return;
    };
    for except in block.get("except").items() {
        if let Some(inner) = check.cidr(&except, except.text())
            && !outer.has_inside(inner)
        {
            check.invalid(
                &except,
                format_args!("must be inside `{}`, and smaller", at.text()),
            );
        }
    }
}

pub(super) fn service_cidr(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let blocks = spec.get("cidrs");
    check.not_empty(&blocks);
    if blocks.count() > 2 {
        check.invalid(&blocks, "must not have more than 2 items");
    }
    for block in blocks.items() {
        check.cidr(&block, block.text());
    }
    let mut families = blocks.items().filter_map(|block| Block::of(block.text()));
    if let (Some(first), Some(second)) = (families.next(), families.next())
        && first.is_ipv6() == second.is_ipv6()
    {
        check.invalid(&blocks, "must not have more than one block of each family");
    }
}
