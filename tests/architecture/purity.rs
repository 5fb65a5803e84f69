//! The core takes values and gives values: no input or output, clock, hidden randomness, `async` or platform `cfg`.
//!
//! The sources are read as Rust, not as text, so that comments and strings do not count and nested imports do. What
//! stands under `#[cfg(test)]` is left out.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::source::Source;

/// Paths that begin like this reach outside.
const NEVER_BELOW: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time",
    "rand",
    "getrandom",
    "tokio",
];

/// Names that are clocks or hidden randomness wherever they come from.
const NEVER_NAMED: &[&str] = &["SystemTime", "OsRng", "SysRng", "ThreadRng", "thread_rng"];

const NEVER_CALLED: &[&str] = &["println", "eprintln", "print", "eprint", "dbg", "thread_local"];

/// Conditions that make the same source mean different things on different machines or builds.
const NEVER_A_CONDITION: &[&str] = &["target", "feature", "unix", "windows", "debug_assertions"];

pub fn violations(source: &Source) -> Vec<String> {
    let file = syn::parse_file(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.path));
    let mut search = Search {
        path: &source.path,
        found: Vec::new(),
    };
    search.visit_file(&file);
    search.found
}

struct Search<'source> {
    path: &'source str,
    found: Vec<String>,
}

impl Search<'_> {
    fn report(&mut self, span: Span, what: &str) {
        self.found.push(format!("{}:{}: {what}", self.path, span.start().line));
    }

    fn judge_path(&mut self, span: Span, path: &str) {
        let below = |never: &str| path == never || path.strip_prefix(never).is_some_and(|rest| rest.starts_with("::"));
        let reaches_out = NEVER_BELOW.iter().any(|never| below(never)) || path.ends_with("Instant::now");
        if reaches_out || path.split("::").any(|name| NEVER_NAMED.contains(&name)) {
            self.report(span, path);
        }
    }

    fn judge_use(&mut self, span: Span, before: &str, tree: &syn::UseTree) {
        let join = |name: &syn::Ident| {
            if before.is_empty() {
                name.to_string()
            } else {
                format!("{before}::{name}")
            }
        };
        match tree {
            syn::UseTree::Path(path) => self.judge_use(span, &join(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.judge_path(span, &join(&name.ident)),
            syn::UseTree::Rename(name) => self.judge_path(span, &join(&name.ident)),
            syn::UseTree::Glob(_) => self.judge_path(span, before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.judge_use(span, before, item)),
        }
    }

    /// What stands inside a macro call is not parsed by Rust's grammar: its words are looked at in order.
    fn judge_tokens(&mut self, tokens: proc_macro2::TokenStream) {
        let mut path = String::new();
        let mut start = Span::call_site();
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(name) => {
                    if !path.ends_with(':') {
                        self.judge_path(start, &path);
                        path.clear();
                        start = name.span();
                    }
                    match name.to_string().as_str() {
                        word @ ("async" | "await") => self.report(name.span(), word),
                        word => path.push_str(word),
                    }
                    continue;
                }
                proc_macro2::TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                    path.push(':');
                    continue;
                }
                proc_macro2::TokenTree::Group(group) => self.judge_tokens(group.stream()),
                _ => {}
            }
            self.judge_path(start, &path);
            path.clear();
        }
        self.judge_path(start, &path);
    }

    fn judge_condition(&mut self, span: Span, tokens: &str) {
        let words = tokens.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        for word in words.filter(|word| NEVER_A_CONDITION.iter().any(|never| word.starts_with(never))) {
            self.report(span, &format!("cfg({word})"));
        }
    }
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_for_tests(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.judge_use(item.span(), "", &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.judge_path(path.span(), &names.join("::"));
        visit::visit_path(self, path);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if signature.asyncness.is_some() {
            self.report(signature.span(), "async fn");
        }
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, expression: &'ast syn::ExprAsync) {
        self.report(expression.span(), "async block");
        visit::visit_expr_async(self, expression);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
            self.judge_condition(attribute.span(), &attribute.meta.to_token_stream().to_string());
        }
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        if let Some(name) = called.path.segments.last().map(|segment| segment.ident.to_string()) {
            if NEVER_CALLED.contains(&name.as_str()) {
                self.report(called.span(), &format!("{name}!"));
            }
            if name == "cfg" {
                self.judge_condition(called.span(), &called.tokens.to_string());
            }
        }
        self.judge_tokens(called.tokens.clone());
    }
}

fn is_for_tests(item: &syn::Item) -> bool {
    let attributes = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|condition| condition.is_ident("test"))
    })
}

#[cfg(test)]
mod planted {
    use super::*;

    fn count(text: &str) -> usize {
        violations(&Source::planted("core/a.rs", text)).len()
    }

    #[test]
    fn pure_code_comments_and_tests_pass() {
        assert_eq!(
            count("//! No std::fs here.\nuse std::collections::BTreeMap;\nfn a() -> &'static str { \"std::fs\" }"),
            0
        );
        assert_eq!(
            count("use core::time::Duration;\nfn operand(feature: u8) -> u8 { feature }"),
            0
        );
        assert_eq!(
            count("#[cfg(test)]\nmod tests { use std::fs; fn a() { println!(); } }"),
            0
        );
        assert_eq!(count("struct Instant; fn a(b: rand_core::Error) { vec![b] }"), 0);
    }

    #[test]
    fn every_way_outside_is_seen() {
        for bad in [
            "use std::fs;",
            "use std::{collections::BTreeMap, net::TcpStream};",
            "use std::time::*;",
            "fn a() { std::thread::spawn(b); }",
            "fn a() { let b = std::env::var(c); }",
            "fn a() { Instant::now(); }",
            "fn a(b: SystemTime) {}",
            "fn a() { rand::random() }",
            "fn a(b: rand_core::OsRng) {}",
            "fn a() { vec![std::fs::read(b)] }",
            "fn a() { assert!(b(std::process::id())); }",
            "async fn a() {}",
            "fn a() { async { 1 }; }",
            "fn a() { println!(\"b\"); }",
            "fn a() { dbg!(b); }",
            "#[cfg(target_arch = \"wasm32\")] fn a() {}",
            "#[cfg(feature = \"b\")] mod c {}",
            "#[cfg_attr(feature = \"b\", derive(Debug))] struct C;",
            "fn a() -> bool { cfg!(debug_assertions) }",
            "#[cfg(not(unix))] fn a() {}",
        ] {
            assert_eq!(count(bad), 1, "{bad}");
        }
    }

    #[test]
    fn the_line_is_named() {
        let found = violations(&Source::planted("core/a.rs", "fn a() {}\n\nuse std::fs;\n"));
        assert_eq!(found, ["core/a.rs:3: std::fs"]);
    }
}
