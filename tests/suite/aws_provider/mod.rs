//! What the AWS provider's own tests of `aws_security_group` expect, and which of ours answers to
//! each: `table.md` has their names beside ours. Here are those that had no place elsewhere, and what
//! keeps the table true.

mod data_sources;
mod default_groups;
mod groups;
mod identities;
mod rule_identities;
mod rule_tags;
mod table;
mod tags;
