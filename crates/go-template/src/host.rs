//! What the caller supplies while a template runs.

use std::any::Any;

use crate::{Failure, Place, Value};

/// The world around a template: chance, time, and whoever wants to know what is read.
pub trait Host: Any {
    /// Where random and momentary values come from.
    fn entropy(&mut self) -> &mut dyn Entropy;

    /// An entry of a map was asked for; `found` is none if there is no such key.
    fn read(&mut self, _map: &Value, _key: &str, _found: Option<&Value>) {}

    /// A mapping or list was used as a whole: printed, written as YAML, merged, walked over.
    fn consume(&mut self, _value: &Value) {}

    /// A branch of an `if`, `with` or `range` runs: the first is 0, `else` is the last.
    fn branch(&mut self, _place: Place, _branch: usize) {}

    /// Itself, for the caller's own functions.
    fn as_any(&mut self) -> &mut dyn Any;
}

/// What differs in every run. Everything made from it is marked as a placeholder.
pub trait Entropy {
    /// Seconds since 1970 that stand for the present moment.
    fn now(&mut self) -> i64;

    /// Text of a number of characters from an alphabet.
    fn text(&mut self, alphabet: Alphabet, count: usize) -> String;

    /// A number from `min` up to and without `max`, which is greater.
    fn int(&mut self, min: i64, max: i64) -> i64;

    /// A text for something secret or signed, such as a private key or a password's hash.
    fn secret(&mut self, kind: SecretKind, subject: &str) -> Result<String, Failure>;
}

/// Which characters a random text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Letters and digits.
    AlphaNum,
    /// Letters.
    Alpha,
    /// Digits.
    Numeric,
    /// Printable ASCII.
    Ascii,
    /// Bytes, written in hexadecimal digits, two of them counting as one.
    Hex,
}

/// What a secret text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A private key in PEM.
    PrivateKey,
    /// A certificate in PEM.
    Certificate,
    /// A bcrypt hash.
    Bcrypt,
    /// A derived password.
    Password,
    /// An encrypted text.
    Cipher,
}

/// The same answers every time: a clock that stands still, and texts that say what they are.
#[derive(Debug, Default)]
pub struct Fixed {
    /// Seconds since 1970.
    pub now: i64,
}

impl Entropy for Fixed {
    fn now(&mut self) -> i64 {
        self.now
    }

    fn text(&mut self, alphabet: Alphabet, count: usize) -> String {
        let (pattern, count) = match alphabet {
            Alphabet::Numeric => ("0123456789", count),
            Alphabet::Hex => ("0123456789abcdef", count.saturating_mul(2)),
            Alphabet::AlphaNum | Alphabet::Alpha | Alphabet::Ascii => ("placeholder", count),
        };
        pattern.chars().cycle().take(count).collect()
    }

    fn int(&mut self, min: i64, _max: i64) -> i64 {
        min
    }

    fn secret(&mut self, kind: SecretKind, _subject: &str) -> Result<String, Failure> {
        Ok(match kind {
            SecretKind::PrivateKey => {
                "-----BEGIN RSA PRIVATE KEY-----\nplaceholder\n-----END RSA PRIVATE KEY-----\n"
            }
            SecretKind::Certificate => {
                "-----BEGIN CERTIFICATE-----\nplaceholder\n-----END CERTIFICATE-----\n"
            }
            SecretKind::Bcrypt => "$2a$10$placeholderplaceholderplaceholderplaceholderplacehold",
            SecretKind::Password | SecretKind::Cipher => "placeholder",
        }
        .to_owned())
    }
}

impl Host for Fixed {
    fn entropy(&mut self) -> &mut dyn Entropy {
        self
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}
