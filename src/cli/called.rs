//! The options that a command was called with, for commands that it tells to run next: what reached the
//! account, or changed what was found, has to be said again.

use clap::{ArgMatches, Command};

/// The options and values of one call.
#[derive(Clone, Debug, Default)]
pub(super) struct Called(Vec<Given>);

/// An option or a positional argument that was given.
#[derive(Clone, Debug)]
struct Given {
    /// The argument's id, which is the name of its field.
    id: String,
    /// The words as they are written in a shell.
    words: Vec<String>,
    is_positional: bool,
}

impl Called {
    /// What the arguments of the subcommand say.
    pub(super) fn of(command: &Command, matches: &ArgMatches) -> Self {
        let Some((name, matches)) = matches.subcommand() else {
            return Self::default();
        };
        let Some(command) = command.find_subcommand(name) else {
            return Self::default();
        };
        let mut given = Vec::new();
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            // Help has no id among the matches.
            let is_known = matches.try_contains_id(id).unwrap_or(false);
            if !is_known || matches.value_source(id) != Some(clap::parser::ValueSource::CommandLine)
            {
                continue;
            }
            let is_flag = !argument.get_action().takes_values();
            let values = matches.get_raw(id).into_iter().flatten();
            let values: Vec<String> = values
                .map(|value| value.to_string_lossy().into_owned())
                .collect();
            let words = match argument.get_long() {
                None => values.iter().map(|value| quoted(value)).collect(),
                Some(long) if is_flag => vec![format!("--{long}")],
                Some(long) => values.iter().map(|value| option(long, value)).collect(),
            };
            given.push(Given {
                id: id.to_owned(),
                words,
                is_positional: argument.get_long().is_none(),
            });
        }
        Self(given)
    }

    /// The line that runs a command of this program: with those of the options that are kept, and with
    /// further words at its end.
    pub(super) fn line(
        &self,
        command: &str,
        is_kept: impl Fn(&str) -> bool,
        more: &[&str],
    ) -> String {
        let kept = self.0.iter().filter(|given| is_kept(&given.id));
        let (first, options): (Vec<&Given>, Vec<&Given>) = kept.partition(|it| it.is_positional);
        let words = [first, options].into_iter().flatten();
        let words = words.flat_map(|given| given.words.iter().cloned());
        let more = more.iter().map(|word| quoted(word));
        let all: Vec<String> = ["curated".to_owned(), command.to_owned()]
            .into_iter()
            .chain(words)
            .chain(more)
            .collect();
        all.join(" ")
    }

    /// As [`Self::line`], with the options that say which account and regions.
    pub(super) fn there(&self, command: &str, more: &[&str]) -> String {
        let places = ["profile", "regions", "all_regions", "role_arns"];
        self.line(command, |id| places.contains(&id), more)
    }
}

fn option(long: &str, value: &str) -> String {
    // A value that begins so would be taken for an option.
    let between = if value.starts_with('-') { "=" } else { " " };
    format!("--{long}{between}{}", quoted(value))
}

/// A word as POSIX shells read it.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_took_a_word_apart() {
        for (word, expected) in [
            ("infra/prod.json", "infra/prod.json"),
            ("my dir", "'my dir'"),
            ("it's", "'it'\\''s'"),
            ("$HOME", "'$HOME'"),
            ("~", "'~'"),
            ("", "''"),
            ("Name=a*", "'Name=a*'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
