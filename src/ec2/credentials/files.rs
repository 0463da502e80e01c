//! The shared configuration and credentials files: their paths, whether they can be read, and the
//! profile in use.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::env;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

#[expect(
    deprecated,
    reason = "its new name is in a crate that isn't ours to depend on"
)]
use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};
use aws_config::profile::{ProfileFileLoadError, ProfileSet, load};

use crate::ec2::config::setting_source::SettingSource;
use crate::ec2::config::settings::{Endpoints, Settings};
use crate::ec2::config::{file, file_path};
use crate::ec2::credentials::error::CredentialsLoadError;
use crate::ec2::error::innermost;

/// The files in use, read.
#[derive(Clone, Debug)]
pub(in crate::ec2) struct SharedFiles {
    files: Vec<File>,
    profiles: ProfileSet,
    profile: String,
    origin: SettingSource,
}

#[derive(Clone, Debug)]
struct File {
    kind: Kind,
    path: PathBuf,
    origin: SettingSource,
    /// Why it has no contents.
    missing: Option<String>,
    /// Its profiles.
    profiles: ProfileSet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Config,
    Credentials,
}

impl SharedFiles {
    /// Reads the files. One that the settings name must exist; one at a default path need not.
    pub(in crate::ec2) async fn load(settings: &Settings) -> Result<Self, CredentialsLoadError> {
        let mut files = Vec::new();
        for (path, origin, kind) in places(settings) {
            files.push(checked(path, origin, kind).await?);
        }
        let (profile, origin) = match (&settings.profile, env::var("AWS_PROFILE")) {
            (Some(profile), _) => (profile.clone(), SettingSource::Argument("profile")),
            (None, Ok(name)) if !name.is_empty() => (name, SettingSource::Variable("AWS_PROFILE")),
            (None, _) => ("default".to_owned(), SettingSource::Default),
        };
        let mut loaded = Self {
            files,
            profiles: ProfileSet::default(),
            profile,
            origin,
        };
        let name = Some(Cow::Owned(loaded.profile.clone()));
        let files = loaded.for_sdk();
        // This can't fail: each file was parsed by itself before.
        if let Ok(profiles) = load(&Default::default(), &Default::default(), &files, name).await {
            loaded.profiles = profiles;
        }
        if origin == SettingSource::Argument("profile") {
            loaded.require_profile()?;
        }
        Ok(loaded)
    }

    /// The name of the profile in use.
    pub(in crate::ec2) fn profile(&self) -> &str {
        &self.profile
    }

    /// A setting of the profile in use.
    pub(in crate::ec2) fn get(&self, key: &str) -> Option<&str> {
        self.profiles.get_profile(&self.profile)?.get(key)
    }

    /// A setting of any profile.
    pub(super) fn value(&self, profile: &str, key: &str) -> Option<&str> {
        self.profiles.get_profile(profile)?.get(key)
    }

    /// The file that holds a setting of a profile.
    pub(super) fn holder(&self, profile: &str, key: &str) -> Option<&Path> {
        let has = |file: &&File| {
            let profile = file.profiles.get_profile(profile);
            profile.is_some_and(|profile| profile.get(key).is_some())
        };
        let last = self.files.iter().rev().find(has);
        last.map(|file| file.path.as_path())
    }

