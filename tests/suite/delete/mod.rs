//! Groups that go: what holds one, what is waited for, and what goes wrong.

mod faults;
mod in_use;
mod through_terraform;
