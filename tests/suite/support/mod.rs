//! What the tests stand on: the provider's process, the EC2 that it talks to, and Terraform.

pub mod agreement;
pub mod aws_provider;
pub mod emulator;
pub mod fake_aws;
pub mod held;
pub mod host;
pub mod hosts;
pub mod kept_aws;
pub mod kill;
pub mod plugin_connection;
pub mod plugin_process;
pub mod said;
pub mod stage;
pub mod state_file;
pub mod terraform;
pub mod waiting;
