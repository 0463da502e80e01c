//! Reads Rust as its compiler does: calls with their arguments, and where a name in them gets its words.
//! Enough for this crate's own ways of writing a message, and loud about any other.

use std::collections::HashMap;
use std::rc::Rc;

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ExprCall, ExprClosure, ExprStruct, FnArg, ImplItemFn, Item, ItemFn, Lit,
    LitStr, Local, Macro, Member, Meta, Pat, Signature, Token,
};

/// An argument of a call, or the value of a field, where it stands.
pub(super) struct Argument {
    value: Expr,
    scope: Scope,
}

/// The calls of a file, by the last two names of what is called ("Diagnostic::error"), or by its only
/// one; and the values of fields, by the field's name with a colon ("summary:").
pub(super) struct Code {
    calls: HashMap<String, Vec<Vec<Argument>>>,
    literals: Vec<String>,
}

/// The names that are known at a place, the innermost first.
type Scope = Option<Rc<Known>>;

struct Known {
    name: String,
    meaning: Meaning,
    outer: Scope,
}

enum Meaning {
    /// `let name = value;`
    Bound(Box<Expr>),
    /// A parameter of a function or closure, by the function's name and its index.
    Parameter(String, usize),
}

impl Argument {
    /// Whether it is put together where it stands, as by `format!`.
    pub(super) fn is_made_here(&self) -> bool {
        matches!(self.value, Expr::Macro(_))
    }
}

impl Code {
    /// Reads a file's code, without its tests.
    pub(super) fn read(text: &str) -> Self {
        let file = syn::parse_file(text).expect("Rust");
        let mut reader = Reader::new(None);
        for item in &file.items {
            if let Item::Const(named) = item {
                let value = Meaning::Bound(named.expr.clone());
                reader.know(named.ident.to_string(), value);
            }
        }
        reader.visit_file(&file);
        reader.code
    }

    /// The texts that are written in it.
    pub(super) fn literals(&self) -> &[String] {
        &self.literals
    }

    /// The arguments of each call.
    pub(super) fn calls(&self, name: &str) -> &[Vec<Argument>] {
        self.calls.get(name).map_or(&[], Vec::as_slice)
    }

    /// The texts that an argument stands for. None where its words are made elsewhere, as those of
    /// `fault.summary` are.
    ///
    /// # Errors
    /// What this can't follow.
    pub(super) fn words(&self, argument: &Argument) -> Result<Vec<String>, String> {
        self.words_of(&argument.value, &argument.scope)
    }

    fn words_of(&self, value: &Expr, scope: &Scope) -> Result<Vec<String>, String> {
        match value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Ok(vec![text.value()]),
                _ => Err("a literal that is no text".to_owned()),
            },
            Expr::Macro(call) if call.mac.path.is_ident("format") => {
                let arguments = arguments_of(&call.mac).unwrap_or_default();
                let first = arguments.first().ok_or("format! of nothing")?;
                self.words_of(first, scope)
            }
            Expr::Reference(inner) => self.words_of(&inner.expr, scope),
            Expr::Unary(inner) => self.words_of(&inner.expr, scope),
            Expr::Paren(inner) => self.words_of(&inner.expr, scope),
            Expr::MethodCall(call) => self.words_of(&call.receiver, scope),
            Expr::Field(_) => Ok(Vec::new()),
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => self.words_of_name(&name.to_string(), scope),
                None => Err("a path".to_owned()),
            },
            _ => Err("an expression of another kind".to_owned()),
        }
    }

    fn words_of_name(&self, name: &str, scope: &Scope) -> Result<Vec<String>, String> {
        let mut at = scope;
        while let Some(known) = at {
            if known.name == name {
                return match &known.meaning {
                    Meaning::Bound(value) => self.words_of(value, &known.outer),
                    Meaning::Parameter(function, index) => self.passed(function, *index, name),
                };
            }
            at = &known.outer;
        }
        Err(format!("the name {name}"))
    }

    /// The texts that callers pass for a parameter.
    fn passed(&self, function: &str, index: usize, name: &str) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        for arguments in self.calls(function) {
            if let Some(argument) = arguments.get(index) {
                found.extend(self.words(argument)?);
            }
        }
        if found.is_empty() {
            Err(format!("the parameter {name} of {function}"))
        } else {
            Ok(found)
        }
    }
}

/// Collects the calls of a file, and knows the names at the place where it is.
struct Reader {
    code: Code,
    scope: Scope,
}

impl Reader {
    fn new(scope: Scope) -> Self {
        Self {
            code: Code {
                calls: HashMap::new(),
                literals: Vec::new(),
            },
            scope,
        }
    }

    fn know(&mut self, name: String, meaning: Meaning) {
        self.scope = Some(Rc::new(Known {
            name,
            meaning,
            outer: self.scope.clone(),
        }));
    }

