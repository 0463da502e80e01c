//! Starts on a machine that has too little of something: whatever keeps the process from its
//! handshake, it says so on stderr, in one line, and ends.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::plugin_connection::Identity;
use crate::support::plugin_process::{BINARY, COOKIE, command};

/// More than any start takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts on a busy machine. Every second one is in the folder that is cleaned meanwhile, where each may
/// end in another way; in the other folders, all end alike.
const STARTS: usize = 500;

/// What came of a start.
#[derive(Debug, PartialEq, Eq)]
enum Start {
    /// The path of the socket.
    Line(PathBuf),
    /// The line on stderr.
    Reason(String),
}

/// Starts it and looks for its line, and ends it.
///
/// # Panics
/// When there is neither a line nor a reason, or more than that.
fn start(command: &mut Command) -> Start {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    // Whoever runs the tests may want the tests' own traces.
    command.env_remove("RUST_BACKTRACE");
    let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
    let line = first_line(&mut child);
    let found = match line.strip_suffix('\n') {
        Some(line) => {
            let fields: Vec<&str> = line.split('|').collect();
            assert_eq!(fields[..3], ["1", "5", "unix"], "{line}");
            let _ = child.kill();
            let _ = fs::remove_file(fields[3]);
            Some(Start::Line(fields[3].into()))
        }
        None => None,
    };
    let since = Instant::now();
    while child.try_wait().expect("a child can be asked").is_none() {
        assert!(since.elapsed() < PATIENCE, "it neither starts nor ends");
        thread::sleep(Duration::from_millis(1));
    }
    let mut said = String::new();
    let mut stderr = child.stderr.take().expect("stderr is piped");
    stderr.read_to_string(&mut said).expect("it is text");
    found.unwrap_or_else(|| {
        let status = child.wait().expect("it has ended");
        assert!(!status.success(), "{said}");
        // The standard library adds a note of its own where an allocation failed.
        let reasons = said.lines().filter(|line| !line.starts_with("note: "));
        assert_eq!(reasons.count(), 1, "{status}: {said:?}");
        Start::Reason(said)
    })
}

/// What comes on stdout until a line ends, or all of it.
fn first_line(child: &mut Child) -> String {
    let mut stdout = child.stdout.take().expect("stdout is piped");
    let (mut line, mut byte) = (Vec::new(), [0]);
    while stdout.read(&mut byte).expect("stdout is readable") == 1 {
        line.push(byte[0]);
        if byte == *b"\n" {
            break;
        }
    }
    // Stays open, as with a host.
    child.stdout = Some(stdout);
    String::from_utf8(line).expect("it is text")
}

/// As a host starts it, with its certificate.
fn hosted(identity: &str) -> Command {
    let mut command = command();
    command.envs([COOKIE, ("PLUGIN_CLIENT_CERT", identity)]);
    command
}

/// The same, by a shell that first sets a limit.
fn limited(limit: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        &format!(r#"ulimit {limit} && exec "$0" "$@""#),
        BINARY,
    ]);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy().into_owned();
        if ["AWS_", "PLUGIN_", "TF_"]
            .iter()
            .any(|p| text.starts_with(p))
        {
            shell.env_remove(&name);
        }
    }
    shell
}

/// The same, where the folder for temporary files is a file system without room for a file more, in a
/// namespace of its own. Only Linux has these, and not everybody may make one.
fn in_a_full_folder(folder: &Path) -> Command {
    let mount = r#"mount -t tmpfs -o nr_inodes=1,size=4k none "$TMPDIR" && exec "$0""#;
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-c", mount, BINARY]);
    command.envs([COOKIE]).env("TMPDIR", folder);
    command.env_remove("PLUGIN_CLIENT_CERT");
    command
}

/// A folder for temporary files, and what it is like.
struct Folder {
    path: PathBuf,
    works: Option<bool>,
    is_full: bool,
}

/// Folders of all kinds, below one that is removed at the end.
fn folders(below: &Path) -> Vec<Folder> {
    let good = below.join("good");
    fs::create_dir(&good).expect("it is ours");
    let mut link = good.clone();
    for level in ["one", "two", "three", "four"] {
        let next = below.join(level);
        symlink(&link, &next).expect("it is ours");
        link = next;
    }
    let file = below.join("file");
    fs::write(&file, "").expect("it is ours");
    let cleaned = below.join("cleaned");
    fs::create_dir(&cleaned).expect("it is ours");
    let long = below.join("l".repeat(120));
    fs::create_dir(&long).expect("it is ours");
    let full = below.join("full");
    fs::create_dir(&full).expect("it is ours");
    let can_be_full = Command::new("unshare")
        .args(["--mount", "--map-root-user", "mount", "-t", "tmpfs", "none"])
        .arg(&full)
        .output()
        .is_ok_and(|tried| tried.status.success());
    let folder = |path: &Path, works| Folder {
        path: path.to_owned(),
        works,
        is_full: false,
    };
    let full = can_be_full.then(|| Folder {
        is_full: true,
        ..folder(&full, Some(false))
    });
    let mut all = vec![
        folder(&good, Some(true)),
        folder(&link, Some(true)),
        // Sockets have no room for it, so the usual folder is taken.
        folder(&long, Some(true)),
        folder(&below.join("missing"), Some(false)),
        folder(&file, Some(false)),
        // Nobody may write there, root neither.
        folder(Path::new("/proc/self/fdinfo"), Some(false)),
    ];
    all.extend(full);
    // Always the last one: the test has it cleaned.
    all.push(folder(&cleaned, None));
    all
}

