//! Base64 as kustomize writes it: in lines, if there is more than one.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LINE: usize = 70;

/// Encodes bytes. From 70 characters on, every line ends with a line break.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let length = bytes.len().div_ceil(3) * 4;
    let mut text = String::with_capacity(length + length / LINE + 1);
    let broken = length >= LINE;
    let mut column = 0;
    let mut push = |c: char| {
        text.push(c);
        column += 1;
        if broken && column == LINE {
            text.push('\n');
            column = 0;
        }
    };
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            match at <= chunk.len() {
                true => push(letter(bits >> (18 - 6 * at))),
                false => push('='),
            }
        }
    }
    if broken && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn letter(bits: u32) -> char {
    ALPHABET
        .get(bits as usize & 63)
        .map_or('A', |c| char::from(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pads_the_last_group() {
        assert_eq!(encode(b""), "");
        assert_eq!(encode(b"f"), "Zg==");
        assert_eq!(encode(b"fo"), "Zm8=");
        assert_eq!(encode(b"foo"), "Zm9v");
    }

    #[test]
    fn long_texts_stand_in_lines() {
        let text = encode(&[0xff; 60]);
        let lines: Vec<usize> = text.split('\n').map(str::len).collect();
        assert_eq!(lines, [70, 10, 0]);
        assert!(!encode(&[0; 51]).contains('\n'));
    }
}