    /// The files as the SDK takes them.
    #[expect(
        deprecated,
        reason = "its new name is in a crate that isn't ours to depend on"
    )]
    pub(in crate::ec2) fn for_sdk(&self) -> ProfileFiles {
        self.builder().build()
    }

    /// The files as the SDK takes them, with addresses of services added to one profile, and with
    /// further sections.
    #[expect(
        deprecated,
        reason = "its new name is in a crate that isn't ours to depend on"
    )]
    pub(super) fn completed(
        &self,
        profile: &str,
        endpoints: &Endpoints,
        more: Option<String>,
    ) -> ProfileFiles {
        let is_there = more.is_some() || self.profiles.get_profile(profile).is_some();
        let services = self.endpoints(profile, endpoints).filter(|_| is_there);
        let contents = services.into_iter().chain(more);
        let builder = contents.fold(self.builder(), |builder, contents| {
            builder.with_contents(ProfileFileKind::Config, contents)
        });
        builder.build()
    }

    /// The sections that set these addresses of services for the profile.
    fn endpoints(&self, profile: &str, endpoints: &Endpoints) -> Option<String> {
        let services = [("sts", &endpoints.sts), ("sso", &endpoints.sso)];
        let written: String = services
            .iter()
            .filter_map(|(name, url)| url.as_ref().map(|url| (name, url)))
            .map(|(name, url)| format!("{name} =\n  endpoint_url = {url}\n"))
            .collect();
        if written.is_empty() {
            return None;
        }
        let services = self.value(profile, "services").unwrap_or("provider-block");
        let profile = section(profile);
        Some(format!(
            "[{profile}]\nservices = {services}\n[services {services}]\n{written}"
        ))
    }

    /// Fails if a setting names a profile that doesn't exist.
    pub(super) fn require_profile(&self) -> Result<(), CredentialsLoadError> {
        if self.origin == SettingSource::Default || self.has_profile() {
            return Ok(());
        }
        let known: BTreeSet<&str> = self.profiles.profiles().collect();
        Err(CredentialsLoadError::NoProfile {
            profile: self.profile.clone(),
            origin: self.origin,
            known: known.into_iter().map(str::to_owned).collect(),
            files: self.files.iter().map(|f| f.path.clone()).collect(),
        })
    }

    pub(super) fn has_profile(&self) -> bool {
        self.profiles.get_profile(&self.profile).is_some()
    }

    /// Checks the files that the SDK reads for a profile: the token of its web identity, and the
    /// cached tokens of sign-ins. The SDK reports files that are missing.
    pub(super) fn check_tokens(&self, profile: &str) -> Result<(), CredentialsLoadError> {
        let mut paths = Vec::new();
        if let Some(path) = self.value(profile, "web_identity_token_file") {
            paths.push(PathBuf::from(path));
        }
        let is_sso = |key| self.value(profile, key).is_some();
        if is_sso("sso_session") || is_sso("sso_start_url") {
            let folder = file_path::expand(Path::new("~/.aws/sso/cache"));
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            paths.extend(entries.map(|entry| entry.path()));
        }
        for path in paths {
            match file::check(&path) {
                Err(error) if error.kind() == ErrorKind::Other => {
                    return Err(CredentialsLoadError::File {
                        path,
                        origin: SettingSource::Default,
                        cause: error.to_string(),
                    });
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// The error of a profile that exists and fails.
    pub(super) fn failed(&self, cause: String) -> CredentialsLoadError {
        CredentialsLoadError::Profile {
            profile: self.profile.clone(),
            origin: self.origin,
            sso: self.signs_in(),
            cause,
        }
    }

    /// Why the files have no credentials, in words.
    pub(super) fn nothing(&self) -> String {
        let profile = &self.profile;
        let missing = |file: &File| {
            let cause = file.missing.as_ref()?;
            Some(format!("{} {cause}", file.path.display()))
        };
        let missing: Vec<String> = self.files.iter().filter_map(missing).collect();
        if missing.len() == self.files.len() {
            return missing.join(", ");
        }
        let there = if self.has_profile() {
            format!("the profile {profile:?} has none")
        } else {
            format!("they have no profile {profile:?}")
        };
        match missing.as_slice() {
            [] => there,
            missing => format!("{there} ({})", missing.join(", ")),
        }
    }

    /// Whether the profile, or one that its role is assumed from, signs in with IAM Identity
    /// Center.
    fn signs_in(&self) -> bool {
        let mut seen = BTreeSet::new();
        let mut name = self.profile.as_str();
        while seen.insert(name) {
            let Some(profile) = self.profiles.get_profile(name) else {
                return false;
            };
            if profile.get("sso_session").is_some() || profile.get("sso_start_url").is_some() {
                return true;
            }
            name = profile.get("source_profile").unwrap_or_default();
        }
        false
    }

    #[expect(
        deprecated,
        reason = "its new name is in a crate that isn't ours to depend on"
    )]
    fn builder(&self) -> aws_config::profile::profile_file::Builder {
        let mut builder = ProfileFiles::builder();
        let mut none = true;
        for file in self.files.iter().filter(|f| f.missing.is_none()) {
            let kind = match file.kind {
                Kind::Config => ProfileFileKind::Config,
                Kind::Credentials => ProfileFileKind::Credentials,
            };
            builder = builder.with_file(kind, &file.path);
            none = false;
        }
        if none {
            // The SDK takes no empty list of files.
            builder.with_contents(ProfileFileKind::Config, "")
        } else {
            builder
        }
    }
}

/// The name of a profile's section in a configuration file.
pub(super) fn section(profile: &str) -> String {
    match profile {
        "default" => "default".to_owned(),
        name => format!("profile {name}"),
    }
}

/// The paths of the files; later ones override earlier ones.
fn places(settings: &Settings) -> Vec<(PathBuf, SettingSource, Kind)> {
    let of_kind = |listed: &[PathBuf], argument, variable, usual: &str, kind| {
        let named = |(index, path): (usize, &PathBuf)| {
            (
                file_path::expand(path),
                SettingSource::Element(argument, index),
                kind,
            )
        };
        let written = env::var_os(variable).filter(|path| !path.is_empty());
        let only = match written {
            Some(path) => (
                file_path::expand(Path::new(&path)),
                SettingSource::Variable(variable),
                kind,
            ),
            None => (
                file_path::expand(Path::new(usual)),
                SettingSource::Default,
                kind,
            ),
        };
        match listed {
            [] => vec![only],
            listed => listed.iter().enumerate().map(named).collect(),
        }
    };
    let mut places = of_kind(
        &settings.shared_config_files,
        "shared_config_files",
        "AWS_CONFIG_FILE",
        "~/.aws/config",
        Kind::Config,
    );
    places.extend(of_kind(
        &settings.shared_credentials_files,
        "shared_credentials_files",
        "AWS_SHARED_CREDENTIALS_FILE",
        "~/.aws/credentials",
        Kind::Credentials,
    ));
    places
}

/// Reads and parses one file. A file at a default path may be missing or unreadable.
async fn checked(
    path: PathBuf,
    origin: SettingSource,
    kind: Kind,
) -> Result<File, CredentialsLoadError> {
    let file = File {
        kind,
        path,
        origin,
        missing: None,
        profiles: ProfileSet::default(),
    };
    let named = matches!(
        origin,
        SettingSource::Argument(_) | SettingSource::Element(..)
    );
    let contents = match file::read_text(&file.path) {
        Ok(contents) => contents,
        Err(error) if error.kind() == ErrorKind::NotFound && !named => {
            let missing = Some("doesn't exist".to_owned());
            return Ok(File { missing, ..file });
        }
        Err(error) if origin == SettingSource::Default => {
            let missing = Some(format!("can't be read: {error}"));
            return Ok(File { missing, ..file });
        }
        Err(error) => return Err(file.unusable(error.to_string())),
    };
    match parse(kind, contents).await {
        Ok(profiles) => Ok(File { profiles, ..file }),
        Err(error) => Err(file.unusable(reason(&error))),
    }
}

impl File {
    fn unusable(self, cause: String) -> CredentialsLoadError {
        CredentialsLoadError::File {
            path: self.path,
            origin: self.origin,
            cause,
        }
    }
}

#[expect(
    deprecated,
    reason = "its new name is in a crate that isn't ours to depend on"
)]
async fn parse(kind: Kind, contents: String) -> Result<ProfileSet, ProfileFileLoadError> {
    let kind = match kind {
        Kind::Config => ProfileFileKind::Config,
        Kind::Credentials => ProfileFileKind::Credentials,
    };
    let file = ProfileFiles::builder()
        .with_contents(kind, contents)
        .build();
    load(&Default::default(), &Default::default(), &file, None).await
}

/// The line number and the fault, without the file's name, which the SDK doesn't know here.
fn reason(error: &ProfileFileLoadError) -> String {
    let text = innermost(error);
    let (_, at_line) = text.split_once(" on ").unwrap_or(("", &text));
    at_line.split_whitespace().collect::<Vec<_>>().join(" ")
}
