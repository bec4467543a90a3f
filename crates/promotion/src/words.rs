//! Names as words: `imageTag`, `IMAGE_TAG` and `image-tag` say the same.

/// The words of a name in lower case, split at punctuation and where lower case turns to upper.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        if !c.is_alphanumeric() {
            finish(&mut word, &mut words);
            before = None;
            continue;
        }
        let is_up = c.is_uppercase();
        let was_low = before.is_some_and(|b: char| b.is_lowercase() || b.is_numeric());
        // `HTTPServer`: the last capital begins the next word.
        let was_up = before.is_some_and(char::is_uppercase);
        let next_is_low = rest.peek().is_some_and(|n| n.is_lowercase());
        if is_up && (was_low || (was_up && next_is_low)) {
            finish(&mut word, &mut words);
        }
        word.extend(c.to_lowercase());
        before = Some(c);
    }
    finish(&mut word, &mut words);
    words
}

fn finish(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// The runs of letters and digits of a text, with their places.
pub(crate) fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(|c: char| c.is_alphanumeric())?;
        let run = text.get(start..)?;
        let len = run
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(run.len());
        at = start + len;
        Some((start, &run[..len]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_way_to_write_a_name() {
        let check = |name: &str| words(name).join(" ");
        assert_eq!(check("newTag"), "new tag");
        assert_eq!(check("API_DOCKER_TAG"), "api docker tag");
        assert_eq!(check("HTTPServerURL"), "http server url");
        assert_eq!(check("s3Bucket.name-2"), "s3 bucket name 2");
        assert_eq!(check("--"), "");
    }

    #[test]
    fn runs_know_their_places() {
        let found: Vec<_> = runs("a-bc.é1 ").collect();
        assert_eq!(found, [(0, "a"), (2, "bc"), (5, "é1")]);
    }
}
