//! The modules of a directory and the calls between them; which resources are renamed, and which
//! modules need the provider.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Document, Opaque};
use super::module::{Call, Declaration, Module};

/// All modules, by folder.
#[derive(Debug)]
pub(super) struct Project<'a> {
    pub(super) documents: &'a [Document],
    pub(super) modules: BTreeMap<&'a str, Module<'a>>,
    /// The resources that are renamed, as folder, type and name.
    pub(super) renamed: BTreeSet<(&'a str, &'static str, &'a str)>,
    /// The folders of modules with renamed resources, and of all modules that call them.
    pub(super) need: BTreeSet<&'a str>,
}

impl<'a> Project<'a> {
    /// The modules of these files. Nothing is renamed yet.
    pub(super) fn new(
        documents: &'a [Document],
        opaque: &'a [Opaque],
        links: &'a BTreeMap<String, Vec<String>>,
    ) -> Self {
        let mut modules: BTreeMap<&str, Module<'_>> = BTreeMap::new();
        let folders = |path: &'a str| {
            let linked = links.get(path).into_iter().flatten();
            std::iter::once(folder(path)).chain(linked.map(String::as_str))
        };
        for (index, document) in documents.iter().enumerate() {
            for folder in folders(&document.path) {
                let module = modules.entry(folder).or_default();
                module.folder = folder;
                module.add(index, document);
            }
        }
        for file in opaque {
            for folder in folders(&file.path) {
                let module = modules.entry(folder).or_default();
                module.folder = folder;
                module.opaque.push(file);
            }
        }
        Self {
            documents,
            modules,
            renamed: BTreeSet::new(),
            need: BTreeSet::new(),
        }
    }

    /// Sets the renamed resources.
    pub(super) fn renaming(mut self, renamed: BTreeSet<(&'a str, &'static str, &'a str)>) -> Self {
        self.renamed = renamed;
        self.need = self.needing();
        self
    }

    /// The folders of the modules with renamed resources, and of all that call them.
    fn needing(&self) -> BTreeSet<&'a str> {
        let mut need: BTreeSet<&str> = self.renamed.iter().map(|(folder, ..)| *folder).collect();
        loop {
            let callers = self.modules.values().filter(|module| {
                let mut callees = module
                    .calls
                    .iter()
                    .filter_map(|call| self.callee(module, call));
                callees.any(|callee| need.contains(callee.folder))
            });
            let before = need.len();
            let callers: Vec<&str> = callers.map(|module| module.folder).collect();
            need.extend(callers);
            if need.len() == before {
                return need;
            }
        }
    }

    /// The folders of the modules that need the provider, and that no other module calls.
    pub(super) fn roots(&self) -> Vec<String> {
        let uncalled = self.uncalled().into_iter();
        let roots = uncalled.filter(|folder| self.need.contains(folder));
        roots.map(str::to_owned).collect()
    }

    /// The folders of the modules that no other module calls.
    pub(super) fn uncalled(&self) -> Vec<&'a str> {
        let mut called = BTreeSet::new();
        for module in self.modules.values() {
            for call in &module.calls {
                called.extend(self.callee(module, call).map(|callee| callee.folder));
            }
        }
        let all = self.modules.keys().copied();
        all.filter(|folder| !called.contains(folder)).collect()
    }

    /// The module that a call leads to, if its files were read.
    pub(super) fn callee(&self, module: &Module<'a>, call: &Call<'a>) -> Option<&Module<'a>> {
        self.modules
            .get(local_folder(module.folder, call.source?)?.as_str())
    }

    /// Whether a resource is renamed.
    pub(super) fn is_renamed(&self, folder: &str, ty: &str, name: &str) -> bool {
        let renamed: &BTreeSet<(&str, &str, &str)> = &self.renamed;
        renamed.contains(&(folder, ty, name))
    }

    /// Whether a declaration is renamed.
    pub(super) fn renames(&self, module: &Module<'a>, declaration: &Declaration<'a>) -> bool {
        let key = (module.folder, declaration.renaming.from, declaration.name);
        self.renamed.contains(&key)
    }
}

/// The folder of the module of a file. Tests may be in the folder "tests" of their module.
fn folder(path: &str) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if !path.contains(".tftest.") && !path.contains(".tofutest.") {
        return folder;
    }
    match folder.rsplit_once('/') {
        Some((module, "tests")) => module,
        None if folder == "tests" => "",
        _ => folder,
    }
}

/// The folder of a local source such as `../network`, from the folder of its caller; `None` for a
/// source that isn't local.
pub(super) fn local_folder(from: &str, source: &str) -> Option<String> {
    if !source.starts_with("./") && !source.starts_with("../") && source != "." && source != ".." {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    for part in source.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a folder or file lies outside of the directory.
pub(super) fn is_outside(path: &str) -> bool {
    path == ".." || path.starts_with("../")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_seen_from_their_caller() {
        let cases = [
            ("", "./modules/web", Some("modules/web")),
            ("envs/prod", "../../modules/web/", Some("modules/web")),
            ("envs", "..", Some("")),
            ("", "../shared", Some("../shared")),
            ("../shared", "../other", Some("../other")),
            ("../shared", "./x//y", Some("../shared/x/y")),
            ("", "terraform-aws-modules/vpc/aws", None),
            ("", "git::https://example.com/x.git", None),
        ];
        for (from, source, expected) in cases {
            assert_eq!(
                local_folder(from, source).as_deref(),
                expected,
                "{from} {source}"
            );
        }
        assert!(is_outside("../shared") && !is_outside("shared"));
    }

    #[test]
    fn tests_belong_to_the_module_that_they_test() {
        assert_eq!(folder("tests/a.tftest.hcl"), "");
        assert_eq!(folder("web/tests/a.tftest.hcl"), "web");
        assert_eq!(folder("web/a.tftest.hcl"), "web");
        assert_eq!(folder("tests/a.tofutest.hcl"), "");
        assert_eq!(folder("tests/main.tf"), "tests");
    }
}
