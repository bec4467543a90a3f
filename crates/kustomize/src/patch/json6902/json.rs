//! Whether a text is JSON, as Go reads it.

/// How deep arrays and objects may be nested.
const MAX_DEPTH: usize = 10_000;

/// Checks a text.
///
/// # Errors
/// The offset of the first byte that JSON cannot have there.
pub(super) fn check(text: &str) -> Result<(), usize> {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        at: 0,
    };
    reader.document().ok_or(reader.at)
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Option<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.blanks();
            let start = self.peek();
            match start? {
                b'[' | b'{' => {
                    open.push(start?);
                    self.at += 1;
                    self.blanks();
                    let close = if start? == b'[' { b']' } else { b'}' };
                    if open.len() > MAX_DEPTH {
                        return None;
                    }
                    if self.peek() != Some(close) {
                        self.key(&open)?;
                        continue;
                    }
                }
                b'"' => self.string()?,
                b'-' | b'0'..=b'9' => self.number()?,
                _ => self.word()?,
            }
            // Behind a value: collections close until one goes on.
            loop {
                self.blanks();
                match (open.last(), self.peek()) {
                    (None, None) => return Some(()),
                    (Some(b'['), Some(b']')) | (Some(b'{'), Some(b'}')) => {
                        open.pop();
                        self.at += 1;
                    }
                    (Some(_), Some(b',')) => {
                        self.at += 1;
                        self.key(&open)?;
                        break;
                    }
                    _ => return None,
                }
            }
        }
    }

    /// Inside an object: a key and its colon.
    fn key(&mut self, open: &[u8]) -> Option<()> {
        if open.last() == Some(&b'{') {
            self.blanks();
            self.string()?;
            self.blanks();
            self.take(|b| b == b':')?;
        }
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        self.take(|b| b == b'"')?;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => {
                    self.at += 1;
                    if self.take(|b| br#""\/bfnrtu"#.contains(&b))? == b'u' {
                        for _ in 0..4 {
                            self.take(|b| b.is_ascii_hexdigit())?;
                        }
                    }
                }
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.take(|b| b == b'-');
        if self.take(|b| b.is_ascii_digit())? != b'0' {
            self.digits();
        }
        if self.take(|b| b == b'.').is_some() {
            self.take(|b| b.is_ascii_digit())?;
            self.digits();
        }
        if self.take(|b| matches!(b, b'e' | b'E')).is_some() {
            let _ = self.take(|b| matches!(b, b'+' | b'-'));
            self.take(|b| b.is_ascii_digit())?;
            self.digits();
        }
        Some(())
    }

    fn word(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        let words: [&[u8]; 3] = [b"null", b"true", b"false"];
        let word = words.into_iter().find(|word| rest.starts_with(word))?;
        self.at += word.len();
        Some(())
    }

    fn digits(&mut self) {
        while self.take(|b| b.is_ascii_digit()).is_some() {}
    }

    fn blanks(&mut self) {
        while self.take(|b| b" \t\r\n".contains(&b)).is_some() {}
    }

    fn take(&mut self, fits: impl Fn(u8) -> bool) -> Option<u8> {
        let byte = self.peek().filter(|b| fits(*b))?;
        self.at += 1;
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn json() {
        for text in [
            "[]",
            " {} ",
            "[1, -0.5e+3, 0, \"a\\u00e9\\n\", true, null, {\"a\": [{}], \"b\": []}]",
            "\"x\"",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_only_yaml_has() {
        for (text, at) in [
            ("", 0),
            ("[a]", 1),
            ("[1,]", 3),
            ("[01]", 2),
            ("[{a: 1}]", 2),
            ("['a']", 1),
            ("[1] # x", 4),
            ("[1]\n---\n[2]", 4),
            ("[1", 2),
            ("[\"a\nb\"]", 3),
            ("[\"\\x\"]", 3),
            ("{\"a\" 1}", 5),
            ("[1}", 2),
            ("[1.]", 3),
            ("[+1]", 1),
        ] {
            assert_eq!(check(text), Err(at), "{text}");
        }
        assert_eq!(check(&"[".repeat(1_000_000)), Err(10_001));
    }
}
