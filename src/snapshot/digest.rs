use sha2::{Digest, Sha256};

/// The digest of a content, as `sha256:` and hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    let sum = Sha256::digest(bytes);
    let digits: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}
