//! Texts in JSON.

/// Whether a text is an object in JSON, whatever stands in it.
pub(super) fn is_object(text: &str) -> bool {
    let mut reader = Reader {
        rest: text.as_bytes(),
    };
    reader.skip();
    reader.rest.first() == Some(&b'{') && reader.value().is_some() && {
        reader.skip();
        reader.rest.is_empty()
    }
}

/// Deeper texts are none that anybody writes.
const MAX_DEPTH: usize = 1000;

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn eat(&mut self, text: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    /// Reads one value with everything in it. `open` holds what closes the collections around.
    fn value(&mut self) -> Option<()> {
        let mut open = Vec::new();
        loop {
            self.skip();
            match self.rest.first()? {
                b'{' => {
                    self.next();
                    self.skip();
                    if self.rest.first() != Some(&b'}') {
                        open.push(b'}');
                        self.key()?;
                        continue;
                    }
                    self.next();
                }
                b'[' => {
                    self.next();
                    self.skip();
                    if self.rest.first() != Some(&b']') {
                        open.push(b']');
                        continue;
                    }
                    self.next();
                }
                _ => self.scalar()?,
            }
            if open.len() > MAX_DEPTH {
                return None;
            }
            // Behind a value: the next one, or the end of what it stands in.
            loop {
                let Some(end) = open.last().copied() else {
                    return Some(());
                };
                self.skip();
                match self.next()? {
                    b',' if end == b'}' => {
                        self.key()?;
                        break;
                    }
                    b',' => break,
                    byte if byte == end => {
                        open.pop();
                    }
                    _ => return None,
                }
            }
        }
    }

    fn key(&mut self) -> Option<()> {
        self.skip();
        self.string()?;
        self.skip();
        self.eat(b":")
    }

    fn scalar(&mut self) -> Option<()> {
        match self.rest.first()? {
            b'"' => self.string(),
            b't' => self.eat(b"true"),
            b'f' => self.eat(b"false"),
            b'n' => self.eat(b"null"),
            _ => self.number(),
        }
    }

    fn string(&mut self) -> Option<()> {
        self.eat(b"\"")?;
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => match self.next()? {
                    b'u' => {
                        for _ in 0..4 {
                            self.next()?.is_ascii_hexdigit().then_some(())?;
                        }
                    }
                    byte => br#""\/bfnrt"#.contains(&byte).then_some(())?,
                },
                byte if byte < b' ' => return None,
                _ => {}
            }
        }
    }

    fn digits(&mut self) -> Option<()> {
        let end = self.rest.iter().position(|b| !b.is_ascii_digit());
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        (!digits.is_empty()).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.eat(b"-");
        if self.eat(b"0").is_none() {
            self.digits()?;
        }
        if self.eat(b".").is_some() {
            self.digits()?;
        }
        if matches!(self.rest.first(), Some(b'e' | b'E')) {
            self.next();
            if matches!(self.rest.first(), Some(b'+' | b'-')) {
                self.next();
            }
            self.digits()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_told_from_everything_else() {
        for text in [
            "{}",
            " { } ",
            r#"{"a":{"b":[1,-2.5e+3,0,true,false,null,"x\u00e4\n",[],{}]}}"#,
            "{\n\"a\": [1 , 2]\n}\n",
        ] {
            assert!(is_object(text), "{text}");
        }
        for text in [
            "",
            "null",
            "[]",
            "{",
            "{]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":[1,]}",
            "{\"a\":01}",
            "{\"a\":1.}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\x\"}",
            "{} {}",
            "{\"a\":tru}",
            "not json",
        ] {
            assert!(!is_object(text), "{text}");
        }
        let deep = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert!(is_object(&deep(900)));
        assert!(!is_object(&deep(100_000)));
    }
}
