//! Addresses and networks.

use std::net::IpAddr;

use super::{Declared, mismatch};
use crate::eval::Evaluated;
use crate::{Failure, Value};

pub(super) const FUNCTIONS: &[Declared] = &[
    ("ip(string): ip", 30, |_, args| {
        Ok(Value::Ip(known(args, address)?))
    }),
    ("isIP(string): bool", 30, |_, args| {
        Ok(Value::Bool(maybe(args, address)?.is_some()))
    }),
    ("ip.isCanonical(string): bool", 30, |_, args| {
        let address = known(args, address)?;
        let [Value::String(text)] = args else {
            return Err(mismatch(args));
        };
        Ok(Value::Bool(address.to_string() == **text))
    }),
    ("ip family(): int", 30, |_, args| match args {
        [Value::Ip(IpAddr::V4(_))] => Ok(Value::Int(4)),
        [Value::Ip(IpAddr::V6(_))] => Ok(Value::Int(6)),
        _ => Err(mismatch(args)),
    }),
    ("ip isUnspecified(): bool", 30, |_, args| {
        is(args, |ip| ip.is_unspecified())
    }),
    ("ip isLoopback(): bool", 30, |_, args| {
        is(args, |ip| ip.is_loopback())
    }),
    ("ip isLinkLocalMulticast(): bool", 30, |_, args| {
        is(args, is_link_local_multicast)
    }),
    ("ip isLinkLocalUnicast(): bool", 30, |_, args| {
        is(args, is_link_local_unicast)
    }),
    ("ip isGlobalUnicast(): bool", 30, |_, args| {
        is(args, is_global_unicast)
    }),
    ("cidr(string): cidr", 30, |_, args| {
        let (address, bits) = known(args, network)?;
        Ok(Value::Cidr(address, bits))
    }),
    ("isCIDR(string): bool", 30, |_, args| {
        Ok(Value::Bool(maybe(args, network)?.is_some()))
    }),
    ("cidr containsIP(string): bool", 30, |_, args| {
        contains_ip(args)
    }),
    ("cidr containsIP(ip): bool", 30, |_, args| contains_ip(args)),
    ("cidr containsCIDR(string): bool", 30, |_, args| {
        contains_cidr(args)
    }),
    ("cidr containsCIDR(cidr): bool", 30, |_, args| {
        contains_cidr(args)
    }),
    ("cidr ip(): ip", 30, |_, args| match args {
        [Value::Cidr(address, _)] => Ok(Value::Ip(*address)),
        _ => Err(mismatch(args)),
    }),
    ("cidr prefixLength(): int", 30, |_, args| match args {
        [Value::Cidr(_, bits)] => Ok(Value::Int(i64::from(*bits))),
        _ => Err(mismatch(args)),
    }),
    ("cidr masked(): cidr", 30, |_, args| match args {
        [Value::Cidr(address, bits)] => Ok(Value::Cidr(masked(*address, *bits), *bits)),
        _ => Err(mismatch(args)),
    }),
];

fn address(text: &str) -> Option<IpAddr> {
    let address: IpAddr = text.parse().ok()?;
    let is_mapped = matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
    (!is_mapped).then_some(address)
}

fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (ip, bits) = text.split_once('/')?;
    let is_written_well =
        bits.bytes().all(|b| b.is_ascii_digit()) && (bits.len() == 1 || !bits.starts_with('0'));
    let (address, bits) = (address(ip)?, bits.parse::<u8>().ok()?);
    let most = if address.is_ipv4() { 32 } else { 128 };
    (is_written_well && bits <= most).then_some((address, bits))
}

fn maybe<T>(args: &[Value], read: fn(&str) -> Option<T>) -> Result<Option<T>, Failure> {
    match args {
        [Value::String(text)] => Ok(read(text)),
        _ => Err(mismatch(args)),
    }
}

fn known<T>(args: &[Value], read: fn(&str) -> Option<T>) -> Result<T, Failure> {
    maybe(args, read)?.ok_or_else(|| Failure::error("the text is not an address"))
}

fn is(args: &[Value], holds: fn(IpAddr) -> bool) -> Evaluated {
    match args {
        [Value::Ip(address)] => Ok(Value::Bool(holds(*address))),
        _ => Err(mismatch(args)),
    }
}

fn is_link_local_multicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.octets().starts_with(&[224, 0, 0]),
        IpAddr::V6(v6) => v6.segments().first().is_some_and(|s| s & 0xff0f == 0xff02),
    }
}

fn is_link_local_unicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.segments().first().is_some_and(|s| s & 0xffc0 == 0xfe80),
    }
}

fn is_global_unicast(address: IpAddr) -> bool {
    let is_broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
    !is_broadcast
        && !address.is_unspecified()
        && !address.is_loopback()
        && !address.is_multicast()
        && !is_link_local_unicast(address)
}

/// The bits of a network, those of hosts left out.
fn masked(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX
                .checked_shl(32 - u32::from(bits.min(32)))
                .unwrap_or(0);
            IpAddr::V4((u32::from(v4) & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX
                .checked_shl(128 - u32::from(bits.min(128)))
                .unwrap_or(0);
            IpAddr::V6((u128::from(v6) & mask).into())
        }
    }
}

fn covers(network: IpAddr, bits: u8, address: IpAddr) -> bool {
    network.is_ipv4() == address.is_ipv4() && masked(network, bits) == masked(address, bits)
}

fn contains_ip(args: &[Value]) -> Evaluated {
    let [Value::Cidr(network, bits), other] = args else {
        return Err(mismatch(args));
    };
    let address = match other {
        Value::Ip(address) => *address,
        other => known(std::slice::from_ref(other), address)?,
    };
    Ok(Value::Bool(covers(*network, *bits, address)))
}

fn contains_cidr(args: &[Value]) -> Evaluated {
    let [Value::Cidr(outer, bits), other] = args else {
        return Err(mismatch(args));
    };
    let (inner, inner_bits) = match other {
        Value::Cidr(address, bits) => (*address, *bits),
        other => known(std::slice::from_ref(other), network)?,
    };
    Ok(Value::Bool(
        *bits <= inner_bits && covers(*outer, *bits, inner),
    ))
}
