//! Typed reading of the attributes of a query for groups.

use crate::tf_provider::value::{Attr, Value};

/// The attributes of a query. Data sources and list resources have different ones: absent ones are null.
#[derive(Clone, Copy)]
pub(crate) struct Query<'a>(&'a Value);

/// A block `filter`.
#[derive(Clone, Copy)]
pub(crate) struct Filter<'a>(&'a Value);

/// The attributes of a query.
pub(crate) fn of(config: &Value) -> Query<'_> {
    Query(config)
}

impl<'a> Query<'a> {
    pub(crate) fn id(self) -> Attr<&'a str> {
        self.0.get_or_null("id").string()
    }

    pub(crate) fn region(self) -> Attr<&'a str> {
        self.0.get("region").string()
    }

    pub(crate) fn name(self) -> Attr<&'a str> {
        self.0.get_or_null("name").string()
    }

    pub(crate) fn vpc_id(self) -> Attr<&'a str> {
        self.0.get("vpc_id").string()
    }

    /// Whether a list resource leaves out groups that a service or a stack manages.
    pub(crate) fn unmanaged(self) -> Attr<bool> {
        self.0.get_or_null("unmanaged").bool()
    }

    /// A map of texts.
    pub(crate) fn tags(self) -> &'a Value {
        self.0.get_or_null("tags")
    }

    /// Whether a tag is looked for, as far as that is known. A null one is none.
    pub(crate) fn has_tags(self) -> Attr<bool> {
        let tags = self.tags().entries();
        tags.map(|tags| tags.values().any(|value| !value.is_null()))
    }

    /// Whether there are blocks `filter`, as far as that is known.
    pub(crate) fn has_filters(self) -> Attr<bool> {
        let blocks = self.0.get("filter").elements();
        blocks.map(|blocks| !blocks.is_empty())
    }

    /// The known blocks `filter`.
    pub(crate) fn filters(self) -> impl Iterator<Item = Filter<'a>> {
        let blocks = self.0.get("filter").as_elements();
        blocks.into_iter().flatten().map(Filter)
    }
}

impl<'a> Filter<'a> {
    /// Empty while it isn't known.
    pub(crate) fn name(self) -> &'a str {
        self.0.get("name").as_str().unwrap_or_default()
    }

    /// A set of texts. A null one is none.
    pub(crate) fn values(self) -> Attr<Vec<&'a Value>> {
        let values = self.0.get("values").elements();
        values.map(|values| values.iter().filter(|value| !value.is_null()).collect())
    }
}
