//! The real terraform-provider-aws, where this machine has it: to move in from it.

use std::fs;
use std::path::{Path, PathBuf};

use super::emulator::Emulator;
use super::kept_aws;
use super::said::skipped;
use super::stage::REGION;
use super::terraform::{self, Terraform, WorkDir};

/// Names the folder of a filesystem mirror that has the AWS provider.
const MIRROR: &str = "CURATED_TEST_AWS_PROVIDER";
/// The version that these tests were written against.
const VERSION: &str = "5.100.0";

/// The folder of the AWS provider's program, if it can be found without a network.
fn aws_provider() -> Option<PathBuf> {
    let named = std::env::var_os(MIRROR).map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|h| Path::new(&h).join(".terraform.d/plugins"));
    // What administrators install for everybody.
    let shared = fs::read_dir("/opt").into_iter().flatten().flatten();
    let shared = shared.map(|entry| entry.path()).filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.contains("plugins")
    });
    let system = [
        "/usr/local/share/terraform/plugins",
        "/usr/share/terraform/plugins",
    ];
    let mirrors = named.into_iter().chain(home).chain(shared);
    mirrors.chain(system.map(PathBuf::from)).find_map(|mirror| {
        let versions = mirror
            .join("registry.terraform.io/hashicorp/aws")
            .join(VERSION);
        let platforms = fs::read_dir(versions).ok()?.flatten();
        let platforms = platforms.map(|entry| entry.path());
        platforms.into_iter().find(|path| is_ours(path))
    })
}

/// Whether a folder such as `linux_amd64` is for the machine that runs the tests.
fn is_ours(platform: &Path) -> bool {
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    platform.ends_with(format!("{os}_{arch}"))
}

/// The AWS provider's folder; without one, a line that says that the test was skipped.
pub fn aws_provider_or_skip(test: &str) -> Option<PathBuf> {
    let found = aws_provider();
    if found.is_none() {
        skipped(&format!(
            "{test}: there is no terraform-provider-aws {VERSION} here. Name the folder of a \
             filesystem mirror that has it in {MIRROR}."
        ));
    }
    found
}

/// A directory in which both providers can be used. The AWS provider's processes stay from one command to
/// the next (`kept_aws`), since its start and its whole schema are eight seconds of a processor for each
/// plan; they see no variable of the directory's environment.
pub fn work_dir(terraform: &Terraform, aws: &Path, main_tf: &str) -> WorkDir {
    let binary = Path::new(env!("CARGO_BIN_EXE_terraform-provider-curated"));
    let curated = binary.parent().expect("an executable is in a directory");
    let overrides = ["registry.terraform.io", "registry.opentofu.org"].map(|registry| {
        [
            (format!("{registry}/curated/curated"), curated),
            (format!("{registry}/hashicorp/aws"), aws),
        ]
    });
    let overrides = overrides.iter().flatten();
    let overrides: Vec<(&str, &Path)> = overrides
        .map(|(address, folder)| (address.as_str(), *folder))
        .collect();
    let mut work = WorkDir::new(terraform, main_tf, &overrides);
    work.env("TF_REATTACH_PROVIDERS", &kept_aws::reattach(aws));
    work
}

/// The AWS provider's block for an emulator.
pub fn aws_block(endpoint: &str) -> String {
    format!(
        r#"
provider "aws" {{
  region                  = "{REGION}"
  access_key              = "test"
  secret_key              = "test"
  skip_metadata_api_check = true
  endpoints {{
    ec2 = "{endpoint}"
    sts = "{endpoint}"
  }}
}}
"#
    )
}

/// The blocks of both providers.
pub fn both_providers(emulator: &Emulator) -> String {
    terraform::provider(emulator.endpoint(), REGION) + &aws_block(emulator.endpoint())
}
