//! The calls to EC2 and STS, one file for each family of operations, and how they encode rules.

pub(in crate::ec2) mod account;
mod associations;
mod aws_json;
mod default_groups;
pub(in crate::ec2) mod group;
pub(in crate::ec2) mod group_rule;
pub(in crate::ec2) mod groups;
pub(in crate::ec2) mod holder;
pub(in crate::ec2) mod ip_permission;
pub(in crate::ec2) mod lookup;
pub(in crate::ec2) mod lookups;
mod modify_rules;
pub(in crate::ec2) mod page_tokens;
pub(in crate::ec2) mod pages;
pub(in crate::ec2) mod prefix_lists;
pub(in crate::ec2) mod references;
mod regions;
mod rules;
pub(in crate::ec2) mod security_group_rules;
mod shared_answer;
pub(in crate::ec2) mod shared_lookup;
pub(in crate::ec2) mod sts;
pub(in crate::ec2) mod tags;
pub(in crate::ec2) mod vpc_association;
pub(in crate::ec2) mod vpcs;
