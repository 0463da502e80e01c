//! What the tests stand on: the provider's process, the EC2 that it talks to, and Terraform.

pub mod bench;
pub mod fake_aws;
pub mod host;
pub mod plugin_connection;
pub mod plugin_process;
pub mod said;
pub mod stage;
pub mod terraform;
