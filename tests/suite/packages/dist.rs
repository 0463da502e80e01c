//! The packages that `make dist` makes: what they are like, and that hosts install from them. The
//! program inside is the one under test, packed by the very scripts that pack a release.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::{REGISTRIES, ROOT, VERSION, assert_installs, done};
use crate::support::emulator;
use crate::support::plugin_process::BINARY;
use crate::support::terraform::{Terraform, WorkDir};

/// A Python that finds the packing scripts, and a cargo that stays off the network.
fn python() -> Command {
    let mut python = Command::new(emulator::python());
    python
        .arg("-B")
        .current_dir(ROOT)
        .env("PYTHONPATH", Path::new(ROOT).join("tests"))
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO", env!("CARGO"))
        .env_remove("SOURCE_DATE_EPOCH");
    python
}

/// A folder with the packages of the program under test. Made once: it takes seconds.
fn packed() -> &'static Path {
    static PACKED: OnceLock<TempDir> = OnceLock::new();
    let folder = PACKED.get_or_init(|| {
        let folder = TempDir::new().expect("a temporary directory can be made");
        let pack = ["-m", "dist", "pack", "--binary", BINARY];
        let command = ["--command", env!("CARGO_BIN_EXE_curated")];
        // The program under test is built for this machine alone, and ten times the size of a release: to
        // press it as hard as one takes many seconds, and shows no more.
        let out = ["--not-for-alpine", "--level", "1", "--out"];
        done(
            python()
                .args(pack)
                .args(command)
                .args(out)
                .arg(folder.path()),
        );
        folder
    });
    folder.path()
}

/// The one package of the provider whose name ends so.
fn package(ending: &str) -> PathBuf {
    package_of("terraform-provider-curated", ending)
}

fn package_of(name: &str, ending: &str) -> PathBuf {
    let entries = fs::read_dir(packed()).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let begin = format!("{name}_");
    let mut fitting = paths.filter(|path| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        file.starts_with(&begin) && file.ends_with(ending)
    });
    let found = fitting
        .next()
        .unwrap_or_else(|| panic!("no package {ending}"));
    assert_eq!(fitting.next(), None);
    found
}

#[test]
fn the_packing_scripts_keep_their_promises() {
    done(python().args([
        "-m",
        "unittest",
        "discover",
        "-s",
        "tests/dist",
        "-t",
        "tests",
    ]));
}

#[test]
fn every_licence_that_is_linked_in_is_allowed() {
    let listing = done(python().args(["-m", "dist", "licences"]));
    assert!(listing.contains("aws-sdk-ec2 "), "{listing}");
}

#[test]
fn a_version_that_is_not_cargos_is_refused_and_says_where_the_version_lives() {
    let folder = TempDir::new().expect("a temporary directory can be made");
    let release = ["-m", "dist", "release", "--version", "99.0.0", "--out"];
    let refused = python().args(release).arg(folder.path()).output();
    let refused = refused.expect("it runs");
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr);
    let want = format!("VERSION is 99.0.0, but Cargo.toml says {VERSION}");
    assert!(said.contains(&want), "{said}");
}

#[test]
fn the_zip_holds_the_program_under_test_ready_to_run() {
    let look = "
import stat, sys, zipfile
for entry in zipfile.ZipFile(sys.argv[1]).infolist():
    print(stat.filemode(entry.external_attr >> 16), entry.filename, entry.file_size)
";
    let zip = package(".zip");
    let listing = done(python().args(["-c", look]).arg(&zip));
    let size = fs::metadata(BINARY).expect("it is there").len();
    let program = format!("-rwxr-xr-x terraform-provider-curated_v{VERSION} {size}");
    let lines: Vec<&str> = listing.lines().collect();
    assert_eq!(lines.last(), Some(&program.as_str()), "{listing}");
    for paper in [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "THIRD_PARTY_LICENSES",
    ] {
        let found = lines.iter().any(|line| {
            let mut words = line.split(' ');
            words.next() == Some("-rw-r--r--") && words.next() == Some(paper)
        });
        assert!(found, "{paper}: {listing}");
    }
    assert_eq!(lines.len(), 5);

    let names = [
        "_SHA256SUMS".to_owned(),
        "_manifest.json".to_owned(),
        ".cdx.json".to_owned(),
    ];
    for name in names {
        let path = package(&name);
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let begin = format!("terraform-provider-curated_{VERSION}_");
        assert!(name.starts_with(&begin), "{name}");
    }
}

#[test]
fn the_command_has_a_zip_of_its_own_with_the_program_under_test() {
    let unpack = "
import pathlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    archive.extractall(sys.argv[2])
    print(sorted(archive.namelist()))
(pathlib.Path(sys.argv[2]) / 'curated').chmod(0o755)
";
    let folder = TempDir::new().expect("a temporary directory can be made");
    let zip = package_of("curated", ".zip");
    let mut python = python();
    let python = python.args(["-c", unpack]).arg(&zip).arg(folder.path());
    assert_eq!(
        done(python),
        "['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD_PARTY_LICENSES', 'curated']\n"
    );
    let told = done(Command::new(folder.path().join("curated")).arg("--version"));
    assert_eq!(told, format!("curated {VERSION}\n"));
    let sums = fs::read_to_string(package("_SHA256SUMS")).expect("sums");
    let name = zip.file_name().expect("a name").to_string_lossy();
    assert!(sums.contains(&format!("  {name}\n")), "{sums}");
}

#[test]
fn hosts_install_from_the_zip_as_a_filesystem_mirror() {
    let zip = package(".zip");
    let mirror = TempDir::new().expect("a temporary directory can be made");
    for registry in REGISTRIES {
        let place = mirror.path().join(registry).join("curated/curated");
        fs::create_dir_all(&place).expect("it can be made");
        let name = zip.file_name().expect("a name");
        fs::copy(&zip, place.join(name)).expect("it can be copied");
    }
    // No other way to get at a provider is left.
    let settings = format!(
        "provider_installation {{\n  filesystem_mirror {{\n    path = {:?}\n  }}\n}}\n",
        mirror.path()
    );
    for terraform in Terraform::find_all() {
        for registry in REGISTRIES {
            let work = WorkDir::new(&terraform, "", &[]);
            work.write("cli.tfrc", &settings);
            assert_installs(&work, registry, |work, arguments| {
                done(&mut work.command(arguments))
            });
        }
    }
}
