//! Nothing is lost: the real binary while calls fail, replies are lost, EC2 lags behind, the process
//! is killed or the user interrupts. At the end of every case, state and EC2 agree.
//!
//! [`scene`] holds a state against EC2, and [`scenario`] has the group that the cases lead through
//! its life.

mod associations;
mod deleting;
pub(crate) mod killed;
mod lost;
mod matrix;
mod optional;
mod patience;
pub(crate) mod scenario;
mod scene;
mod stopping;
mod storm;
mod traffic;
mod visible;

const REGION: &str = "eu-west-1";
