//! What Secrets and `binaryData` encode.

/// The text that standard base64 stands for; `None` if it is not base64 or stands for other bytes
/// than text.
pub(super) fn decode(encoded: &str) -> Option<String> {
    let bytes = spanned_yaml::base64(encoded.trim())?;
    String::from_utf8(bytes).ok()
}
