//! Error codes: each is declared once, is well formed, and has a sentence in the catalogue.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::source::Source;

/// A code and where it is declared.
pub struct Declared {
    pub code: String,
    pub place: String,
}

/// The codes of one source: those of `coded_error!` lists and those that an `impl Coded` returns.
pub fn declared(source: &Source) -> Vec<Declared> {
    let file = syn::parse_file(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.path));
    let mut collector = Collector { codes: Vec::new() };
    collector.visit_file(&file);
    collector
        .codes
        .into_iter()
        .map(|code| Declared {
            code,
            place: source.path.clone(),
        })
        .collect()
}

/// Codes that are declared more than once or are not words joined by dots.
pub fn repeated(declared: &[Declared]) -> Vec<String> {
    let mut violations = Vec::new();
    for (index, one) in declared.iter().enumerate() {
        if !is_well_formed(&one.code) {
            violations.push(format!("{}: `{}` is not `module.word`", one.place, one.code));
        }
        if let Some(other) = declared[..index].iter().find(|other| other.code == one.code) {
            violations.push(format!(
                "`{}` is declared in {} and in {}",
                one.code, other.place, one.place
            ));
        }
    }
    violations
}

/// Codes without `error.CODE` in the catalogue, and sentences for codes that do not exist.
pub fn without_sentence(declared: &[Declared], catalog: &serde_json::Value) -> Vec<String> {
    let mut violations: Vec<String> = declared
        .iter()
        .filter(|one| {
            catalog[format!("error.{}", one.code)]
                .as_str()
                .is_none_or(str::is_empty)
        })
        .map(|one| format!("{}: `{}` has no sentence in the catalogue", one.place, one.code))
        .collect();
    let keys = catalog.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    for code in keys.filter_map(|key| key.strip_prefix("error.")) {
        // Codes of the relay and of the apps have sentences here too; only the core's own modules are closed.
        let module = code.split('.').next().unwrap_or_default();
        let of_the_core = declared.iter().any(|one| one.code.split('.').next() == Some(module));
        if of_the_core && !declared.iter().any(|one| one.code == code) {
            violations.push(format!("the catalogue has a sentence for `{code}`, which no error has"));
        }
    }
    violations
}

fn is_well_formed(code: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    code.contains('.') && code.split('.').all(word)
}

struct Collector {
    codes: Vec<String>,
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        let called = item
            .mac
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "coded_error");
        if called {
            listed(item.mac.tokens.clone(), &mut self.codes);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let coded = item
            .trait_
            .as_ref()
            .is_some_and(|(_, path, _)| path.segments.last().is_some_and(|segment| segment.ident == "Coded"));
        if coded {
            let mut literals = Literals { found: Vec::new() };
            literals.visit_item_impl(item);
            self.codes.extend(literals.found);
        }
    }
}

/// In a `coded_error!` list a code is the literal that follows `Variant =`.
fn listed(tokens: TokenStream, codes: &mut Vec<String>) {
    let mut after_equals = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => {
                listed(group.stream(), codes)
            }
            TokenTree::Literal(literal) if after_equals => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                    codes.push(text.value());
                }
                after_equals = false;
            }
            TokenTree::Punct(punct) => after_equals = punct.as_char() == '=',
            _ => after_equals = false,
        }
    }
}

struct Literals {
    found: Vec<String>,
}

impl<'ast> Visit<'ast> for Literals {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.found.push(literal.value());
    }
}

#[cfg(test)]
mod planted {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        declared(&Source::planted("core/a.rs", text))
            .into_iter()
            .map(|one| one.code)
            .collect()
    }

    #[test]
    fn both_ways_of_declaring_are_read() {
        let list = "coded_error! { /// Why.\n pub enum Error { Gap = \"chain.gap\", \"a gap\"; Fork = \"chain.fork\", \"a fork\"; } }";
        assert_eq!(codes(list), ["chain.gap", "chain.fork"]);
        let by_hand = "impl Coded for Error { /// Doc.\n fn code(&self) -> &'static str { match self { Self::A => \"a.b\", Self::C(e) => e.code() } } }";
        assert_eq!(codes(by_hand), ["a.b"]);
    }

    #[test]
    fn a_repeated_or_malformed_code_is_seen() {
        let declared: Vec<Declared> = ["chain.gap", "chain.gap", "Gap", "chain."]
            .iter()
            .map(|code| Declared {
                code: (*code).to_owned(),
                place: "here".to_owned(),
            })
            .collect();
        assert_eq!(repeated(&declared).len(), 3);
        assert!(repeated(&declared[..1]).is_empty());
    }

    #[test]
    fn a_missing_or_idle_sentence_is_seen() {
        let declared = [Declared {
            code: "chain.gap".to_owned(),
            place: "here".to_owned(),
        }];
        let good = serde_json::json!({ "error.chain.gap": "Blocks are missing.", "error.http.404": "Not found." });
        assert!(without_sentence(&declared, &good).is_empty());
        assert_eq!(without_sentence(&declared, &serde_json::json!({})).len(), 1);
        assert_eq!(
            without_sentence(&declared, &serde_json::json!({ "error.chain.gap": "" })).len(),
            1
        );
        let idle = serde_json::json!({ "error.chain.gap": "Blocks are missing.", "error.chain.gone": "Never said." });
        assert_eq!(without_sentence(&declared, &idle).len(), 1);
    }
}
