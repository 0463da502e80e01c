//! The host of a call (Terraform, OpenTofu or Pulumi), as far as it names itself in Configure, and the
//! advice that messages give its user. The texts are parts of sentences.

/// Suffix of the version that Pulumi's bridge sends in place of Terraform's.
const PULUMI: &str = "+pulumi-terraform-bridge";

/// A host, by the version that it sends. Terraform and OpenTofu number their versions alike, so these two
/// can't be distinguished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// Not known: Configure named no version, or one of a form that this code doesn't know.
    #[default]
    Unknown,
    /// Terraform or OpenTofu: the first two parts of its version.
    Terraform(u32, u32),
    /// Pulumi, which has no HCL and no command of Terraform's.
    Pulumi,
}

impl Host {
    /// The host that sends this version in Configure.
    pub fn of(terraform_version: &str) -> Self {
        if terraform_version.ends_with(PULUMI) {
            return Self::Pulumi;
        }
        let mut parts = terraform_version.split('.').map(str::parse);
        match (parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Self::Terraform(major, minor),
            _ => Self::Unknown,
        }
    }

    /// How to import an object that exists, as the end of a sentence.
    pub fn import(&self, type_name: &str, id: &str) -> String {
        match self {
            Self::Pulumi => format!("set the resource option import to \"{id}\"."),
            _ if self.knows(1, 5) => {
                format!("write\n\n  import {{\n    to = {type_name}.NAME\n    id = \"{id}\"\n  }}")
            }
            _ => format!(
                "run {}.",
                self.command(&format!("import {type_name}.NAME {id}"))
            ),
        }
    }

    /// How to give a resource another address, as the end of a sentence.
    pub fn rename(&self, type_name: &str) -> String {
        match self {
            Self::Pulumi => "give the old name in the resource option aliases.".to_owned(),
            _ if self.knows(1, 1) => format!(
                "write\n\n  moved {{\n    from = {type_name}.OLD\n    to   = {type_name}.NEW\n  }}"
            ),
            _ => {
                let command = format!("state mv {type_name}.OLD {type_name}.NEW");
                format!("run {}.", self.command(&command))
            }
        }
    }

    /// How to remove an object from the state without deleting it.
    pub fn forget(&self, type_name: &str) -> String {
        match self {
            Self::Pulumi => "take it out of the state with `pulumi state delete`".to_owned(),
            _ if self.knows(1, 7) => "take it out of the state with a `removed` block".to_owned(),
            _ => {
                let command = self.command(&format!("state rm {type_name}.NAME"));
                format!("take it out of the state with {command}")
            }
        }
    }

