//! Folders of git that lie.

use super::{Class, each, settings};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("git: what stands in its place", places),
    ("git: indexes", indexes),
    ("git: references and configuration", references),
    ("git: objects and packs", objects),
];

fn skeleton(tree: &mut Tree) {
    tree.may_fail = true;
    tree.root_file(".git/HEAD", "ref: refs/heads/main\n");
    tree.root_file(
        ".git/config",
        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n",
    );
    tree.root_file(".git/objects/info/x", "");
    tree.root_file(".git/refs/heads/x", "");
    tree.file("a.yaml", settings("a", "b"));
}

fn places(random: &mut Random, tree: &mut Tree) {
    tree.may_fail = true;
    tree.file("a.yaml", settings("a", "b"));
    match random.below(4) {
        0 => {
            let to = *random.pick(&[
                "/etc",
                "/",
                "..",
                ".",
                "/proc/self",
                "/dev/zero",
                ".git",
                "../secret.txt",
                "\u{1b}[31m",
                "",
                "/dev",
            ]);
            tree.root_file(".git", format!("gitdir: {to}\n"));
        }
        1 => tree.root_link(
            ".git",
            random.pick::<&str>(&[
                "/etc",
                "/proc",
                "/dev/zero",
                "..",
                ".",
                "../home",
                "/",
                "/dev/tty",
            ]),
        ),
        2 => tree.root_file(".git", "gitdir: a\n".repeat(random.between(1, 100_000))),
        _ => {
            skeleton(tree);
            for name in [
                "index",
                "HEAD.lock",
                "packed-refs",
                "config.worktree",
                "shallow",
                "info/exclude",
                "info/attributes",
                "objects/info/alternates",
                "commondir",
                "refs/heads/main",
            ] {
                match random.below(4) {
                    0 => tree.root_pipe(&format!(".git/{name}")),
                    1 => tree.root_link(
                        &format!(".git/{name}"),
                        random.pick::<&str>(&[
                            "/dev/zero",
                            "/dev/tty",
                            "/etc/passwd",
                            ".",
                            "../../secret.txt",
                            "/proc/self/mem",
                        ]),
                    ),
                    2 => tree.root_file(
                        &format!(".git/{name}"),
                        "x".repeat(random.between(1, 3 << 20)),
                    ),
                    _ => {}
                }
            }
        }
    }
}

/// An index of git with these paths.
fn index(random: &mut Random, version: u32, paths: &[(usize, Vec<u8>)], claimed: u32) -> Vec<u8> {
    let mut bytes = b"DIRC".to_vec();
    bytes.extend(version.to_be_bytes());
    bytes.extend(claimed.to_be_bytes());
    for (dropped, path) in paths {
        let start = bytes.len();
        bytes.extend([0; 24]);
        bytes.extend(
            random
                .pick(&[0o100_644_u32, 0o120_000, 0o160_000, 0o040_000, 0])
                .to_be_bytes(),
        );
        bytes.extend([0; 12]);
        bytes.extend([7; 20]);
        bytes.extend((path.len().min(0xFFF) as u16).to_be_bytes());
        if version == 4 {
            bytes.extend(variable(*dropped));
            bytes.extend(path);
            bytes.push(0);
        } else {
            bytes.extend(path);
            let padding = 8 - (bytes.len() - start) % 8;
            bytes.extend(vec![0; padding]);
        }
    }
    let extension = *random.pick(&[
        &b"TREE"[..],
        b"link",
        b"UNTR",
        b"sdir",
        b"REUC",
        b"FSMN",
        b"EOIE",
    ]);
    bytes.extend(extension);
    bytes.extend(
        random
            .pick(&[0_u32, 20, 40, u32::MAX, 1 << 31])
            .to_be_bytes(),
    );
    bytes.extend([0; 60]);
    bytes
}

/// A number as git writes it in version 4.
fn variable(mut number: usize) -> Vec<u8> {
    let mut bytes = vec![(number & 0x7F) as u8];
    while number > 0x7F {
        number = (number >> 7) - 1;
        bytes.push(0x80 | (number & 0x7F) as u8);
    }
    bytes.reverse();
    bytes
}

