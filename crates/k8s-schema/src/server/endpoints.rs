//! Where the pods behind a Service are found.

use super::at::At;
use super::seen::Seen;
use super::{ip, text};
use crate::check::Check;

pub(super) fn endpoints(check: &mut Check, object: &At<'_, '_>) {
    for subset in object.get("subsets").items() {
        let ready = subset.get("addresses");
        let not_ready = subset.get("notReadyAddresses");
        if ready.is_empty() && not_ready.is_empty() {
            check.invalid(&subset, "must have `addresses` or `notReadyAddresses`");
        }
        for address in ready.items().chain(not_ready.items()) {
            let at = address.get("ip");
            if at.is_empty() {
                check.required(&at, None);
            } else if check.ip(&at) {
                check.endpoint_ip(&at);
            }
            check.text_rule(&address.get("hostname"), text::label);
            check.text_rule(&address.get("nodeName"), text::subdomain);
        }
        let ports = subset.get("ports");
        let is_one_of_several = ports.count() > 1;
        for port in ports.items() {
            let name = port.get("name");
            if name.is_empty() && is_one_of_several {
                check.required(&name, Some("one of several ports needs a name"));
            }
            check.text_rule(&name, text::label);
            check.port_number(&port.get("port"));
            check.text_rule(&port.get("appProtocol"), text::label_key);
        }
    }
}

pub(super) fn slice(check: &mut Check, object: &At<'_, '_>) {
    let ty = object.get("addressType");
    check.not_empty(&ty);
    let mut names = Seen::new();
    for port in object.get("ports").items() {
        let name = port.get("name");
        check.text_rule(&name, text::label);
        if !names.insert(name.text()) {
            let message = match name.text() {
                "" => "there is already a port without a name".to_owned(),
                text => format!("duplicate port `{text}`"),
            };
            check.duplicate(&port, message);
        }
        check.text_rule(&port.get("appProtocol"), text::label_key);
    }
    for endpoint in object.get("endpoints").items() {
        let addresses = endpoint.get("addresses");
        check.not_empty(&addresses);
        if addresses.count() > 100 {
            check.invalid(&addresses, "must not have more than 100 items");
        }
        for address in addresses.items() {
            slice_address(check, &address, ty.text());
        }
        check.text_rule(&endpoint.get("nodeName"), text::subdomain);
        check.text_rule(&endpoint.get("hostname"), text::label);
    }
}

fn slice_address(check: &mut Check, address: &At<'_, '_>, ty: &str) {
    match ty {
        "FQDN" => {
            if let Some(reason) = text::full_domain(address.text()) {
                check.invalid(address, reason);
            }
        }
        "IPv4" | "IPv6" => {
            if check.ip(address) {
                let is_v6 = ip::address(address.text()).is_some_and(|ip| ip.is_ipv6());
                if is_v6 != (ty == "IPv6") {
                    check.invalid(
                        address,
                        format_args!("must be of {ty}, as `addressType` says"),
                    );
                }
                check.endpoint_ip(address);
            }
        }
        _ => {}
    }
}
