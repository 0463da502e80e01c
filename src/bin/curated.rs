//! The command `curated`: hands its arguments to the library. Must not do anything that a module of
//! the library could do.

use std::process::ExitCode;

fn main() -> ExitCode {
    terraform_provider_curated::cli::run(std::env::args_os())
}
