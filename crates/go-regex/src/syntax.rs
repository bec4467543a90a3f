//! Go's regular expressions in the syntax of the `regex` crate.
//!
//! Both come from RE2. They differ in that Go's `\d`, `\w`, `\s` and `\b` are ASCII, that Go knows
//! no operations on sets and fewer special escapes, and that a `{` which begins no repetition is
//! an ordinary character.

use std::iter::Peekable;
use std::str::Chars;

/// The expression in the syntax of the `regex` crate.
///
/// # Errors
/// What is wrong with it, in words.
pub fn translate(pattern: &str) -> Result<String, String> {
    let translator = Translator {
        rest: pattern.chars().peekable(),
        out: String::with_capacity(pattern.len() + 16),
    };
    translator.run()
}

struct Translator<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
}

/// Go refuses to repeat something more often.
const MOST_REPEATS: u32 = 1_000;

impl Translator<'_> {
    fn run(mut self) -> Result<String, String> {
        // Whether what stands right before is a repetition.
        let mut repeated = false;
        while let Some(c) = self.rest.next() {
            let mut repeats = false;
            match c {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '{' => {
                    if let Some(text) = self.repetition()? {
                        self.out.push_str(&text);
                        repeats = true;
                    } else {
                        self.out.push_str("\\{");
                    }
                }
                '*' | '+' | '?' => {
                    self.out.push(c);
                    repeats = true;
                }
                '(' => self.group()?,
                // Verbose mode does not exist, so these are ordinary anyway.
                '}' | ']' => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                c => self.out.push(c),
            }
            if repeats {
                if repeated {
                    return Err("a repetition may not follow a repetition".to_owned());
                }
                if self.rest.next_if_eq(&'?').is_some() {
                    self.out.push('?');
                }
            }
            repeated = repeats;
        }
        Ok(self.out)
    }

    /// `(`, and the flags or name behind it.
    fn group(&mut self) -> Result<(), String> {
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Ok(());
        }
        self.out.push('?');
        let mut head = self.rest.clone();
        match head.next() {
            Some('P' | '<') => Ok(()),
            _ => {
                for c in self.rest.by_ref() {
                    match c {
                        'i' | 'm' | 's' | 'U' | '-' => self.out.push(c),
                        ':' | ')' => {
                            self.out.push(c);
                            return Ok(());
                        }
                        _ => return Err(format!("`(?{c}` is not a group that Go supports")),
                    }
                }
                Err("a `(` is not closed".to_owned())
            }
        }
    }

    /// What follows a `{`, if it is a repetition.
    fn repetition(&mut self) -> Result<Option<String>, String> {
        // No repetition that Go allows is longer.
        const LONGEST: usize = 64;
        let ahead = self.rest.clone().take_while(|&c| c != '}');
        let ahead: String = ahead.take(LONGEST).collect();
        let closed = self.rest.clone().nth(ahead.chars().count()) == Some('}');
        let (least, most) = match ahead.split_once(',') {
            Some((least, most)) => (least, Some(most)),
            None => (ahead.as_str(), None),
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let valid = closed && digits(least) && most.is_none_or(|m| m.is_empty() || digits(m));
        if !valid {
            return Ok(None);
        }
        let number = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
        let upper = most.filter(|most| !most.is_empty()).map(number);
        if number(least) > MOST_REPEATS
            || upper.is_some_and(|upper| upper > MOST_REPEATS || upper < number(least))
        {
            return Err(format!("`{{{ahead}}}` is not a repetition that Go allows"));
        }
        for _ in 0..=ahead.chars().count() {
            self.rest.next();
        }
        Ok(Some(format!("{{{ahead}}}")))
    }

    fn escape(&mut self) -> Result<(), String> {
        let Some(c) = self.rest.next() else {
            return Err("nothing follows the last backslash".to_owned());
        };
        match c {
            'b' => self.out.push_str("(?-u:\\b)"),
            'B' => self.out.push_str("(?-u:\\B)"),
            'A' | 'z' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'Q' => self.quoted(),
            _ => match class_escape(c) {
                Some(class) => {
                    self.out.push('[');
                    self.out.push_str(class);
                    self.out.push(']');
                }
                None if c == 'p' || c == 'P' => self.property(c),
                None => {
                    let literal = self.literal(c)?;
                    push_literal(&mut self.out, literal);
                }
            },
        }
        Ok(())
    }

    /// `\Q…\E`: everything stands for itself.
    fn quoted(&mut self) {
        while let Some(c) = self.rest.next() {
            if c == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            push_literal(&mut self.out, c);
        }
    }

    /// `\pL` or `\p{Greek}`.
    fn property(&mut self, c: char) {
        self.out.push('\\');
        self.out.push(c);
        if self.rest.peek() == Some(&'{') {
            for c in self.rest.by_ref() {
                // Go negates inside of the braces too; so does the other syntax.
                self.out.push(c);
                if c == '}' {
                    return;
                }
            }
        } else if let Some(letter) = self.rest.next() {
            self.out.push(letter);
        }
    }

    /// The character that an escape stands for.
    fn literal(&mut self, c: char) -> Result<char, String> {
        Ok(match c {
            'a' => '\x07',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            '0' => self.octal(0),
            '1'..='7' if self.rest.peek().is_some_and(|c| ('0'..='7').contains(c)) => {
                self.octal(c.to_digit(8).unwrap_or(0))
            }
            'x' => self.hex()?,
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
            c => return Err(format!("`\\{c}` is not an escape that Go supports")),
        })
    }

    fn octal(&mut self, first: u32) -> char {
        let mut code = first;
        for _ in 0..2 {
            match self.rest.next_if(|c| ('0'..='7').contains(c)) {
                Some(c) => code = code * 8 + c.to_digit(8).unwrap_or(0),
                None => break,
            }
        }
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Result<char, String> {
        let digits: String = if self.rest.next_if_eq(&'{').is_some() {
            self.rest.by_ref().take_while(|&c| c != '}').collect()
        } else {
            self.rest.by_ref().take(2).collect()
        };
        let code = u32::from_str_radix(&digits, 16).ok();
        code.and_then(char::from_u32)
            .filter(|_| !digits.starts_with('+'))
            .ok_or_else(|| format!("`\\x{{{digits}}}` is not a character"))
    }

    /// A set behind its `[`.
    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let Some(c) = self.rest.next() else {
                return Err("a `[` is not closed".to_owned());
            };
            if c == ']' && !first {
                self.out.push(']');
                return Ok(());
            }
            let next = self.rest.peek().copied();
            first = false;
            if c == '[' && next == Some(':') && self.named_class()? {
                continue;
            }
            let Some(low) = self.class_item(c)? else {
                continue;
            };
            push_literal(&mut self.out, low);
            let mut ahead = self.rest.clone();
            if ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']') {
                self.rest.next();
                let c = self.rest.next().unwrap_or('-');
                let Some(high) = self.class_item(c)? else {
                    return Err("a range in a set ends with a character".to_owned());
                };
                if high < low {
                    return Err(format!("`{low}-{high}` is reversed"));
                }
                self.out.push('-');
                push_literal(&mut self.out, high);
            }
        }
    }

    /// One character of a set; none if it was a whole class.
    fn class_item(&mut self, c: char) -> Result<Option<char>, String> {
        if c != '\\' {
            return Ok(Some(c));
        }
        let Some(c) = self.rest.next() else {
            return Err("nothing follows the last backslash".to_owned());
        };
        if let Some(class) = class_escape(c) {
            self.out.push('[');
            self.out.push_str(class);
            self.out.push(']');
            return Ok(None);
        }
        if c == 'p' || c == 'P' {
            self.property(c);
            return Ok(None);
        }
        self.literal(c).map(Some)
    }

    /// `[:alpha:]` inside of a set; false if it is none.
    fn named_class(&mut self) -> Result<bool, String> {
        let name: String = self.rest.clone().take_while(|&c| c != ']').collect();
        let Some(name) = name.strip_suffix(':') else {
            return Ok(false);
        };
        let plain = name.trim_start_matches(':');
        let plain = plain.strip_prefix('^').unwrap_or(plain);
        if !NAMED_CLASSES.contains(&plain) {
            return Err(format!(
                "`[:{plain}:]` is not a character class that Go supports"
            ));
        }
        for _ in 0..name.chars().count() + 2 {
            self.rest.next();
        }
        self.out.push('[');
        self.out.push_str(name);
        self.out.push_str(":]");
        Ok(true)
    }
}

const NAMED_CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// What a class such as `\d` holds, for use inside of a set.
fn class_escape(c: char) -> Option<&'static str> {
    Some(match c {
        'd' => "0-9",
        'D' => "^0-9",
        'w' => "0-9A-Za-z_",
        'W' => "^0-9A-Za-z_",
        's' => r"\t\n\f\r\x20",
        'S' => r"^\t\n\f\r\x20",
        _ => return None,
    })
}

/// A character that stands for itself, inside of a set or outside.
fn push_literal(out: &mut String, c: char) {
    if c.is_ascii() && !c.is_ascii_alphanumeric() {
        out.push_str(&format!("\\x{:02x}", u32::from(c)));
    } else {
        out.push(c);
    }
}
