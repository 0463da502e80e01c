//! Finds services by a part of the name, a word of the description, the category or a port.

use super::{Catalog, Service};
use crate::rules::{self, Traffic};

/// Most services to suggest for a name that isn't in the catalog.
const SUGGESTIONS: usize = 3;

impl Catalog {
    /// The services that match a word, by name: the word is in the name or description, in any
    /// case, or is the category or a single port of the service.
    pub fn search(&self, word: &str) -> Vec<&Service> {
        let word = word.trim().to_lowercase();
        let found = self.services.iter().filter(|service| {
            service.name.contains(&word)
                || service.category == word
                || service.description.to_lowercase().contains(&word)
                || has_port(service, &word)
        });
        found.collect()
    }

    /// Suggestions for an unknown name: the services with the nearest names, or else those whose
    /// description has the word, or else those with the port.
    pub(super) fn nearest(&self, word: &str) -> Vec<&Service> {
        let names = self.services.iter().map(|service| &*service.name);
        let near = rules::nearest(word, names);
        if !near.is_empty() {
            return near
                .into_iter()
                .filter_map(|name| self.find(name))
                .collect();
        }
        let lower = word.to_lowercase();
        let described = self.services.iter().filter(|service| {
            let mut words = service.description.split(|c: char| !c.is_alphanumeric());
            words.any(|one| one.to_lowercase() == lower)
        });
        let described: Vec<_> = described.take(SUGGESTIONS).collect();
        if !described.is_empty() && !lower.is_empty() {
            return described;
        }
        let with_port = self
            .services
            .iter()
            .filter(|service| has_port(service, word));
        with_port.take(SUGGESTIONS).collect()
    }
}

fn has_port(service: &Service, word: &str) -> bool {
    let mut traffic = service.traffic.iter();
    traffic.any(|traffic| is_port(*traffic, word))
}

/// Whether the traffic is a single port with this number or key (`tcp/443`).
pub fn is_port(traffic: Traffic, word: &str) -> bool {
    let key = traffic.to_string();
    key == word || key.split_once('/').is_some_and(|(_, port)| port == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(word: &str) -> Vec<&'static str> {
        let found = Catalog::built_in().search(word).into_iter();
        found.map(|service| &*service.name).collect()
    }

    #[test]
    fn services_are_found_by_name_description_category_and_port() {
        for (word, expected) in [
            ("POSTGRES", "postgres-exporter postgresql"),
            ("documentdb", "mongodb"),
            ("1521", "oracle"),
            ("tcp/8983", "solr"),
            (
                "search",
                "elasticsearch elasticsearch-exporter elasticsearch-transport kibana \
                        meilisearch solr sphinx typesense",
            ),
        ] {
            assert_eq!(names(word).join(" "), expected, "{word}");
        }
        assert_eq!(names("no such thing"), [""; 0]);
    }
}
