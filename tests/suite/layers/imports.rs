//! Which file names items of which other file: the graph of imports between the files of a crate.
//!
//! It reads words, without the compiler: module declarations, items at the top of a module, `use`
//! trees, and paths in the code. A name is followed through modules, imports and re-exports to the
//! file that defines it, since that is the file one has to read. So
//!
//! - `mod child;` and `pub use child::Item;` in a parent are no import of the child: a parent may
//!   declare its children and present their items,
//! - a parent whose own code uses an item of its child imports that child, and a child that uses an
//!   item which its parent *defines* imports the parent: both together are a cycle,
//! - an import of a module alone is none, but each path through it is,
//! - `impl Type` in a file imports the file that defines the type,
//! - what is under `#[cfg(test)]` doesn't count.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::Source;
use super::tokens::tokens;

/// The files that each file imports, by name.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

/// Builds the graph of a crate from its files, whose root is `lib.rs`.
pub fn graph(files: &[Source]) -> Graph {
    let mut tree = Tree {
        files,
        modules: Vec::new(),
    };
    tree.add_file("lib.rs", None, "");
    let mut graph: Graph = files
        .iter()
        .map(|f| (f.name.clone(), BTreeSet::new()))
        .collect();
    for at in 0..tree.modules.len() {
        let own = tree.modules[at].file;
        for file in tree.imported_by(at) {
            if file != own {
                let name = &files[own].name;
                let imports = graph.get_mut(name).expect("it was put in");
                imports.insert(files[file].name.clone());
            }
        }
    }
    graph
}

/// A module: a file, or a part of one.
struct Module<'a> {
    file: usize,
    parent: Option<usize>,
    children: BTreeMap<&'a str, usize>,
    items: BTreeSet<&'a str>,
    imports: Vec<Import<'a>>,
    /// Its code without imports, items of tests, and modules inside.
    code: Vec<&'a str>,
}

/// One leaf of a `use` tree.
struct Import<'a> {
    path: Vec<&'a str>,
    /// The name that it has here; `*` for all.
    alias: &'a str,
    is_public: bool,
}

/// Where a path leads to.
#[derive(Clone, Copy, PartialEq)]
enum Target {
    Module(usize),
    /// An item of a file.
    Item(usize),
}

/// Names are followed through at most so many imports: `use` trees can go round in circles.
const DEPTH: usize = 24;

struct Tree<'a> {
    files: &'a [Source],
    modules: Vec<Module<'a>>,
}

impl<'a> Tree<'a> {
    /// Adds the module of a file and those below it. `folder` is where its children are.
    fn add_file(&mut self, name: &str, parent: Option<usize>, folder: &str) -> Option<usize> {
        let file = self.files.iter().position(|f| f.name == name)?;
        let code = without_tests(&tokens(&self.files[file].text));
        Some(self.add(file, parent, folder, &code))
    }

