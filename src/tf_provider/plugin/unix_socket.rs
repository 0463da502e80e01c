//! A Unix socket that no other user can connect to, not even while it is being made: it is bound in a
//! private directory, and linked to its path once its mode and group are set. Its name is random, and
//! a file that has the name already is left as it is. Must not know what the socket is for.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use super::bind_error::BindError;

/// Longest path in bytes: the shortest `sun_path` of any system (macOS), without its final zero.
const LONGEST_PATH: usize = 103;

/// The file of a bound socket. Dropping it removes the file.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: String,
}

impl SocketFile {
    /// Absolute path.
    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // The file may be gone already, and other errors can't be reported here.
        let _ = fs::remove_file(&self.path);
    }
}

/// Number of names that are tried. They aren't all taken by chance.
const TRIES: usize = 16;

/// Binds a new socket in `dir`, with mode 0600, or 0660 and `group`.
///
/// # Errors
/// [`BindError`] with the path and what is wrong with it.
pub(super) fn bind(
    dir: Option<&Path>,
    group: Option<&str>,
) -> Result<(UnixListener, SocketFile), BindError> {
    bind_as(dir, group, || {
        let chance = getrandom::u64().map_err(|e| io::Error::other(e.to_string()))?;
        Ok(format!("{chance:016x}"))
    })
}

/// Binds a socket whose name has a token, and draws another token if that name is taken.
fn bind_as(
    dir: Option<&Path>,
    group: Option<&str>,
    mut draw: impl FnMut() -> io::Result<String>,
) -> Result<(UnixListener, SocketFile), BindError> {
    let mut tries = 1;
    loop {
        let token = draw().map_err(|e| BindError::new("a unix socket".to_owned(), e))?;
        let (private, path) = places(dir, &token)?;
        let fail = |reason: io::Error| BindError::new(path.clone(), reason);
        let gid = group.map(group_id).transpose().map_err(fail)?;
        match bind_at(private, &path, gid) {
            Ok(listener) => return Ok((listener, SocketFile { path })),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && tries < TRIES => tries += 1,
            // A program that cleans temporary files up may have removed the private directory.
            Err(e) if e.kind() == io::ErrorKind::NotFound && has_parent(&path) && tries < TRIES => {
                tries += 1;
            }
            Err(reason) => return Err(fail(reason).with_hint(hint(dir))),
        }
    }
}

fn has_parent(path: &str) -> bool {
    Path::new(path).parent().is_some_and(Path::is_dir)
}

/// The variable that names the directory, and what the directory must be.
fn hint(dir: Option<&Path>) -> &'static str {
    match dir {
        Some(_) => "PLUGIN_UNIX_SOCKET_DIR must name a directory that can be written",
        None => "set TMPDIR to a directory that exists, can be written and has space left",
    }
}

fn bind_at(private: PathBuf, path: &str, gid: Option<u32>) -> io::Result<UnixListener> {
    let private = PrivateDir::create(private)?;
    let inner = private.0.join("s");
    let listener = UnixListener::bind(&inner)?;
    // Removes this name of the socket, also after an error.
    let _inner = SocketFile {
        path: inner.to_string_lossy().into_owned(),
    };
    let mode = if gid.is_some() { 0o660 } else { 0o600 };
    fs::set_permissions(&inner, Permissions::from_mode(mode))?;
    if gid.is_some() {
        chown(&inner, None, gid)?;
    }
    // A link fails where the file exists; a rename would replace it.
    fs::hard_link(&inner, path)?;
    Ok(listener)
}

/// The private directory to bind in, and the final path of the socket. Both fit a `sun_path`.
fn places(dir: Option<&Path>, token: &str) -> Result<(PathBuf, String), BindError> {
    let fits = |dir: &Path| {
        let dir = std::path::absolute(dir).ok()?;
        let path = dir.join(format!("curated-{token}")).to_str()?.to_owned();
        // Hosts split the handshake line at bars, and read it to its line break.
        let is_plain = !path.contains(['|', '\n', '\r']);
        // The path in the private directory, `.token/s`, is shorter.
        (is_plain && path.len() <= LONGEST_PATH).then(|| (dir.join(format!(".{token}")), path))
    };
    let fallback = Path::new("/tmp");
    let found = match dir {
        Some(dir) => fits(dir),
        None => fits(&std::env::temp_dir()).or_else(|| fits(fallback)),
    };
    found.ok_or_else(|| {
        BindError::new(
            format!("{:?}", dir.unwrap_or(fallback)),
            io::Error::other(
                "the path of a socket must be UTF-8 without \"|\" and line breaks, and shorter \
                 than 104 bytes: choose another directory",
            ),
        )
    })
}

