//! Generates Rust from proto/: messages, server traits, clients for the tests, and the descriptor set that
//! tests/suite/wire.rs compares with the listing. It uses protox, so that a build needs no protoc. Must not
//! know what the messages mean.
//!
//! It also embeds the templates and examples of the documentation: every file in their folders, without a
//! list of names.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The kinds of pages: the names of the folders of templates, of examples and of generated pages.
const KINDS: [&str; 4] = ["data-sources", "functions", "list-resources", "resources"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    println!("cargo::rerun-if-changed=build.rs");

    let mut protos = protox::Compiler::new(["proto"])?;
    protos
        .include_imports(true)
        .include_source_info(true)
        .open_files(["tfplugin5.proto", "plugin.proto"])?;

    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(
        out.join("descriptors.bin"),
        protos.encode_file_descriptor_set(),
    )?;
    tonic_prost_build::configure()
        // The tests give the clients a connection of their own, so tonic's transport isn't needed.
        .build_transport(false)
        .compile_fds(protos.file_descriptor_set())?;

    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let templates = root.join("src/docs/templates");
    let examples = root.join("examples");
    let mut of_pages = vec![templates.join("index.md")];
    let mut of_examples = files(&examples.join("emulator"))?;
    of_examples.extend(files(&examples.join("provider"))?);
    for kind in KINDS {
        of_pages.extend(files(&templates.join(kind))?);
        of_examples.extend(files(&examples.join(kind))?);
    }
    fs::write(out.join("templates.rs"), embedded(&of_pages, &templates)?)?;
    fs::write(out.join("examples.rs"), embedded(&of_examples, &root)?)?;
    Ok(())
}

/// All files below a folder, sorted; none if there is no such folder. Cargo runs this script again when
/// one of them is added, changed or removed.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        // Cargo takes what isn't there for changed each time, and would build all of this package again.
        let parent = folder.parent().unwrap_or(folder);
        println!("cargo::rerun-if-changed={}", parent.display());
        return Ok(found);
    }
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // Files that terraform leaves in the folder of an example that was run there.
        if name.starts_with('.') || name.contains(".tfstate") {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The Rust source of a slice of pairs: the path of each file below `root`, and its text.
fn embedded(files: &[PathBuf], root: &Path) -> Result<String, Box<dyn Error>> {
    let mut text = String::from("&[\n");
    for file in files {
        let name = file
            .strip_prefix(root)?
            .to_string_lossy()
            .replace('\\', "/");
        let path = file.to_string_lossy();
        text.push_str(&format!("({name:?}, include_str!({path:?})),\n"));
    }
    text.push_str("]\n");
    Ok(text)
}
