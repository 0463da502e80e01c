//! What a service lets through, and what may have been meant by a name that is none.

use super::{search, services};
use crate::rules::{InputError, Traffic, one_of};

/// What the service lets through.
///
/// # Errors
/// A fault on `service` that names the nearest services.
pub fn service(name: &str) -> Result<Vec<Traffic>, InputError> {
    service_or_nearest(name).map_err(|near| {
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        let hint = if near.is_empty() {
            "The guide \"The catalog\" lists them all.".to_owned()
        } else {
            format!("Did you mean {}?", one_of(&near))
        };
        InputError::new(
            "service",
            format!("{name:?} is not a service of the catalog"),
            format!("{hint} For anything else set protocol, from_port and to_port."),
        )
    })
}

/// What the service lets through, or the names of services that may have been meant.
///
/// # Errors
/// There is no service of that name.
pub fn service_or_nearest(name: &str) -> Result<Vec<Traffic>, Vec<String>> {
    let near = || {
        search::nearest(name)
            .iter()
            .map(|s| s.name.to_owned())
            .collect()
    };
    services::find(name)
        .map(|service| service.traffic.clone())
        .ok_or_else(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_service_names_the_nearest_by_name_description_or_port() {
        for (name, hint) in [
            ("htps", r#"Did you mean "https", "ftps" or "http"?"#),
            ("SSH", r#"Did you mean "ssh"?"#),
            (
                "postgres",
                r#"Did you mean "postgresql" or "postgres-exporter"?"#,
            ),
            ("5432", r#"Did you mean "postgresql"?"#),
            ("valkey", r#"Did you mean "redis"?"#),
            ("zzzzzzzz", "The guide \"The catalog\" lists them all."),
            ("", "The guide \"The catalog\" lists them all."),
        ] {
            let expected = InputError::new(
                "service",
                format!("{name:?} is not a service of the catalog"),
                format!("{hint} For anything else set protocol, from_port and to_port."),
            );
            assert_eq!(service(name), Err(expected));
        }
    }
}
