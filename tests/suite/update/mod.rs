//! Changes in place: the group stays, and EC2 gets the fewest calls.

mod settings;
mod through_terraform;