fn group_id(group: &str) -> io::Result<u32> {
    if let Ok(gid) = group.parse() {
        return Ok(gid);
    }
    find_group(&fs::read_to_string("/etc/group")?, group).ok_or_else(|| {
        io::Error::other(format!(
            "PLUGIN_UNIX_SOCKET_GROUP names {group:?}, which /etc/group doesn't have: use its number"
        ))
    })
}

/// Finds `group` among lines of `name:password:gid:members`.
fn find_group(groups: &str, group: &str) -> Option<u32> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(group)).then(|| fields.nth(1)?.parse().ok())?
    })
}

/// A directory of mode 0700 that is removed when this is dropped.
struct PrivateDir(PathBuf);

impl PrivateDir {
    fn create(path: PathBuf) -> io::Result<Self> {
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for PrivateDir {
    fn drop(&mut self) {
        // It is empty. If it can't be removed, it does no harm.
        let _ = fs::remove_dir(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    fn entries(dir: &Path) -> usize {
        fs::read_dir(dir).unwrap().count()
    }

    #[tokio::test]
    async fn the_socket_is_private_reachable_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (listener, file) = bind(Some(dir.path()), None).unwrap();
        assert!(Path::new(file.path()).starts_with(dir.path()));
        assert_eq!(fs::metadata(file.path()).unwrap().mode() & 0o777, 0o600);
        assert_eq!(entries(dir.path()), 1, "the private directory must be gone");

        let client = tokio::net::UnixStream::connect(file.path());
        let (client, accepted) = tokio::join!(client, listener.accept());
        assert!(client.is_ok() && accepted.is_ok());

        drop(file);
        assert_eq!(entries(dir.path()), 0);
    }

    #[tokio::test]
    async fn a_group_gets_access() {
        let dir = tempfile::tempdir().unwrap();
        let gid = fs::metadata(dir.path()).unwrap().gid();
        let (_listener, file) = bind(Some(dir.path()), Some(&gid.to_string())).unwrap();
        let made = fs::metadata(file.path()).unwrap();
        assert_eq!((made.mode() & 0o777, made.gid()), (0o660, gid));
    }

    #[tokio::test]
    async fn a_bad_place_is_named_and_left_clean() {
        let dir = tempfile::tempdir().unwrap();
        let unknown = bind(Some(dir.path()), Some("no such group")).unwrap_err();
        assert!(unknown.to_string().contains("use its number"), "{unknown}");
        assert_eq!(entries(dir.path()), 0);

        let long = dir.path().join("d".repeat(100));
        let message = bind(Some(&long), None).unwrap_err().to_string();
        assert!(message.contains("shorter than 104 bytes"), "{message}");

        let missing = bind(Some(Path::new("/no/such/dir")), None).unwrap_err();
        assert!(missing.to_string().contains("/no/such/dir/"), "{missing}");
    }

    #[tokio::test]
    async fn a_name_that_is_taken_is_drawn_again_and_what_has_it_stays() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("curated-socket"), "another's").unwrap();
        fs::create_dir(dir.path().join(".private")).unwrap();
        let mut tokens = ["socket", "private", "free"].iter();
        let draw = || Ok((*tokens.next().unwrap()).to_owned());
        let (_listener, file) = bind_as(Some(dir.path()), None, draw).unwrap();
        assert!(file.path().ends_with("/curated-free"), "{}", file.path());
        let kept = fs::read_to_string(dir.path().join("curated-socket")).unwrap();
        assert_eq!(kept, "another's");
        assert_eq!(entries(dir.path()), 3);

        let never = bind_as(Some(dir.path()), None, || Ok("socket".to_owned())).unwrap_err();
        assert!(never.to_string().contains("File exists"), "{never}");
        assert_eq!(entries(dir.path()), 3);
    }

    #[tokio::test]
    async fn a_folder_that_would_break_the_handshake_line_is_refused_in_one_line() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a|b", "a\nb", "a\rb"] {
            let odd = dir.path().join(name);
            fs::create_dir(&odd).unwrap();
            let message = bind(Some(&odd), None).unwrap_err().to_string();
            assert!(message.contains("line breaks"), "{message}");
            assert!(!message.contains(['\n', '\r']), "{message}");
            assert_eq!(entries(&odd), 0);
        }
    }

    #[test]
    fn groups_are_found_by_their_whole_name() {
        let groups = "root:x:0:\nstaffers:x:7:\nstaff:x:50:ann,bob\nbroken\n";
        assert_eq!(find_group(groups, "staff"), Some(50));
        assert_eq!(find_group(groups, "broken"), None);
        assert_eq!(find_group(groups, "nobody"), None);
    }
}
