//! The provider block, seen to work on the wire: each argument by what it does to the calls.

mod retries;
