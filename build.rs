//! Compiles proto/ into Rust: messages, server traits and (for the tests) clients, and the
//! descriptor set that tests/suite/wire.rs compares with the listing. protox does what protoc
//! would, so there is nothing to install. Must not know what the messages mean.

use std::error::Error;
use std::path::PathBuf;

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
        // The transport of tonic's clients is off: the tests hand them their own connection.
        .build_transport(false)
        .compile_fds(protos.file_descriptor_set())?;
    Ok(())
}
