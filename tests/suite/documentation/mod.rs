//! What `docs/` and the guides say, held against the program.

mod pages;
