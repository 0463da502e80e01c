//! The catalog: services (named protocol and ports), presets (named groups), and how AWS names its
//! regions. Tables, one line an entry, and tests that prove them well-formed. Pure; uses `rules`
//! only.

mod lookup;
pub mod presets;
pub mod regions;
mod search;
pub mod services;

pub use lookup::{service, service_or_nearest};
pub use presets::{PRESETS, Preset, preset};
pub use regions::region;
pub use search::{is_port, search};
pub use services::{CATEGORIES, Service, services};