/// Removes whatever is in a folder, over and over.
fn clean(folder: &Path, until: &AtomicBool) {
    while !until.load(Ordering::Relaxed) {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let _ = fs::remove_file(entry.path());
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[test]
fn starts_on_a_busy_machine_give_a_line_or_a_reason() {
    let identity = Identity::like_a_host().pem();
    let below = tempfile::tempdir().expect("a directory");
    let mut folders = folders(below.path());
    let raced = folders.pop().expect("the last one is cleaned");
    let (next, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let began = Instant::now();
    thread::scope(|scope| {
        // Keeps a processor busy, too.
        scope.spawn(|| clean(&raced.path, &done));
        let starters: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= STARTS {
                            return;
                        }
                        let folder = if number.is_multiple_of(2) {
                            &raced
                        } else {
                            &folders[number / 2 % folders.len()]
                        };
                        let found = if folder.is_full {
                            start(
                                in_a_full_folder(&folder.path).env("PLUGIN_CLIENT_CERT", &identity),
                            )
                        } else {
                            start(hosted(&identity).env("TMPDIR", &folder.path))
                        };
                        let is_line = matches!(found, Start::Line(_));
                        let works = folder.works.unwrap_or(is_line);
                        assert_eq!(is_line, works, "{}: {found:?}", folder.path.display());
                        if let Start::Reason(reason) = found {
                            assert!(reason.contains("set TMPDIR to"), "{reason}");
                        }
                    }
                })
            })
            .collect();
        for starter in starters {
            if let Err(failed) = starter.join() {
                done.store(true, Ordering::Relaxed);
                std::panic::resume_unwind(failed);
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(began.elapsed() < Duration::from_secs(600));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_folder_is_a_reason() {
    let folder = tempfile::tempdir().expect("a directory");
    match start(&mut in_a_full_folder(folder.path())) {
        Start::Reason(said) if said.starts_with("unshare:") || said.starts_with("mount:") => {
            eprintln!("skipped: {said}");
        }
        Start::Reason(said) => {
            assert!(said.contains("No space left on device"), "{said}");
            assert!(said.contains("set TMPDIR to"), "{said}");
        }
        Start::Line(path) => panic!("{}", path.display()),
    }
}

/// The host has its line, and waits for an answer that can't come.
#[test]
fn a_process_without_a_file_for_its_host_says_so_and_ends() {
    for files in 4..20 {
        let mut shell = limited(&format!("-n {files}"));
        shell.envs([COOKIE]).env_remove("PLUGIN_CLIENT_CERT");
        shell.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = shell.spawn().expect("sh runs");
        let line = first_line(&mut child);
        let Some(path) = line.split('|').nth(3) else {
            let _ = child.wait();
            continue;
        };
        let _host = UnixStream::connect(path).expect("somebody listens");
        let since = Instant::now();
        while child.try_wait().expect("a child can be asked").is_none() {
            assert!(since.elapsed() < PATIENCE, "it keeps its host waiting");
            thread::sleep(Duration::from_millis(20));
        }
        let said = child.wait_with_output().expect("it has ended").stderr;
        let said = String::from_utf8(said).expect("it is text");
        let words = "cannot accept a connection: Too many open files";
        assert!(said.contains(words) && said.contains("ulimit -n"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!Path::new(path).exists(), "the socket is left behind");
        return;
    }
    panic!("it never started");
}

#[test]
fn few_files_are_a_line_or_a_reason() {
    let identity = Identity::like_a_host().pem();
    let mut reasons = 0;
    for files in (4..=20).chain([32, 64]) {
        let mut command = limited(&format!("-n {files}"));
        command.envs([COOKIE, ("PLUGIN_CLIENT_CERT", &identity)]);
        if let Start::Reason(reason) = start(&mut command) {
            assert!(
                reason.contains("Too many open files") || files < 6,
                "{files}: {reason}"
            );
            reasons += 1;
        }
    }
    assert!((3..15).contains(&reasons), "{reasons}");
}

#[cfg(target_os = "linux")]
#[test]
fn little_memory_is_a_line_or_a_reason() {
    let identity = Identity::like_a_host().pem();
    // With less, the system doesn't even load the program, and says what it likes.
    let loads = |kilobytes: &u32| {
        let mut command = limited(&format!("-v {kilobytes}"));
        let output = command.arg("--version").output().expect("sh runs");
        output.status.success()
    };
    let wide = (20_000..=120_000).step_by(1000);
    let enough = wide.clone().find(loads).expect("it loads with some memory");
    // A start needs little more than loading takes.
    let close = (enough - 1000..enough + 2000).step_by(20);
    let mut reasons = 0;
    for kilobytes in wide.chain(close).filter(loads) {
        let limit = format!("-v {kilobytes}");
        let mut command = limited(&limit);
        command.envs([COOKIE, ("PLUGIN_CLIENT_CERT", &identity)]);
        if let Start::Reason(reason) = start(&mut command) {
            // The standard library says in words of its own that an allocation failed.
            let beginnings = [env!("CARGO_PKG_NAME"), "memory allocation of "];
            assert!(
                beginnings.iter().any(|words| reason.starts_with(words)),
                "{kilobytes}: {reason}"
            );
            reasons += 1;
        }
    }
    assert!(reasons > 0);
}
