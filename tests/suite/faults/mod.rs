//! Nothing is lost: the real binary while calls fail, replies are lost, EC2 lags behind, the process
//! is killed or the user interrupts. At the end of every case, state and EC2 agree.
//!
//! [`scenario`] has the group that the cases lead through its life.

mod half_way;
mod interrupt;
mod killed;
mod lost;
mod matrix;
mod optional;
mod patience;
pub(crate) mod scenario;
mod stopping;
mod storm;
mod traffic;
mod visible;
