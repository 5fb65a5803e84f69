//! Labels keep signed and hashed things apart, so none may equal another or begin another.

use syn::visit::{self, Visit};

use crate::source::Source;

/// Labels that are equal to another or begin another.
pub fn violations(labels: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for (index, one) in labels.iter().enumerate() {
        for other in &labels[index + 1..] {
            let (one, other) = (one.escape_default(), other.escape_default());
            if one.to_string() == other.to_string() {
                found.push(format!("the label `{one}` is there twice"));
            } else if one.to_string().starts_with(&other.to_string()) || other.to_string().starts_with(&one.to_string())
            {
                found.push(format!("of the labels `{one}` and `{other}` one begins the other"));
            }
        }
    }
    found
}

/// The separating prefixes that stand in the sources: texts that begin with the product's name and end with a version.
pub fn written(sources: &[Source]) -> Vec<String> {
    let mut literals = Literals { found: Vec::new() };
    for source in sources {
        let file = syn::parse_file(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.path));
        literals.visit_file(&file);
    }
    literals.found
}

struct Literals {
    found: Vec<String>,
}

impl Literals {
    fn take(&mut self, text: &str) {
        let versioned = text
            .trim_end_matches('\0')
            .ends_with(|last: char| last.is_ascii_digit());
        if text.starts_with("satchel ") && versioned {
            self.found.push(text.to_owned());
        }
    }
}

impl<'ast> Visit<'ast> for Literals {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.take(&literal.value());
    }

    fn visit_lit_byte_str(&mut self, literal: &'ast syn::LitByteStr) {
        self.take(&String::from_utf8_lossy(&literal.value()));
    }
}

#[cfg(test)]
mod planted {
    use super::*;

    fn count(labels: &[&str]) -> usize {
        violations(&labels.iter().map(|&label| label.to_owned()).collect::<Vec<_>>()).len()
    }

    #[test]
    fn twins_and_prefixes_are_seen() {
        assert_eq!(count(&["a.block.v1", "a.record.v1"]), 0);
        assert_eq!(count(&["a.block.v1", "a.block.v1"]), 1);
        assert_eq!(count(&["a.block.v1", "a.record.v1", "a.block.v10"]), 1);
        assert_eq!(count(&["a block v1\0", "a block v10\0"]), 0);
    }

    #[test]
    fn prefixes_are_found_in_sources() {
        let text = "const A: &[u8] = b\"satchel a v1\\0\"; fn b() -> &'static str { \"satchel b 2\" }
            fn c() -> &'static str { \"satchel is a wallet\" } mod tests { const A: &[u8] = b\"satchel a v1\\0\"; }";
        assert_eq!(
            written(&[Source::planted("core/a.rs", text)]),
            ["satchel a v1\0", "satchel b 2"]
        );
    }
}