    fn called<'a>(&mut self, name: String, arguments: impl Iterator<Item = &'a Expr>) {
        let arguments = arguments.map(|value| Argument {
            value: value.clone(),
            scope: self.scope.clone(),
        });
        let arguments = arguments.collect();
        self.code.calls.entry(name).or_default().push(arguments);
    }

    fn enter(&mut self, signature: &Signature) {
        let name = signature.ident.to_string();
        let typed = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(parameter) => Some(&*parameter.pat),
            FnArg::Receiver(_) => None,
        });
        for (index, parameter) in typed.enumerate() {
            if let Some(parameter) = name_of(parameter) {
                self.know(parameter, Meaning::Parameter(name.clone(), index));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes: &[Attribute] = match item {
            Item::Fn(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            _ => &[],
        };
        if !attributes.iter().any(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        let outer = self.scope.clone();
        self.enter(&function.sig);
        visit::visit_item_fn(self, function);
        self.scope = outer;
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        let outer = self.scope.clone();
        self.enter(&function.sig);
        visit::visit_impl_item_fn(self, function);
        self.scope = outer;
    }

    fn visit_local(&mut self, local: &'ast Local) {
        let name = name_of(&local.pat);
        match (name, &local.init) {
            (Some(name), Some(bound)) => {
                let outer = self.scope.clone();
                if let Expr::Closure(closure) = &*bound.expr {
                    for (index, parameter) in closure.inputs.iter().enumerate() {
                        if let Some(parameter) = name_of(parameter) {
                            self.know(parameter, Meaning::Parameter(name.clone(), index));
                        }
                    }
                }
                visit::visit_local(self, local);
                self.scope = outer;
                self.know(name, Meaning::Bound(bound.expr.clone()));
            }
            _ => visit::visit_local(self, local),
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let outer = self.scope.clone();
        visit::visit_block(self, block);
        self.scope = outer;
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        let outer = self.scope.clone();
        visit::visit_expr_closure(self, closure);
        self.scope = outer;
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(function) = &*call.func {
            let names: Vec<String> = function
                .path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect();
            if let [.., owner, name] = names.as_slice() {
                self.called(format!("{owner}::{name}"), call.args.iter());
            }
            self.called(names.last().cloned().unwrap_or_default(), call.args.iter());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.called(call.method.to_string(), call.args.iter());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_struct(&mut self, made: &'ast ExprStruct) {
        for field in &made.fields {
            if let Member::Named(name) = &field.member {
                self.called(format!("{name}:"), std::iter::once(&field.expr));
            }
        }
        visit::visit_expr_struct(self, made);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        let Some(arguments) = arguments_of(called) else {
            texts_in(called.tokens.clone(), &mut self.code.literals);
            return;
        };
        for argument in arguments {
            // What a macro is given lives no longer than the file.
            let mut inner = Reader::new(self.scope.clone());
            inner.visit_expr(&argument);
            self.code.literals.extend(inner.code.literals);
            for (name, calls) in inner.code.calls {
                self.code.calls.entry(name).or_default().extend(calls);
            }
        }
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.code.literals.push(text.value());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

/// The arguments of a macro that is called like a function, if it is one.
fn arguments_of(called: &Macro) -> Option<Punctuated<Expr, Token![,]>> {
    called.parse_body_with(Punctuated::parse_terminated).ok()
}

/// The texts in what a macro is given, where that is no list of arguments.
fn texts_in(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => texts_in(group.stream(), found),
            TokenTree::Literal(literal) => {
                let text = syn::parse_str::<LitStr>(&literal.to_string());
                found.extend(text.ok().map(|text| text.value()));
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

fn name_of(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(name) => Some(name.ident.to_string()),
        Pat::Type(typed) => name_of(&typed.pat),
        Pat::Reference(inner) => name_of(&inner.pat),
        _ => None,
    }
}

/// `#[cfg(test)]`
fn is_for_tests(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    list.path.is_ident("cfg") && list.tokens.to_string() == "test"
}

#[test]
fn words_are_followed_to_where_they_are_written() {
    let text = r#"
        fn a(name: &str) -> Diagnostic {
            let summary = format!("\"{name}\" is \
                                   odd");
            Diagnostic::error(summary, "x, (y")
        }
        fn b(summary: &str, detail: String) -> Diagnostic {
            Diagnostic::error(summary, detail)
        }
        fn c() {
            let mut fault = |why: String| Err(Diagnostic::error(why, "x"));
            b("One", String::new());
            b(&format!("Two {}", 2), String::new());
            fault("Three".to_owned());
            Diagnostic::error(fault.summary, "");
        }
        #[cfg(test)]
        mod tests {
            fn d() { Diagnostic::error("Four", ""); }
        }
        "#;
    let code = Code::read(text);
    let found: Vec<Vec<String>> = code
        .calls("Diagnostic::error")
        .iter()
        .map(|arguments| code.words(&arguments[0]).expect("followed"))
        .collect();
    let expected: [&[&str]; 4] = [&["\"{name}\" is odd"], &["One", "Two {}"], &["Three"], &[]];
    assert_eq!(found, expected);
    let unknown = Code::read("fn a() { Diagnostic::error(nobody, \"\"); }");
    let argument = &unknown.calls("Diagnostic::error")[0][0];
    assert!(unknown.words(argument).is_err());
}
