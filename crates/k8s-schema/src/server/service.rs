//! Services and their endpoints.

use super::at::At;
use super::pod::port;
use super::seen::Seen;
use super::{ip, meta, text};
use crate::check::Check;

/// The ports that nodes have for Services, unless the cluster says otherwise.
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30000..=32767;

/// A day.
const MAX_AFFINITY_SECONDS: i64 = 86_400;

const RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

pub(super) fn service(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let ty = spec.get("type");
    let kind = match ty.text() {
        "" => "ClusterIP",
        text => text,
    };
    if ty.is_open() {
        return;
    }
    let cluster_ip = spec.get("clusterIP");
    let cluster_ips = spec.get("clusterIPs");
    let is_headless = cluster_ip.text() == "None"
        || (cluster_ips.count() == 1 && cluster_ips.items().any(|ip| ip.text() == "None"));
    let ports = spec.get("ports");
    if ports.is_empty() && !is_headless && kind != "ExternalName" && spec.view.is_map() {
        check.required(&ports, None);
    }
    match kind {
        "ExternalName" => external_name(check, &spec),
        "LoadBalancer" | "NodePort" if is_headless => {
            let at = if cluster_ip.is_set() {
                cluster_ip
            } else {
                cluster_ips
            };
            check.invalid(
                &at,
                format_args!("must not be `None` for the type `{kind}`"),
            );
        }
        _ => cluster_ips_of(check, &spec),
    }
    service_ports(check, &ports, kind);
    for (key, field) in spec.fields() {
        match key {
            "selector" => meta::labels(check, &field),
            "sessionAffinityConfig" if spec.get("sessionAffinity").text() == "ClientIP" => {
                let client = field.get("clientIP");
                check.range(&client.get("timeoutSeconds"), 1, MAX_AFFINITY_SECONDS);
            }
            "externalIPs" => {
                for address in field.items() {
                    if check.ip(&address) {
                        check.endpoint_ip(&address);
                    }
                }
            }
            "loadBalancerSourceRanges" if !field.is_empty() => {
                if kind != "LoadBalancer" {
                    only_load_balancers(check, &field);
                }
                for range in field.items() {
                    check.cidr(&range, range.text().trim());
                }
            }
            "allocateLoadBalancerNodePorts" if field.is_set() && kind != "LoadBalancer" => {
                only_load_balancers(check, &field);
            }
            "loadBalancerClass" if field.is_set() => {
                if kind == "LoadBalancer" {
                    check.required_text(&field, text::label_key);
                } else {
                    only_load_balancers(check, &field);
                }
            }
            "externalTrafficPolicy" if !field.is_empty() => {
                let is_external = matches!(kind, "LoadBalancer" | "NodePort")
                    || (kind == "ClusterIP" && !spec.get("externalIPs").is_empty());
                if !is_external {
                    check.forbidden(
                        &field,
                        "may only be set for Services that are reachable from outside",
                    );
                }
            }
            "healthCheckNodePort" if check.int(&field).is_some_and(|port| port != 0) => {
                let is_local = spec.get("externalTrafficPolicy").text() == "Local";
                if kind == "LoadBalancer" && is_local {
                    check.port_number(&field);
                } else {
                    let reason = "may only be set with the type `LoadBalancer` and the external traffic policy `Local`";
                    check.forbidden(&field, reason);
                }
            }
            _ => {}
        }
    }
    annotations(check, object, &spec, kind);
}

fn only_load_balancers(check: &mut Check, at: &At<'_, '_>) {
    check.forbidden(at, "may only be set with the type `LoadBalancer`");
}

fn annotations(check: &mut Check, object: &At<'_, '_>, spec: &At<'_, '_>, kind: &str) {
    let metadata = object.get("metadata");
    let annotations = metadata.get("annotations");
    let ranges = annotations.get(RANGES);
    if !ranges.is_set() || !spec.get("loadBalancerSourceRanges").is_empty() {
        return;
    }
    if kind != "LoadBalancer" {
        only_load_balancers(check, &ranges);
    }
    let text = ranges.text().trim();
    for range in text.split(',').filter(|_| !text.is_empty()) {
        check.cidr(&ranges, range.trim());
    }
}

fn external_name(check: &mut Check, spec: &At<'_, '_>) {
    for field in ["clusterIPs", "ipFamilies", "ipFamilyPolicy", "clusterIP"] {
        let field = spec.get(field);
        if !field.is_empty() {
            check.forbidden(&field, "must not be set with the type `ExternalName`");
        }
    }
    let name = spec.get("externalName");
    let domain = name.text().strip_suffix('.').unwrap_or(name.text());
    if domain.is_empty() {
        check.required(&name, Some("the type `ExternalName` needs it"));
    } else if let Some(reason) = text::subdomain(domain) {
        check.invalid(&name, reason);
    }
}

