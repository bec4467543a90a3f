use crate::{Fault, Id};

/// How much of a subject or a name is kept, in characters.
const LONGEST: usize = 500;

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: Id,
    /// What stands in its files.
    pub tree: Id,
    /// What it follows; none if it is a first one, several if it is a merge.
    pub parents: Vec<Id>,
    /// Who wrote it.
    pub author: String,
    /// When it was written.
    pub authored: Time,
    /// When it was made a commit; what history is sorted by.
    pub committed: Time,
    /// The first paragraph of its message, in one line.
    pub subject: String,
}

/// A moment, and the time zone it was noted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970, UTC.
    pub seconds: i64,
    /// Minutes that the zone is ahead of UTC.
    pub offset: i32,
}

impl Commit {
    /// Reads what the object of a commit holds.
    pub(crate) fn parse(id: Id, bytes: &[u8]) -> Result<Self, Fault> {
        let fault = |why: &str| Fault::corrupt(format!("commit {}", id.short()), why);
        let text = String::from_utf8_lossy(bytes);
        let (header, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut tree = None;
        let mut parents = Vec::new();
        let (mut author, mut committer) = (None, None);
        for line in header.split('\n') {
            let Some((key, value)) = line.split_once(' ') else {
                continue;
            };
            match key {
                "tree" if tree.is_none() => tree = Id::from_hex(value),
                "parent" => {
                    parents.push(Id::from_hex(value).ok_or_else(|| fault("no such parent"))?)
                }
                "author" if author.is_none() => author = Some(value),
                "committer" if committer.is_none() => committer = Some(value),
                _ => {}
            }
        }
        let author = author.unwrap_or_default();
        let name = author.split('<').next().unwrap_or_default().trim();
        Ok(Self {
            id,
            tree: tree.ok_or_else(|| fault("it names no tree"))?,
            parents,
            author: cut(name),
            authored: Time::of(author),
            committed: Time::of(committer.unwrap_or_default()),
            subject: subject(message),
        })
    }
}

impl Time {
    /// The moment at the end of a line such as `name <address> 1700000000 +0100`.
    fn of(line: &str) -> Self {
        let rest = line.rsplit('>').next().unwrap_or_default();
        let mut words = rest.split_whitespace();
        let seconds = words.next().and_then(|word| word.parse().ok());
        let zone: Option<i32> = words.next().and_then(|word| word.parse().ok());
        let zone = zone.filter(|zone| zone.abs() < 10_000).unwrap_or_default();
        Self {
            seconds: seconds.unwrap_or_default(),
            offset: zone / 100 * 60 + zone % 100,
        }
    }
}

fn subject(message: &str) -> String {
    let lines = message.lines().map(str::trim_end);
    let lines = lines.skip_while(|line| line.is_empty());
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    cut(&lines.join(" "))
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_see() {
        let id = Id::from_hex(&"ab".repeat(20)).unwrap();
        let tree = "12".repeat(20);
        let text = format!(
            "tree {tree}\nparent {id}\nauthor A <b> C <a@example.com> 1700000000 -0130\n\
             committer D <d@example.com> 1700000001 +0200\ngpgsig a\n tree b\n\n\nOne\ntwo \n\nthree"
        );
        let commit = Commit::parse(id, text.as_bytes()).unwrap();
        insta::assert_snapshot!(
            format!("{}|{:?}|{:?}|{}", commit.author, commit.authored, commit.committed, commit.subject),
            @"A|Time { seconds: 1700000000, offset: -90 }|Time { seconds: 1700000001, offset: 120 }|One two"
        );
        assert_eq!((commit.tree.to_string(), commit.parents), (tree, vec![id]));
    }

    #[test]
    fn tells_what_is_no_commit() {
        let id = Id::from_hex(&"ab".repeat(20)).unwrap();
        for (text, why) in [
            ("", "it names no tree"),
            ("tree 12\nparent x\n", "no such parent"),
        ] {
            let fault = Commit::parse(id, text.as_bytes()).unwrap_err();
            assert_eq!(fault, Fault::corrupt("commit abababababab", why));
        }
    }
}