    /// How to have a replacement create the new object before it deletes the old one.
    pub fn create_first(&self) -> &'static str {
        match self {
            Self::Pulumi => "leave the resource option deleteBeforeReplace out",
            _ => "set lifecycle { create_before_destroy = true }",
        }
    }

    /// How to have a replacement delete the old object before it creates the new one.
    pub fn delete_first(&self) -> &'static str {
        match self {
            Self::Pulumi => "set the resource option deleteBeforeReplace",
            _ => {
                "leave create_before_destroy out of the `lifecycle` block here and in what depends \
                 on this resource"
            }
        }
    }

    /// In which order a replacement creates and deletes, and which setting reverses it.
    pub fn order_of_replacement(&self) -> &'static str {
        match self {
            Self::Pulumi => {
                "Pulumi creates the new one first, unless the resource option deleteBeforeReplace \
                 is set"
            }
            _ => {
                "The old one is destroyed first, unless create_before_destroy is set, here or in a \
                 resource that depends on this one"
            }
        }
    }

    /// How the state marks a new object that is incomplete, and the one that it was to replace, and what to
    /// do.
    pub fn half_replaced(&self) -> &'static str {
        match self {
            Self::Pulumi => {
                "It is in the state. An object that it was to replace stays as it is and in use; once \
                 the new one can be changed or deleted, run `pulumi up` again."
            }
            _ => {
                "It is in the state as tainted, and an object that it was to replace as deposed: that \
                 one stays as it is, and in use. Once the new one can be deleted, apply again, with \
                 the new configuration or the old one: another is made, and these two are deleted."
            }
        }
    }

    /// The command that creates a part of the resources before the others.
    pub fn apply_a_part(&self) -> String {
        match self {
            Self::Pulumi => "`pulumi up --target …`".to_owned(),
            _ => self.command("apply -target=…"),
        }
    }

    /// The command that destroys everything without planning creations before.
    pub fn destroy_unrefreshed(&self) -> String {
        match self {
            Self::Pulumi => "`pulumi destroy`".to_owned(),
            _ => self.command("destroy -refresh=false"),
        }
    }

    /// The option for the number of resources that are changed at the same time.
    pub fn fewer_at_a_time(&self) -> &'static str {
        match self {
            Self::Pulumi => "`--parallel`",
            _ => "`-parallelism`",
        }
    }

    /// How to get a newer version of the provider.
    pub fn newer_provider(&self) -> String {
        match self {
            Self::Pulumi => "run `pulumi package add` again".to_owned(),
            _ => format!("run {}", self.command("init -upgrade")),
        }
    }

    /// A command of Terraform's. OpenTofu has it too, from version 1.6 on, its first.
    pub fn command(&self, arguments: &str) -> String {
        if self.knows(1, 6) {
            format!("`terraform {arguments}` (or `tofu`)")
        } else {
            format!("`terraform {arguments}`")
        }
    }

    /// Whether the host has the features of this version of Terraform. A host that isn't known is taken for
    /// the newest.
    fn knows(&self, major: u32, minor: u32) -> bool {
        match self {
            Self::Unknown => true,
            Self::Terraform(its_major, its_minor) => (*its_major, *its_minor) >= (major, minor),
            Self::Pulumi => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSIONS: [&str; 8] = [
        "0.12.31",
        "1.0.11",
        "1.1.0",
        "1.5.7",
        "1.6.3",
        "1.7.0-beta2",
        "1.15.5",
        "",
    ];

    /// The versions whose advice contains these words.
    fn reported(advice: impl Fn(&Host) -> String, words: &str) -> Vec<&'static str> {
        let versions = VERSIONS.into_iter();
        let reported = versions.filter(|version| advice(&Host::of(version)).contains(words));
        reported.collect()
    }

    #[test]
    fn blocks_are_advised_only_where_the_host_has_them() {
        let import = |host: &Host| host.import("x_group", "sg-1");
        let rename = |host: &Host| host.rename("x_group");
        let forget = |host: &Host| host.forget("x_group");
        assert_eq!(
            reported(import, "import {\n    to = x_group.NAME"),
            VERSIONS[3..]
        );
        assert_eq!(
            reported(import, "`terraform import x_group.NAME sg-1`"),
            VERSIONS[..3]
        );
        assert_eq!(
            reported(rename, "moved {\n    from = x_group.OLD"),
            VERSIONS[2..]
        );
        let command = "`terraform state mv x_group.OLD x_group.NEW`";
        assert_eq!(reported(rename, command), VERSIONS[..2]);
        assert_eq!(reported(forget, "`removed` block"), VERSIONS[5..]);
        assert_eq!(
            reported(forget, "`terraform state rm x_group.NAME`"),
            VERSIONS[..5]
        );
    }

    #[test]
    fn commands_name_opentofu_since_there_is_one() {
        let command = |host: &Host| host.command("apply");
        assert_eq!(reported(command, "`terraform apply`"), VERSIONS);
        assert_eq!(reported(command, "(or `tofu`)"), VERSIONS[4..]);
    }

    #[test]
    fn messages_to_pulumi_have_no_hcl_and_no_terraform_commands() {
        let host = Host::of("1.0.0+pulumi-terraform-bridge");
        assert_eq!(host, Host::Pulumi);
        let texts = [
            (host.import("x_group", "sg-1"), "import to \"sg-1\""),
            (host.rename("x_group"), "aliases"),
            (host.forget("x_group"), "pulumi state delete"),
            (host.create_first().to_owned(), "deleteBeforeReplace out"),
            (
                host.delete_first().to_owned(),
                "set the resource option deleteBeforeReplace",
            ),
            (host.order_of_replacement().to_owned(), "new one first"),
            (host.apply_a_part(), "pulumi up"),
            (host.destroy_unrefreshed(), "pulumi destroy"),
            (host.fewer_at_a_time().to_owned(), "--parallel"),
            (host.newer_provider(), "pulumi package add"),
        ];
        for (text, words) in texts {
            assert!(text.contains(words), "{text}");
            for foreign in [
                "{",
                "lifecycle",
                "create_before",
                "terraform",
                "tofu",
                "x_group",
            ] {
                assert!(!text.contains(foreign), "{text}");
            }
        }
    }

    #[test]
    fn a_version_that_says_nothing_is_taken_for_the_newest() {
        for version in ["", "x", "1", "dev"] {
            assert_eq!(Host::of(version), Host::Unknown, "{version}");
        }
        assert_eq!(Host::of("1.15.0-dev"), Host::Terraform(1, 15));
    }
}