fn indexes(random: &mut Random, tree: &mut Tree) {
    skeleton(tree);
    let version = *random.pick(&[2, 3, 4, 4, 4, 5, 0]);
    let count = random.between(1, 50_000);
    let long = random.between(1, 70_000);
    let evil: [&[u8]; 8] = [
        b"../../../home/written",
        b"/etc/passwd",
        b".git/hooks/x",
        b"a\0b",
        b"a/../../b",
        b"",
        b"\xff\xfe",
        b"apps/\x1b[31m",
    ];
    let paths: Vec<(usize, Vec<u8>)> = match random.below(3) {
        // One long path, of which the others keep nearly all.
        0 => {
            let first = (0, vec![b'a'; long]);
            let others = (0..count).map(|n| (1, vec![b'a' + (n % 26) as u8]));
            std::iter::once(first).chain(others).collect()
        }
        1 => (0..count.min(5_000))
            .map(|n| (random.below(9), evil[n % evil.len()].to_vec()))
            .collect(),
        _ => (0..count)
            .map(|n| (0, format!("apps/f{n}.yaml").into_bytes()))
            .collect(),
    };
    let claimed = *random.pick(&[paths.len() as u32, u32::MAX, 0, 1, 1 << 20]);
    let mut bytes = index(random, version, &paths, claimed);
    for _ in 0..random.below(3) {
        let at = random.below(bytes.len());
        bytes[at] = random.below(256) as u8;
    }
    if random.once_in(4) {
        bytes.truncate(random.below(bytes.len()));
    }
    tree.root_file(".git/index", bytes);
}

fn references(random: &mut Random, tree: &mut Tree) {
    skeleton(tree);
    let count = random.between(1, 20_000);
    let id = "7".repeat(40);
    match random.below(6) {
        0 => (0..count.min(2_000)).for_each(|n| {
            tree.root_file(
                &format!(".git/refs/heads/r{n}"),
                format!("ref: refs/heads/r{}\n", n + 1),
            )
        }),
        1 => tree.root_file(".git/HEAD", "ref: HEAD\n"),
        2 => tree.root_file(
            ".git/packed-refs",
            each(count, |n| format!("{id} refs/heads/r{n}\n^{id}\n")),
        ),
        3 => tree.root_file(
            ".git/config",
            format!(
                "[include]\n\tpath = config\n\tpath = /dev/zero\n{}",
                "[a \"b\"]\n\tc = \"\\\n".repeat(count)
            ),
        ),
        4 => tree.root_file(
            ".git/HEAD",
            format!("ref: {}\n", "../".repeat(count) + "etc/passwd"),
        ),
        _ => tree.root_file(
            ".git/info/attributes",
            each(count, |n| {
                format!(
                    "**/{n}* filter=lfs -text merge=union\n[attr]m{n} m{}\n",
                    n + 1
                )
            }),
        ),
    }
}

fn objects(random: &mut Random, tree: &mut Tree) {
    skeleton(tree);
    let id = "ab".to_owned() + &"c".repeat(38);
    tree.root_file(".git/refs/heads/main", id.clone() + "\n");
    let mut bytes: Vec<u8> = (0..random.between(0, 4_000))
        .map(|_| random.below(256) as u8)
        .collect();
    if random.once_in(2) {
        bytes.splice(0..0, [0x78, 0x9c]);
    }
    tree.root_file(&format!(".git/objects/ab/{}", &id[2..]), bytes.clone());
    let mut pack = b"PACK\0\0\0\x02\xff\xff\xff\xff".to_vec();
    pack.extend(&bytes);
    tree.root_file(".git/objects/pack/pack-x.pack", pack);
    let mut table = b"\xfftOc\0\0\0\x02".to_vec();
    table.extend(bytes.iter().cycle().take(random.between(0, 8_000)));
    tree.root_file(".git/objects/pack/pack-x.idx", table);
    tree.root_file(
        ".git/objects/info/alternates",
        "../objects\n../../.git/objects\n/etc\n".repeat(random.between(1, 1_000)),
    );
    tree.root_file(
        ".git/index",
        index(random, 2, &[(0, b"apps/a.yaml".to_vec())], 1),
    );
}
