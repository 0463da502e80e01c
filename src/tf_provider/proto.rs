//! The messages and service traits that build.rs generates from proto/. Must not be used outside
//! tf_provider: other layers use Value, Schema and Diagnostics.

/// Plugin protocol 5 (package `tfplugin5`).
#[allow(
    missing_docs,
    rustdoc::all,
    clippy::all,
    reason = "generated from proto/tfplugin5.proto, where the documentation is"
)]
pub mod tfplugin5 {
    include!(concat!(env!("OUT_DIR"), "/tfplugin5.rs"));
}

/// The small services of the host's plugin library (package `plugin`).
#[allow(
    missing_docs,
    rustdoc::all,
    clippy::all,
    reason = "generated from proto/plugin.proto, where the documentation is"
)]
pub mod plugin {
    include!(concat!(env!("OUT_DIR"), "/plugin.rs"));
}

/// Both packages and what they import, as an encoded `google.protobuf.FileDescriptorSet`.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
