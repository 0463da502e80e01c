//! The program: reads its arguments, starts logging, builds the provider and serves it. Must not
//! do anything that a module of the library could do.

use std::process::ExitCode;
use std::sync::Arc;

use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::plugin::handshake::Handshake;
use terraform_provider_curated::tf_provider::plugin::{self, Mode};
use terraform_provider_curated::tf_provider::service;
use tokio_util::sync::CancellationToken;

const NAME: &str = env!("CARGO_PKG_NAME");

/// The addresses of the provider in the registries of Terraform and OpenTofu.
const REGISTRY_SOURCES: [&str; 2] = [
    "registry.terraform.io/curated/curated",
    "registry.opentofu.org/curated/curated",
];

const HELP: &str = "\
Curated security groups of EC2, for Terraform and OpenTofu. They start this program by themselves.

Usage: terraform-provider-curated [OPTION]

  -debug      keep running for a debugger; prints the TF_REATTACH_PROVIDERS to set for the host
  --version   print name and version
  --help      print this text
";

fn main() -> ExitCode {
    plugin::panic::install();
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(|a| a.to_string_lossy()).collect();
    let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();

    match arguments.as_slice() {
        ["--version" | "-version"] => print(&format!("{NAME} {}\n", env!("CARGO_PKG_VERSION"))),
        ["--help" | "-help" | "-h"] => print(HELP),
        ["-debug" | "--debug"] => {
            eprintln!("Set this before you run terraform or tofu. Ctrl-C ends the provider.");
            run(Mode::Debug {
                sources: REGISTRY_SOURCES.map(str::to_owned).to_vec(),
            })
        }
        [] => match Handshake::read(|name| std::env::var_os(name)) {
            Ok(handshake) => run(Mode::Managed(handshake)),
            Err(refusal) => fail(&refusal),
        },
        unknown => {
            eprintln!("{NAME}: unexpected arguments: {}", unknown.join(" "));
            eprint!("\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn run(mode: Mode) -> ExitCode {
    seed();
    plugin::log::start(|name| std::env::var(name).ok());
    // Calls wait for EC2 most of the time, so one thread is plenty. With several, some allocators give
    // each a heap of its own, and memory that held a large account isn't used again.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let advice = plugin::advice(&error);
            eprintln!("{NAME}: cannot start: {error}{advice}");
            return ExitCode::FAILURE;
        }
    };
    let cancel = CancellationToken::new();
    let routes = service::routes(Arc::new(Curated::new()), cancel.clone());
    let served = runtime.block_on(plugin::serve(routes, cancel, mode));
    // Running calls were cancelled and had time to end.
    runtime.shutdown_background();
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail_in_one_line(&error),
    }
}

/// Seeds the thread's random numbers from the system's. The default seed is the clock, which
/// processes that start in the same instant share.
fn seed() {
    // Without randomness from the system, binding a socket fails too and reports it.
    if let Ok(start) = getrandom::u64() {
        fastrand::seed(start);
    }
}

fn print(text: &str) -> ExitCode {
    use std::io::Write as _;

    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Prints why the provider can't serve, in one line: hosts and logs keep only the first.
fn fail_in_one_line(error: &dyn std::error::Error) -> ExitCode {
    let said = error.to_string();
    let lines: Vec<&str> = said.lines().map(str::trim).collect();
    eprintln!("{NAME}: {}", lines.join(" "));
    ExitCode::FAILURE
}

fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("{NAME}: {error}");
    ExitCode::FAILURE
}
