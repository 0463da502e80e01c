//! Typed access to the arguments of `curated_audit` and `curated_catalog`. The only place that reads them
//! by name. `session::model` reads the arguments that select groups.

use crate::tf_provider::value::{Attr, Value};

/// The attributes of `curated_audit`.
#[derive(Clone, Copy)]
pub(super) struct AuditQuery<'a>(pub(super) &'a Value);

impl<'a> AuditQuery<'a> {
    pub(super) fn region(self) -> Attr<&'a str> {
        self.0.get("region").string()
    }

    pub(super) fn severity(self) -> Attr<&'a str> {
        self.0.get("severity").string()
    }

    pub(super) fn vpc_id(self) -> Attr<&'a str> {
        self.0.get("vpc_id").string()
    }

    /// The known elements of `ids`. `None` where the attribute is null or unknown.
    pub(super) fn ids(self) -> Option<Vec<&'a str>> {
        let ids = self.0.get("ids").as_elements()?;
        Some(ids.iter().filter_map(Value::as_str).collect())
    }
}

/// The attributes of `curated_catalog`.
#[derive(Clone, Copy)]
pub(super) struct CatalogQuery<'a>(pub(super) &'a Value);

impl<'a> CatalogQuery<'a> {
    pub(super) fn search(self) -> Attr<&'a str> {
        self.0.get("search").string()
    }
}
