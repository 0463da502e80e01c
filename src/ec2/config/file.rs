//! Reads files that users name. A path that is named by mistake must not hang the process or fill
//! its memory: only regular files are read, and only to a limit. The null device counts as an empty
//! file, since users name it to switch a file off.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// Longest file in bytes, many times the length of a certificate bundle or a shared configuration
/// file.
const LONGEST: u64 = 10 * 1024 * 1024;

/// The bytes of a file.
///
/// # Errors
/// The path doesn't exist, can't be read, is no regular file, or the file is too long. The words
/// follow the path in a message.
pub(in crate::ec2) fn read(path: &Path) -> io::Result<Vec<u8>> {
    check(path)?;
    let mut contents = Vec::new();
    let mut file = File::open(path)?.take(LONGEST + 1);
    file.read_to_end(&mut contents)?;
    if contents.len() as u64 > LONGEST {
        return Err(too_long());
    }
    Ok(contents)
}

/// Checks a file that a library will read without a limit.
///
/// # Errors
/// Those of [`read`] that metadata shows.
pub(in crate::ec2) fn check(path: &Path) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::other("it is a folder, and must be a file"));
    }
    if !metadata.is_file() && !is_null_device(path) {
        let what = "it is a device, a pipe or a socket, and must be a file";
        return Err(io::Error::other(what));
    }
    if metadata.len() > LONGEST {
        return Err(too_long());
    }
    Ok(())
}

fn too_long() -> io::Error {
    let limit = LONGEST / 1024 / 1024;
    let what = format!("it is longer than {limit} MiB, so it can't be what is meant");
    io::Error::other(what)
}

/// The text of a file that a user names, with `~` and variables of the environment in its path.
///
/// # Errors
/// Words that say why it can't be read.
pub fn read_text_file(path: &str) -> Result<String, String> {
    read_text(&super::file_path::expand(Path::new(path))).map_err(|error| error.to_string())
}

/// The text of a file.
pub(in crate::ec2) fn read_text(path: &Path) -> io::Result<String> {
    let contents = read(path)?;
    String::from_utf8(contents).map_err(|_| io::Error::other("it isn't a text in UTF-8"))
}

fn is_null_device(path: &Path) -> bool {
    let null = if cfg!(windows) { "NUL" } else { "/dev/null" };
    path == Path::new(null) || fs::canonicalize(path).is_ok_and(|path| path == Path::new(null))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    fn words(path: &Path) -> String {
        read_text(path).map_or_else(|error| error.to_string(), |text| format!("read: {text}"))
    }

    #[test]
    fn only_files_are_read() {
        let folder = tempfile::tempdir().expect("there is room");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "text").expect("it can be written");
        fs::write(at("bytes"), b"\xff\xfe").expect("it can be written");
        symlink(at("file"), at("link")).expect("links are to be had");
        symlink("/dev/null", at("off")).expect("links are to be had");
        let made = Command::new("mkfifo").arg(at("pipe")).status();
        assert!(made.is_ok_and(|status| status.success()));
        let _listener = UnixListener::bind(at("socket")).expect("a socket");
        let special = "it is a device, a pipe or a socket, and must be a file";
        for (path, expected) in [
            (at("file"), "read: text"),
            (at("link"), "read: text"),
            (at("off"), "read: "),
            ("/dev/null".into(), "read: "),
            (at("bytes"), "it isn't a text in UTF-8"),
            (folder.path().into(), "it is a folder, and must be a file"),
            (at("pipe"), special),
            (at("socket"), special),
            ("/dev/zero".into(), special),
        ] {
            assert_eq!(words(&path), expected, "{}", path.display());
        }
        let missing = read(&at("none")).expect_err("it isn't there");
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_file_without_end_is_read_to_a_limit() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("long");
        let file = File::create(&path).expect("it can be written");
        file.set_len(LONGEST).expect("a sparse file");
        assert!(read(&path).is_ok());
        file.set_len(1 << 40).expect("a sparse file");
        assert!(words(&path).starts_with("it is longer than 10 MiB"));
    }
}