fn cluster_ips_of(check: &mut Check, spec: &At<'_, '_>) {
    let one = spec.get("clusterIP");
    let all = spec.get("clusterIPs");
    let families = spec.get("ipFamilies");
    let first = all.items().next().map(|ip| ip.text());
    if let Some(first) = first
        && first != one.text()
        && !one.is_open()
    {
        check.invalid(&all, "must begin with the address in `clusterIP`");
        return;
    }
    let mut seen = Seen::new();
    let mut has_two = false;
    for family in families.items() {
        if !seen.insert(family.text()) {
            check.duplicate(&family, format!("duplicate entry `{}`", family.text()));
        } else {
            has_two = family.text() != families.items().next().map_or("", |first| first.text());
        }
    }
    let policy = spec.get("ipFamilyPolicy");
    let is_single = matches!(policy.text(), "" | "SingleStack") && !policy.is_open();
    let is_headless_alone = one.text() == "None" && spec.get("selector").is_empty();
    if is_single && (all.count() == 2 || has_two) && !(policy.is_empty() && is_headless_alone) {
        let reason =
            "must be `RequireDualStack` or `PreferDualStack` for two families of addresses";
        if policy.is_empty() {
            check.required(
                &policy,
                Some("two families of addresses need `RequireDualStack` or `PreferDualStack`"),
            );
        } else {
            check.invalid(&policy, reason);
        }
    }
    if all.count() > 2 {
        check.invalid(&all, "must not have more than 2 items");
    }
    if all.is_empty() {
        if !matches!(one.text(), "" | "None") {
            check.ip(&one);
            of_family(check, &one, families.items().next());
        }
        return;
    }
    let mut has_v6 = Seen::new();
    let mut family_of = families.items();
    for (index, address) in all.items().enumerate() {
        let family = family_of.next();
        if index == 0 && address.text() == "None" {
            if all.count() > 1 {
                check.invalid(&all, "must have nothing besides `None`");
            }
            continue;
        }
        if check.ip(&address) {
            let is_v6 = address.text().contains(':');
            if !has_v6.insert(is_v6) {
                check.invalid(&all, "must not have more than one address of each family");
            }
            of_family(check, &address, family);
        }
    }
}

/// Whether an address is of the family that is asked for.
fn of_family(check: &mut Check, address: &At<'_, '_>, family: Option<At<'_, '_>>) {
    let Some(ip) = ip::address(address.text()) else {
        return;
    };
    match family.map(|family| family.text()) {
        Some("IPv4") if ip.is_ipv6() => {
            check.invalid(address, "must be of IPv4, as `ipFamilies` says")
        }
        Some("IPv6") if ip.is_ipv4() => {
            check.invalid(address, "must be of IPv6, as `ipFamilies` says")
        }
        _ => {}
    }
}

fn service_ports(check: &mut Check, ports: &At<'_, '_>, kind: &str) {
    let is_one_of_several = ports.count() > 1;
    let mut names = Seen::new();
    let mut numbers = Seen::new();
    let mut node_ports = Seen::new();
    for port in ports.items() {
        let name = port.get("name");
        let mut is_new = true;
        if name.is_empty() {
            if is_one_of_several {
                check.required(&name, Some("one of several ports needs a name"));
            }
        } else {
            check.text_rule(&name, text::label);
            is_new = names.insert(name.text());
            if !is_new {
                check.duplicate(&name, format!("duplicate port `{}`", name.text()));
            }
        }
        let number = port.get("port");
        check.port_number(&number);
        if !number.is_set() {
            check.required(&number, None);
        }
        let protocol = match port.get("protocol").text() {
            "" => "TCP",
            text => text,
        };
        let target = port.get("targetPort");
        if target.is_set() && !target.is_empty() && check.int(&target) != Some(0) {
            self::port(check, &target);
        }
        check.text_rule(&port.get("appProtocol"), text::label_key);
        let own = check.int(&number);
        if own.is_some() && !numbers.insert((protocol, own)) && is_new {
            check.duplicate(
                &port,
                format!("duplicate port {} of {protocol}", number.text()),
            );
        }
        node_port(check, &port, protocol, kind, &mut node_ports);
    }
}

fn node_port<'v>(
    check: &mut Check,
    port: &At<'v, '_>,
    protocol: &'v str,
    kind: &str,
    taken: &mut Seen<(&'v str, i64)>,
) {
    let at = port.get("nodePort");
    let Some(number) = check.int(&at).filter(|number| *number != 0) else {
        return;
    };
    if kind == "ClusterIP" {
        check.forbidden(&at, "must not be set with the type `ClusterIP`");
    } else if !NODE_PORTS.contains(&number) && matches!(kind, "NodePort" | "LoadBalancer") {
        check.invalid(
            &at,
            "must be between 30000 and 32767, the ports that nodes have for Services",
        );
    }
    if !taken.insert((protocol, number)) {
        check.duplicate(&at, format!("the node's port {number} is already taken"));
    }
}
