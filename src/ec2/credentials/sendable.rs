//! Checks that credentials can be sent, before a request is signed with them. Keys and tokens that
//! AWS issues are one line of visible ASCII. Other characters got in by accident, such as the line
//! break at the end of a file, and no retry removes them. Errors repeat no credential.

use aws_credential_types::Credentials;
use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};

use super::error::{CredentialsLoadError, Source};
use super::stray::{Part, stray};

/// Fails if a text holds a character that can't be sent.
pub(super) fn check(source: &Source, part: Part, text: &str) -> Result<(), CredentialsLoadError> {
    match stray(text) {
        None => Ok(()),
        Some(stray) => Err(CredentialsLoadError::Unsendable {
            source: source.clone(),
            part,
            stray,
        }),
    }
}

/// Fails if one of the credentials' texts can't be sent.
pub(super) fn check_all(
    source: &Source,
    credentials: &Credentials,
) -> Result<(), CredentialsLoadError> {
    check(source, Part::AccessKey, credentials.access_key_id())?;
    check(source, Part::SecretKey, credentials.secret_access_key())?;
    match credentials.session_token() {
        Some(token) => check(source, Part::SessionToken, token),
        None => Ok(()),
    }
}

/// A source whose credentials are checked each time.
#[derive(Debug)]
pub(super) struct Checked {
    source: Source,
    inner: SharedCredentialsProvider,
    /// A check that has to pass before the source is asked.
    before: fn() -> Result<(), CredentialsLoadError>,
}

impl Checked {
    pub(super) fn new(source: Source, inner: impl ProvideCredentials + 'static) -> Self {
        Self {
            source,
            inner: SharedCredentialsProvider::new(inner),
            before: || Ok(()),
        }
    }

    /// Adds a check that has to pass before the source is asked.
    pub(super) fn after(self, before: fn() -> Result<(), CredentialsLoadError>) -> Self {
        Self { before, ..self }
    }

    async fn credentials(&self) -> Provided {
        (self.before)()?;
        let given = self.inner.provide_credentials().await?;
        check_all(&self.source, &given)?;
        Ok(given)
    }
}

impl ProvideCredentials for Checked {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_wrong_is_said_without_the_text() {
        for (text, said, is_trimmed_off) in [
            ("key\n", "ends with a line break", true),
            ("key\r\n", "ends with a carriage return", true),
            ("\nkey", "begins with a line break", true),
            ("key ", "ends with a space", true),
            ("\t key", "begins with a tab", true),
            (
                "key\u{a0}",
                "ends with the character U+00A0, which isn't ASCII",
                true,
            ),
            (
                "\u{feff}key",
                "begins with the character U+FEFF, which isn't ASCII",
                false,
            ),
            ("ke\ny", "holds a line break", false),
            ("ke\ny\n", "holds a line break", false),
            ("key\0", "ends with a NUL character", false),
            ("k\u{7f}y", "holds the control character U+007F", false),
            ("k\u{85}y", "holds the control character U+0085", false),
            (
                "kéy",
                "holds the character U+00E9, which isn't ASCII",
                false,
            ),
            ("k\u{fffd}y", "holds bytes that are no text", false),
            ("\n", "begins with a line break", false),
        ] {
            let found = stray(text).expect(said);
            assert_eq!(found.to_string(), said);
            assert_eq!(found.is_trimmed_off, is_trimmed_off, "{text:?}");
        }
        for good in ["", "AKIA", "a/b+c=", "two words"] {
            assert_eq!(stray(good), None, "{good}");
        }
    }

    proptest! {
        /// The SDK makes such headers without asking whether it can.
        #[test]
        fn what_passes_can_stand_in_a_header(text in any::<String>()) {
            if stray(&text).is_none() {
                prop_assert!(http::HeaderValue::from_str(&text).is_ok());
                prop_assert_eq!(text.trim(), text.as_str());
            }
        }

        #[test]
        fn what_trimming_mends_passes_when_it_is_trimmed(text in "[ \t\n]{0,2}[a-z\n]{1,3}[ \r\n]{0,2}") {
            let mended = stray(text.trim()).is_none();
            if let Some(found) = stray(&text) {
                prop_assert_eq!(found.is_trimmed_off, mended && !text.trim().is_empty());
            }
        }
    }

    #[test]
    fn every_part_is_looked_at() {
        let with = |key: &str, secret: &str, token: &str| {
            Credentials::new(key, secret, Some(token.to_owned()), None, "test")
        };
        for (credentials, expected) in [
            (with("k\n", "s", "t"), Part::AccessKey),
            (with("k", "s\n", "t"), Part::SecretKey),
            (with("k", "s", "t\n"), Part::SessionToken),
        ] {
            match check_all(&Source::Block, &credentials) {
                Err(CredentialsLoadError::Unsendable { part, .. }) => assert_eq!(part, expected),
                other => panic!("{other:?}"),
            }
        }
        assert!(check_all(&Source::Block, &with("k", "s", "t")).is_ok());
    }
}
