//! Addresses and blocks of addresses.

use std::net::{IpAddr, Ipv4Addr};

use super::at::At;
use crate::check::Check;

/// Since this minor version addresses are read strictly: no leading zeros, no IPv4 in IPv6, no
/// bits behind the prefix.
const STRICT_SINCE: u16 = 36;

/// A block of addresses.
#[derive(Clone, Copy)]
pub(super) struct Block {
    first: IpAddr,
    pub(super) prefix: u32,
}

/// What stands in an address's text.
struct Read {
    ip: IpAddr,
    has_leading_zeros: bool,
}

fn read(text: &str) -> Option<Read> {
    if let Ok(ip) = text.parse() {
        return Some(Read {
            ip,
            has_leading_zeros: false,
        });
    }
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let digits = part.trim_start_matches('0');
        *octet = match digits {
            _ if !is_number => return None,
            "" => 0,
            _ => digits.parse().ok()?,
        };
    }
    parts.next().is_none().then(|| Read {
        ip: Ipv4Addr::from(octets).into(),
        has_leading_zeros: true,
    })
}

/// The address that a text is; IPv4 within IPv6 counts as IPv4.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    read(text).map(|read| read.ip.to_canonical())
}

fn is_mapped(ip: IpAddr) -> bool {
    ip.to_canonical() != ip
}

/// The bits of an address, those of IPv4 at the end.
fn bits(ip: IpAddr) -> (u128, u32) {
    match ip {
        IpAddr::V4(v4) => (u32::from(v4).into(), 32),
        IpAddr::V6(v6) => (v6.into(), 128),
    }
}

/// The bits behind a prefix.
fn host_mask(prefix: u32, length: u32) -> u128 {
    1u128
        .checked_shl(length.saturating_sub(prefix))
        .map_or(u128::MAX, |bit| bit - 1)
}

impl Block {
    pub(super) fn of(text: &str) -> Option<Self> {
        let (ip, prefix) = text.split_once('/')?;
        let first = read(ip)?.ip;
        let is_number = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_digit());
        let prefix = prefix.parse().ok().filter(|_| is_number)?;
        (prefix <= bits(first).1).then_some(Self { first, prefix })
    }

    /// Whether another block lies inside, and is smaller.
    pub(super) fn has_inside(self, other: Self) -> bool {
        let (own, length) = bits(self.first);
        let (others, other_length) = bits(other.first);
        let mask = !host_mask(self.prefix, length);
        length == other_length && own & mask == others & mask && self.prefix < other.prefix
    }

    pub(super) fn is_ipv6(self) -> bool {
        self.first.is_ipv6()
    }

    /// What a strict server has against the block.
    fn fault(self, text: &str) -> Option<&'static str> {
        let (ip, prefix) = text.split_once('/')?;
        let (own, length) = bits(self.first);
        let has_zeros =
            read(ip)?.has_leading_zeros || (prefix.len() > 1 && prefix.starts_with('0'));
        if has_zeros {
            Some("must not have leading zeros")
        } else if is_mapped(self.first) {
            Some("must not be IPv4 within IPv6")
        } else if own & host_mask(self.prefix, length) != 0 {
            Some("must not have bits set beyond the prefix")
        } else {
            None
        }
    }
}

impl Check {
    /// Reports a text that is no address; tells whether it is one.
    pub(super) fn ip(&mut self, at: &At<'_, '_>) -> bool {
        let Some(read) = read(at.text()) else {
            self.invalid(at, "is not a valid IP address");
            return false;
        };
        if self.version.minor() < STRICT_SINCE {
            return true;
        }
        if read.has_leading_zeros {
            self.invalid(at, "must not have leading zeros");
        } else if is_mapped(read.ip) {
            self.invalid(at, "must not be IPv4 within IPv6");
        } else {
            return true;
        }
        false
    }

    /// Reports a text that is no block of addresses; returns the block.
    pub(super) fn cidr(&mut self, at: &At<'_, '_>, text: &str) -> Option<Block> {
        let Some(block) = Block::of(text) else {
            self.invalid(at, "is not a valid CIDR block, such as `10.9.8.0/24`");
            return None;
        };
        if self.version.minor() >= STRICT_SINCE
            && let Some(fault) = block.fault(text)
        {
            self.invalid(at, fault);
        }
        Some(block)
    }

    /// Reports addresses to which no traffic can be sent.
    pub(super) fn endpoint_ip(&mut self, at: &At<'_, '_>) {
        let Some(ip) = address(at.text()) else { return };
        let reason = match ip {
            _ if ip.is_unspecified() => "must not be the unspecified address",
            _ if ip.is_loopback() => "must not be a loopback address",
            IpAddr::V4(v4) if v4.is_link_local() => "must not be a link-local address",
            IpAddr::V6(v6) if v6.is_unicast_link_local() => "must not be a link-local address",
            IpAddr::V4(v4) if v4.octets()[..3] == [224, 0, 0] => {
                "must not be a link-local multicast address"
            }
            IpAddr::V6(v6) if v6.segments()[0] & 0xff0f == 0xff02 => {
                "must not be a link-local multicast address"
            }
            _ => return,
        };
        self.invalid(at, reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_go_did() {
        for text in [
            "10.0.0.1",
            "010.0.0.1",
            "::1",
            "2001:db8::",
            "::ffff:10.0.0.1",
        ] {
            assert!(address(text).is_some(), "{text}");
        }
        for text in [
            "",
            "10.0.0",
            "10.0.0.256",
            "10.0.0.1.2",
            "fe80::1%eth0",
            "a",
            "1.2.3.x",
            "1..2.3",
        ] {
            assert!(address(text).is_none(), "{text}");
        }
    }

    #[test]
    fn blocks_lie_inside_of_others() {
        let inside = |outer, inner| {
            Block::of(outer)
                .unwrap()
                .has_inside(Block::of(inner).unwrap())
        };
        assert!(inside("10.0.0.0/8", "10.1.0.0/16"));
        assert!(inside("0.0.0.0/0", "10.0.0.0/8"));
        assert!(inside("::/0", "2001:db8::/32"));
        assert!(!inside("10.0.0.0/8", "10.0.0.0/8"));
        assert!(!inside("10.0.0.0/8", "11.0.0.0/16"));
        assert!(!inside("::/0", "10.0.0.0/8"));
        for text in [
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "::/129",
            "x/8",
        ] {
            assert!(Block::of(text).is_none(), "{text}");
        }
    }

    #[test]
    fn strict_servers_find_fault() {
        let fault = |text| Block::of(text).unwrap().fault(text);
        assert_eq!(fault("10.0.0.0/8"), None);
        assert_eq!(fault("0.0.0.0/0"), None);
        assert_eq!(
            fault("10.0.0.1/8"),
            Some("must not have bits set beyond the prefix")
        );
        assert_eq!(fault("010.0.0.0/8"), Some("must not have leading zeros"));
        assert_eq!(fault("10.0.0.0/08"), Some("must not have leading zeros"));
        assert_eq!(
            fault("::ffff:10.0.0.0/104"),
            Some("must not be IPv4 within IPv6")
        );
    }
}
