//! What goes between this process and the one in which users' policies are evaluated: a length in
//! four bytes, little endian, and as many bytes in the format of the crate `postcard`.

use std::io::{self, Read, Write};
use std::sync::Arc;

use rego_plan::Const;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::PolicySource;
use super::metadata::TextFault;
use super::users::Known;
use super::violation::Violation;
use super::worker::Tests;

/// The largest request, in bytes. All objects of a repository may be in one.
pub(crate) const REQUEST_LIMIT: usize = 256 << 20;

/// The largest answer, in bytes.
pub(crate) const ANSWER_LIMIT: usize = 16 << 20;

/// What is asked. Each request is answered before the next one is read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// Reads policies.
    Load {
        files: Vec<PolicySource>,
        /// Whether to find out which of them the analysis does not survive.
        one_by_one: bool,
    },
    /// Reads policies with their tests.
    Tests { files: Vec<PolicySource> },
    /// Evaluates a policy.
    Run(Job),
    /// Evaluates a test.
    Test { query: String },
}

/// A policy to be evaluated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    /// What it sees; none if it is what the one before saw.
    pub(crate) input: Option<Arc<Const>>,
    /// What stands for the parameters in it; none if it has no place for them.
    pub(crate) parameters: Option<Const>,
    /// The reference to what gives its violations.
    pub(crate) query: String,
    /// The rule's id.
    pub(crate) rule: String,
    /// How many steps it may take.
    pub(crate) steps: u32,
}

/// What is answered. Apart from the policies' plan, nothing in it is nested.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Answer {
    /// Requests are taken from now on; with the version of this format.
    Ready(u32),
    /// This file is being read; none where it is all of them. More answers follow.
    At(Option<usize>),
    /// The policies.
    Loaded(Box<Known>),
    /// The tests.
    Tests(Tests),
    /// What came of an evaluation.
    Ran(Ran),
    /// Why a test failed, in one sentence; none if it passed.
    Tested(Option<String>),
}

/// What came of an evaluation.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ran {
    /// What it gave, or why it gave nothing.
    pub(crate) found: Result<Vec<Violation>, TextFault>,
    /// Whether it broke off, rather than gave something that is no violation.
    pub(crate) has_failed: bool,
    /// About how many steps it took; 0 if they were few.
    pub(crate) steps: u32,
}

/// The version of this format.
pub(crate) const VERSION: u32 = 1;

/// Writes a message.
pub(crate) fn write(to: &mut impl Write, message: &impl Serialize, limit: usize) -> io::Result<()> {
    let encoded = postcard::to_stdvec(message).map_err(io::Error::other)?;
    if encoded.len() > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let length = u32::try_from(encoded.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&encoded)?;
    to.flush()
}

/// Reads a message.
pub(crate) fn read<T: DeserializeOwned>(from: &mut impl Read, limit: usize) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > limit {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // The room is taken as the bytes arrive, whatever length was promised.
    let mut encoded = Vec::new();
    from.take(length as u64).read_to_end(&mut encoded)?;
    if encoded.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    postcard::from_bytes(&encoded).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_bounded() {
        let mut sent = Vec::new();
        write(&mut sent, &Request::Test { query: "q".into() }, 100).unwrap();
        let read = |bytes: &[u8], limit| read::<Request>(&mut &bytes[..], limit);
        assert!(matches!(read(&sent, 100), Ok(Request::Test { query }) if query == "q"));
        assert!(read(&sent, 2).is_err());
        assert!(read(&sent[..sent.len() - 1], 100).is_err());
        assert!(read(&[0xff, 0xff, 0xff, 0x00, 1], usize::MAX).is_err());
        let long = Request::Test {
            query: "q".repeat(101),
        };
        assert!(write(&mut Vec::new(), &long, 100).is_err());
    }
}
