use std::fmt;

/// How many bytes the longest name has.
const LONGEST: usize = 32;

/// The name of an object: the hash of what it holds, of 20 bytes (SHA-1) or 32 (SHA-256).
///
/// Two files of one repository with the same id hold the same bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    bytes: [u8; LONGEST],
    length: u8,
}

impl Id {
    /// The id of 20 or 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if !matches!(bytes.len(), 20 | LONGEST) {
            return None;
        }
        let mut id = Self {
            bytes: [0; LONGEST],
            length: bytes.len() as u8,
        };
        id.bytes[..bytes.len()].copy_from_slice(bytes);
        Some(id)
    }

    /// The id written with 40 or 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        if !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let bytes: Option<Vec<u8>> = (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
            .collect();
        Self::from_bytes(&bytes?)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Its first twelve digits, for people.
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(12);
        text
    }

    /// Whether all its bytes are zero: no object has that name.
    pub fn is_null(&self) -> bool {
        self.as_bytes().iter().all(|byte| *byte == 0)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["0123456789abcdef0123456789abcdef01234567", &"9f".repeat(32)] {
            let id = Id::from_hex(text).unwrap();
            assert_eq!(id.to_string(), text);
            assert_eq!(Id::from_bytes(id.as_bytes()), Some(id));
            assert_eq!(id.short(), text[..12]);
        }
        for wrong in [
            "",
            "0123",
            &"0".repeat(41),
            &"g".repeat(40),
            &"é".repeat(20),
        ] {
            assert_eq!(Id::from_hex(wrong), None, "{wrong}");
        }
    }
}
