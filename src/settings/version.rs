use std::fmt;

/// A Kubernetes release, such as 1.31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    /// The number before the dot.
    pub major: u16,
    /// The number behind it.
    pub minor: u16,
}

impl Version {
    /// Reads `1.31`, also as `v1.31` or with a patch level, which is left out.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix('v').unwrap_or(text).splitn(3, '.');
        let mut number = || {
            let digits = numbers.next()?;
            let all = digits.bytes().all(|b| b.is_ascii_digit());
            all.then(|| digits.parse().ok()).flatten()
        };
        let (major, minor) = (number()?, number()?);
        Some(Self { major, minor })
    }
}

impl Version {
    /// Which versions are known instead, if this one is not.
    pub fn unknown(self) -> Option<String> {
        let (oldest, newest) = (k8s_schema::Version::OLDEST, k8s_schema::Version::NEWEST);
        let is_known = k8s_schema::Version::parse(&self.to_string()).is_some();
        (!is_known).then(|| format!("the tables go from {oldest} to {newest}"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_releases_and_nothing_else() {
        let read = |text| Version::parse(text).map(|v| v.to_string());
        assert_eq!(read("1.31").as_deref(), Some("1.31"));
        assert_eq!(read("v1.30.4").as_deref(), Some("1.30"));
        for text in ["1", "1.", "latest", "1.x", "+1.31", "1.99999", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
