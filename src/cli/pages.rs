//! Writes completions for shells and pages of the manual, both from the definitions of the
//! arguments.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man as Page;

use super::exit::Exit;
use super::failure::Failure;
use super::output;

/// Arguments of `curated completions`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  curated completions bash > ~/.local/share/bash-completion/completions/curated\n  \
                  curated completions zsh > ~/.zfunc/_curated"
)]
pub(super) struct Completions {
    /// The shell that reads them.
    shell: Shell,
}

/// Arguments of `curated man`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  curated man ~/.local/share/man/man1")]
pub(super) struct Man {
    /// Folder to write the pages into. It is made if it isn't there.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

/// Prints the completions of a command.
pub(super) fn completions(arguments: &Completions, mut command: Command) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "curated", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}

/// Writes the page of a command, and one for each command of it.
pub(super) fn man(arguments: &Man, mut command: Command) -> Exit {
    if let Err(error) = std::fs::create_dir_all(&arguments.directory) {
        return output::failure(&Failure::unread(
            format!("{} can't be made", arguments.directory.display()),
            format!("{error}. Name a folder that you may write to."),
        ));
    }
    command.build();
    let mut said = String::new();
    for page in pages(&command) {
        let path = arguments.directory.join(page.get_filename());
        let mut text = Vec::new();
        page.render(&mut text).expect("memory can be written to");
        if let Err(failure) = output::write_whole(&path, &String::from_utf8_lossy(&text)) {
            return output::failure(&failure);
        }
        said.push_str(&format!("wrote {}\n", path.display()));
    }
    output::print(&said)
}

fn pages(command: &Command) -> Vec<Page> {
    let own = Page::new(command.clone());
    let below = command.get_subcommands().flat_map(pages);
    std::iter::once(own).chain(below).collect()
}
