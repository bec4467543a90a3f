//! The program within limits, and what it took.

use std::fs::{self, File};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use camino::Utf8Path;

/// Of time on a processor. The system ends what takes more.
const PROCESSOR: Duration = Duration::from_secs(20);
/// Of time that passes, for what waits for something that does not come.
const PATIENCE: Duration = Duration::from_secs(240);
/// Of memory that is used, in bytes, by the program and the one that it starts.
const MEMORY: u64 = 2 << 30;
/// Of address space, in KiB, so that a blow-up takes nothing else along.
const ADDRESSES: u64 = 8 << 20;
/// Of output, in bytes: room for as many findings as a report has at most.
const OUTPUT: u64 = 128 << 20;

/// What became of a run.
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) out: Vec<u8>,
    pub(super) errors: String,
    pub(super) taken: Taken,
}

/// What a run took.
#[derive(Clone, Copy, Default)]
pub(super) struct Taken {
    pub(super) processor: Duration,
    pub(super) memory: u64,
}

/// Runs the program in a folder below `around`, to whose other folders all that it could write by
/// habit is directed.
pub(super) fn run(around: &Utf8Path, folder: &Utf8Path, arguments: &[&str]) -> Ended {
    let limits = format!(
        "ulimit -t {}; ulimit -v {ADDRESSES}; ulimit -f {}; ulimit -c 0; exec \"$0\" \"$@\"",
        PROCESSOR.as_secs(),
        OUTPUT / 512
    );
    let streams = around.with_extension("streams");
    fs::create_dir_all(&streams).unwrap();
    let (out, errors) = (streams.join("out"), streams.join("errors"));
    let mut child = Command::new("sh")
        .args(["-c", &limits, env!("CARGO_BIN_EXE_gitopslint")])
        .args(arguments)
        .env_clear()
        .env("HOME", around.join("home"))
        .env("TMPDIR", around.join("home"))
        .env("GITOPSLINT_CACHE_DIR", streams.join("cache"))
        .env("ARGOCD_APP_SOURCE_PATH", "innocent/overlays/production")
        .current_dir(folder)
        .stdin(std::process::Stdio::null())
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&errors).unwrap())
        .spawn()
        .unwrap();
    let taken = watch(&mut child);
    let ended = Ended {
        code: child.wait().unwrap().code(),
        out: fs::read(&out).unwrap(),
        errors: String::from_utf8_lossy(&fs::read(&errors).unwrap()).into_owned(),
        taken,
    };
    fs::remove_dir_all(&streams).unwrap();
    ended
}

/// Waits until a process has ended, which leaves it to be waited for.
fn watch(child: &mut Child) -> Taken {
    let start = Instant::now();
    let mut taken = Taken::default();
    let mut pause = Duration::from_millis(1);
    loop {
        let (has_ended, processor) = processor(child.id());
        taken.processor = processor;
        if has_ended {
            return taken;
        }
        taken.memory = taken.memory.max(memory(child.id()));
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(8));
    }
}

/// Whether a process has ended, and the time that it and those that it waited for took on a
/// processor.
fn processor(id: u32) -> (bool, Duration) {
    /// How many there are in a second is fixed for what the system tells programs.
    const TICKS: u64 = 100;
    let text = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    // The name before it may hold anything.
    let (_, rest) = text.rsplit_once(") ").unwrap();
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks: u64 = fields[11..15]
        .iter()
        .map(|n| n.parse::<u64>().unwrap())
        .sum();
    (
        fields[0] == "Z",
        Duration::from_millis(ticks * 1000 / TICKS),
    )
}

/// The most that a process and those that it started have used so far, in bytes.
fn memory(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let most = most.and_then(|text| text.trim().strip_suffix(" kB"));
    let own = most.map_or(0, |text| text.parse::<u64>().unwrap() << 10);
    let threads = fs::read_dir(format!("/proc/{id}/task"))
        .into_iter()
        .flatten();
    let started = threads.flatten().map(|thread| {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        let ids = children
            .split_whitespace()
            .map(|id| memory(id.parse().unwrap()));
        ids.sum::<u64>()
    });
    own + started.sum::<u64>()
}

impl Ended {
    /// What is wrong with how the program ended, if anything.
    pub(super) fn fault(&self) -> Option<String> {
        let Taken { processor, memory } = self.taken;
        let fault = match self.code {
            None => "it was ended by the system".to_owned(),
            Some(0..=2) => match self.errors.contains("panicked at") {
                true => "it panicked".to_owned(),
                false if processor > PROCESSOR => format!("it took {processor:?}"),
                false if memory > MEMORY => format!("it used {} MiB", memory >> 20),
                false => return None,
            },
            Some(code) => format!("it ended with {code}"),
        };
        let errors: String = self.errors.chars().take(2_000).collect();
        Some(format!(
            "{fault} (after {processor:?}, {} MiB): {errors}",
            memory >> 20
        ))
    }
}
