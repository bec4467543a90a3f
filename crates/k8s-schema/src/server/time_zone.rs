//! Names of time zones.

/// The names of the time zone database, old ones included, sorted.
const NAMES: &str = include_str!("time_zones.txt");

/// Whether the server can load a time zone.
pub(super) fn is_known(name: &str) -> bool {
    NAMES.lines().any(|known| known == name)
}

/// What is wrong with a time zone, in words that fit behind its name.
pub(super) fn fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("must not be empty: leave it out for the zone of the control plane")
    } else if name.eq_ignore_ascii_case("local") {
        Some("must be a time zone by name, such as `Europe/Berlin`")
    } else if is_known(name) {
        None
    } else {
        Some("is not a time zone, such as `Europe/Berlin`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_have_names() {
        for name in [
            "UTC",
            "Etc/UTC",
            "Europe/Berlin",
            "America/Argentina/Buenos_Aires",
            "EST5EDT",
            "US/Pacific",
            "Etc/GMT+5",
            "Europe/Kyiv",
        ] {
            assert_eq!(fault(name), None, "{name}");
        }
        for name in [
            "",
            "Local",
            "PST",
            "Europe/Nowhere",
            "+02:00",
            "europe/berlin",
            "Europe/Berlin\n",
        ] {
            assert!(fault(name).is_some(), "{name}");
        }
    }
}
