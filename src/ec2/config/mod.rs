//! Regions and endpoints, as the provider's settings, the environment and the profile set them, and
//! files that they name.

pub(in crate::ec2) mod endpoint_error;
pub(in crate::ec2) mod endpoints;
pub(in crate::ec2) mod environment;
pub(in crate::ec2) mod file;
pub(in crate::ec2) mod file_path;
pub(in crate::ec2) mod region;
pub(in crate::ec2) mod setting_source;
pub(in crate::ec2) mod settings;