    fn add(&mut self, file: usize, parent: Option<usize>, folder: &str, code: &[&'a str]) -> usize {
        let own = self.modules.len();
        self.modules.push(Module {
            file,
            parent,
            children: BTreeMap::new(),
            items: BTreeSet::new(),
            imports: Vec::new(),
            code: Vec::new(),
        });
        let (mut at, mut depth) = (0, 0_i32);
        while at < code.len() {
            let rest = &code[at..];
            let next = rest.get(1).copied().unwrap_or_default();
            match rest[0] {
                "use" if next != "<" => {
                    let end = at + rest.iter().position(|t| *t == ";").unwrap_or(rest.len());
                    let is_public = at > 0 && ["pub", ")"].contains(&code[at - 1]);
                    let mut tree = &code[at + 1..end];
                    read_use(&mut tree, &[], is_public, &mut self.modules[own].imports);
                    at = end + 1;
                    continue;
                }
                "mod" if depth == 0 && rest.get(2) == Some(&";") => {
                    let below = format!("{folder}{next}/");
                    let names = [format!("{folder}{next}.rs"), format!("{below}mod.rs")];
                    for name in names {
                        if let Some(child) = self.add_file(&name, Some(own), &below) {
                            self.modules[own].children.insert(next, child);
                        }
                    }
                    at += 3;
                    continue;
                }
                "mod" if depth == 0 && rest.get(2) == Some(&"{") => {
                    let length = block(&rest[2..]);
                    let below = format!("{folder}{next}/");
                    let inner = &rest[3..length + 1];
                    let child = self.add(file, Some(own), &below, inner);
                    self.modules[own].children.insert(next, child);
                    at += 2 + length;
                    continue;
                }
                "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union"
                    if depth == 0 =>
                {
                    self.modules[own].items.insert(next);
                }
                "macro_rules" if depth == 0 => {
                    self.modules[own].items.extend(rest.get(2));
                }
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            self.modules[own].code.push(rest[0]);
            at += 1;
        }
        own
    }

    /// The files whose items a module names.
    fn imported_by(&self, own: usize) -> BTreeSet<usize> {
        let module = &self.modules[own];
        let mut found = BTreeSet::new();
        let mut note = |target| {
            if let Some(Target::Item(file)) = target {
                found.insert(file);
            }
        };
        for import in &module.imports {
            if !import.is_public && import.alias != "*" {
                note(self.resolve(own, &import.path, 0));
            }
        }
        let code = &module.code;
        for (at, word) in code.iter().enumerate() {
            let before = at.checked_sub(1).map_or("", |at| code[at]);
            let after = code.get(at + 1).copied().unwrap_or_default();
            if !is_name(word) || ["::", ".", "fn", "'"].contains(&before) {
                continue;
            }
            if after == "::" {
                note(self.resolve(own, &path_at(&code[at..]), 0));
            } else if word.starts_with(char::is_uppercase) || ["(", "!"].contains(&after) {
                note(self.lookup(own, word, false, 0));
            }
        }
        found
    }

    /// Follows a path from a module. `None` where it leaves the crate.
    fn resolve(&self, from: usize, path: &[&str], depth: usize) -> Option<Target> {
        let mut target = match path[0] {
            "crate" => Target::Module(0),
            "self" => Target::Module(from),
            "super" => Target::Module(self.modules[from].parent?),
            name => self.lookup(from, name, path.len() > 1, depth)?,
        };
        for (at, name) in path.iter().enumerate().skip(1) {
            let Target::Module(module) = target else {
                break;
            };
            target = match *name {
                "self" => target,
                "super" => Target::Module(self.modules[module].parent?),
                name => self.lookup(module, name, at + 1 < path.len(), depth)?,
            };
        }
        Some(target)
    }

    /// What a name means in a module. `is_module` where a path goes on through it: a function and a
    /// module may share a name.
    fn lookup(&self, at: usize, name: &str, is_module: bool, depth: usize) -> Option<Target> {
        if depth > DEPTH {
            return None;
        }
        let module = &self.modules[at];
        let mut found = Vec::new();
        if module.items.contains(name) {
            found.push(Target::Item(module.file));
        }
        if let Some(child) = module.children.get(name) {
            found.push(Target::Module(*child));
        }
        let named = module.imports.iter().filter(|i| i.alias == name);
        // `use name;` of another crate doesn't lead back to itself.
        let named = named.filter(|i| i.path != [name]);
        found.extend(named.filter_map(|i| self.resolve(at, &i.path, depth + 1)));
        if found.is_empty() {
            for import in module.imports.iter().filter(|i| i.alias == "*") {
                if let Some(Target::Module(from)) = self.resolve(at, &import.path, depth + 1)
                    && from != at
                {
                    found.extend(self.lookup(from, name, is_module, depth + 1));
                }
            }
        }
        let wanted = |t: &&Target| matches!(t, Target::Module(_)) == is_module;
        found.iter().find(wanted).or(found.first()).copied()
    }
}

/// The path that code begins with.
fn path_at<'a>(code: &[&'a str]) -> Vec<&'a str> {
    let mut path = vec![code[0]];
    let mut rest = &code[1..];
    while let ["::", name, ..] = rest
        && is_name(name)
    {
        path.push(name);
        rest = &rest[2..];
    }
    path
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads one `use` tree up to a comma, a closing brace or the end.
fn read_use<'a>(
    rest: &mut &[&'a str],
    prefix: &[&'a str],
    is_public: bool,
    found: &mut Vec<Import<'a>>,
) {
    let mut path = prefix.to_vec();
    while let Some((token, after)) = rest.split_first() {
        match *token {
            "::" => *rest = after,
            "{" => {
                *rest = after;
                while let Some(next) = rest.first() {
                    match *next {
                        "}" => {
                            *rest = &rest[1..];
                            return;
                        }
                        "," => *rest = &rest[1..],
                        _ => read_use(rest, &path, is_public, found),
                    }
                }
                return;
            }
            "," | "}" => break,
            "*" => {
                *rest = after;
                let alias = "*";
                found.push(Import {
                    path,
                    alias,
                    is_public,
                });
                return;
            }
            "as" => {
                let alias = after[0];
                *rest = &after[1..];
                found.push(Import {
                    path,
                    alias,
                    is_public,
                });
                return;
            }
            name => {
                path.push(name);
                *rest = after;
            }
        }
    }
    if path.last() == Some(&"self") && path.len() > 1 {
        path.pop();
    }
    if let Some(alias) = path.last().copied() {
        found.push(Import {
            path,
            alias,
            is_public,
        });
    }
}

/// The length of the block that code begins with, braces included.
fn block(code: &[&str]) -> usize {
    let mut depth = 0;
    for (at, token) in code.iter().enumerate() {
        match *token {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

/// Code without its attributes, and without what stands under `#[cfg(test)]`.
fn without_tests<'a>(code: &[&'a str]) -> Vec<&'a str> {
    let mut kept = Vec::new();
    let mut at = 0;
    let mut is_test = false;
    while at < code.len() {
        let rest = &code[at..];
        let opens = match rest {
            ["#", "[", ..] => 1,
            ["#", "!", "[", ..] => 2,
            _ => 0,
        };
        if opens > 0 {
            is_test |= rest[opens..].starts_with(&["[", "cfg", "(", "test", ")"]);
            at += opens + brackets(&rest[opens..]);
        } else if is_test {
            at += item(rest);
            is_test = false;
        } else {
            kept.push(rest[0]);
            at += 1;
        }
    }
    kept
}

/// The length of the square brackets that code begins with.
fn brackets(code: &[&str]) -> usize {
    let mut depth = 0;
    for (at, token) in code.iter().enumerate() {
        match *token {
            "[" => depth += 1,
            "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

/// The length of the item, field or statement that code begins with.
fn item(code: &[&str]) -> usize {
    let is_item = code.iter().take(6).any(|t| {
        [
            "fn", "mod", "use", "impl", "struct", "enum", "trait", "type", "const", "static",
        ]
        .contains(t)
    });
    let is_use = code.iter().take(5).any(|t| *t == "use");
    let mut depth = 0;
    for (at, token) in code.iter().enumerate() {
        match *token {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" if depth == 0 => return at,
            "}" if depth == 1 && !is_use => return at + 1,
            "}" | ")" | "]" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            "," if depth == 0 && !is_item => return at + 1,
            _ => {}
        }
    }
    code.len()
}
