//! The plan tells the truth: what EC2 would refuse, or take otherwise than it was meant, is said in
//! validate or plan, at the attribute that is wrong and with what mends it. Most are tables, asked of the
//! real process: one case is a configuration, and the path and words that it must get.

mod advice;
mod attributes;
mod blocks;
mod known;
mod names;
mod new_groups;
mod ports;
mod quota;
mod shared;
mod shared_vpc;
mod sources;
mod spelling;
mod through_terraform;
mod twice;
mod warnings;
