//! Reading functions and values from Rust sources, and values from TypeScript texts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::parity::{Field, Function, Value};
use crate::source::Source;

/// Whether a value is always there, may be missing, is nothing at all, or cannot be known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    Present,
    Optional,
    Nothing,
    Unknown,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Present => "always there",
            Self::Optional => "optional",
            Self::Nothing => "nothing",
            Self::Unknown => "of unknown type",
        })
    }
}

/// Everything public in some sources.
#[derive(Default)]
pub struct Everything {
    pub functions: BTreeMap<String, Function>,
    pub values: BTreeMap<String, Value>,
    /// Structs without public fields.
    pub objects: BTreeSet<String>,
    /// Names that more than one value has.
    pub ambiguous: BTreeSet<String>,
}

pub fn read(sources: &[Source]) -> Everything {
    let mut reader = Reader {
        everything: Everything::default(),
    };
    for source in sources {
        if source.path.ends_with(".ts") {
            typescript(&source.text, &mut reader.everything.values);
        } else {
            let file = syn::parse_file(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.path));
            reader.visit_file(&file);
        }
    }
    reader.everything
}

/// Every path in the sources that begins with that crate's name, with its place; groups in `use` are taken apart.
pub fn used_from(package: &str, sources: &[Source]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for source in sources {
        let file = syn::parse_file(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.path));
        let mut paths = Paths { found: Vec::new() };
        paths.visit_file(&file);
        // A file that imports a module of that name means the module.
        let module = format!("::{package}");
        if paths.found.iter().any(|(_, path)| path.ends_with(&module)) {
            continue;
        }
        let begins = format!("{package}::");
        for (line, path) in paths.found.into_iter().filter(|(_, path)| path.starts_with(&begins)) {
            found.push((format!("{}:{line}", source.path), path));
        }
    }
    found
}

/// The words of a text, in snake case.
pub fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
    words.filter(|word| !word.is_empty()).map(snake).collect()
}

struct Reader {
    everything: Everything,
}

impl Reader {
    fn keep(&mut self, name: &syn::Ident, value: Value) {
        if self.everything.values.insert(name.to_string(), value).is_some() {
            self.everything.ambiguous.insert(name.to_string());
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let syn::Fields::Named(fields) = &item.fields else {
            return;
        };
        if !is_public(&item.vis) {
            return;
        }
        let public: BTreeMap<String, Field> = fields
            .named
            .iter()
            .filter(|field| is_public(&field.vis))
            .filter_map(|field| Some((field.ident.as_ref()?.to_string(), field_of(&field.ty))))
            .collect();
        if public.is_empty() {
            self.everything.objects.insert(item.ident.to_string());
        } else {
            self.keep(&item.ident, Value::Fields(public));
        }
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        if is_public(&item.vis) {
            let variants = item
                .variants
                .iter()
                .map(|variant| snake(&variant.ident.to_string()))
                .collect();
            self.keep(&item.ident, Value::Variants(variants));
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let syn::Type::Path(object) = &*item.self_ty else {
            return;
        };
        let Some(object) = object.path.segments.last().filter(|_| item.trait_.is_none()) else {
            return;
        };
        for inner in &item.items {
            if let syn::ImplItem::Fn(function) = inner
                && is_public(&function.vis)
            {
                let name = format!("{}::{}", object.ident, function.sig.ident);
                self.everything.functions.insert(name, function_of(function));
            }
        }
    }

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        typescript(&literal.value(), &mut self.everything.values);
    }
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

fn function_of(function: &syn::ImplItemFn) -> Function {
    let mut parameters = Vec::new();
    let mut mentions = BTreeSet::new();
    for input in &function.sig.inputs {
        if let syn::FnArg::Typed(typed) = input {
            let name = typed
                .pat
                .to_token_stream()
                .to_string()
                .trim_start_matches("mut ")
                .trim_matches('_')
                .to_owned();
            if name != "rng" {
                mentioned(&typed.ty, &mut mentions);
                let mut shape = shape(&typed.ty);
                if shape == Shape::Unknown {
                    shape = typescript_parameter(&typed.attrs).unwrap_or(Shape::Unknown);
                }
                parameters.push((name, shape));
            }
        }
    }
    let mut result = match &function.sig.output {
        syn::ReturnType::Default => Shape::Nothing,
        syn::ReturnType::Type(_, ty) => {
            mentioned(succeeding(ty), &mut mentions);
            shape(ty)
        }
    };
    if result == Shape::Unknown {
        result = typescript_result(&function.attrs).unwrap_or(Shape::Unknown);
    }
    Function {
        parameters,
        result,
        mentions,
    }
}

/// What `unchecked_return_type = "…"` says.
fn typescript_result(attributes: &[syn::Attribute]) -> Option<Shape> {
    Some(match said(attributes, "unchecked_return_type")?.as_str() {
        "void" => Shape::Nothing,
        name => typescript_shape(name),
    })
}

/// What `unchecked_param_type = "…"` or `unchecked_optional_param_type = "…"` says.
fn typescript_parameter(attributes: &[syn::Attribute]) -> Option<Shape> {
    if said(attributes, "unchecked_optional_param_type").is_some() {
        return Some(Shape::Optional);
    }
    said(attributes, "unchecked_param_type").map(|name| typescript_shape(&name))
}

/// The text that follows a word in an attribute.
fn said(attributes: &[syn::Attribute], word: &str) -> Option<String> {
    attributes.iter().find_map(|attribute| {
        let text = attribute.meta.to_token_stream().to_string();
        let (_, after) = text.split_once(word)?;
        after.split('"').nth(1).map(str::to_owned)
    })
}

fn field_of(ty: &syn::Type) -> Field {
    let mut mentions = BTreeSet::new();
    mentioned(ty, &mut mentions);
    Field {
        shape: shape(ty),
        mentions,
    }
}

fn shape(ty: &syn::Type) -> Shape {
    let ty = succeeding(ty);
    if matches!(ty, syn::Type::Tuple(tuple) if tuple.elems.is_empty()) {
        return Shape::Nothing;
    }
    match last_name(ty).as_deref() {
        Some("Option") => Shape::Optional,
        Some("JsValue") => Shape::Unknown,
        _ => Shape::Present,
    }
}

/// The type of success: what stands in a `Result`, without references and shared ownership.
fn succeeding(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(reference) => succeeding(&reference.elem),
        syn::Type::Path(path) => {
            let Some(last) = path.path.segments.last() else {
                return ty;
            };
            let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return ty;
            };
            match arguments.args.first() {
                Some(syn::GenericArgument::Type(inner))
                    if ["Result", "Arc", "Box"].iter().any(|name| last.ident == name) =>
                {
                    succeeding(inner)
                }
                _ => ty,
            }
        }
        _ => ty,
    }
}

fn last_name(ty: &syn::Type) -> Option<String> {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

fn mentioned(ty: &syn::Type, names: &mut BTreeSet<String>) {
    struct Names<'a>(&'a mut BTreeSet<String>);
    impl<'ast> Visit<'ast> for Names<'_> {
        fn visit_path_segment(&mut self, segment: &'ast syn::PathSegment) {
            self.0.insert(segment.ident.to_string());
            visit::visit_path_segment(self, segment);
        }
    }
    Names(names).visit_type(ty);
}

/// Reads `interface Name { … }` and `type Name = …;`.
fn typescript(text: &str, values: &mut BTreeMap<String, Value>) {
    let text = &without_comments(text);
    for (start, _) in text.match_indices("interface ") {
        let rest = &text[start + "interface ".len()..];
        let Some((name, body)) = rest.split_once('{') else {
            continue;
        };
        let Some(name) = name.split_whitespace().next() else {
            continue;
        };
        let Some(body) = balanced(body) else { continue };
        let fields = members(body).into_iter().filter_map(|member| {
            let (name, kind) = member.split_once(':')?;
            let name = name.trim().trim_start_matches("readonly ");
            let shape = if name.ends_with('?') {
                Shape::Optional
            } else {
                typescript_shape(kind)
            };
            Some((
                snake(name.trim_end_matches('?').trim()),
                Field {
                    shape,
                    mentions: BTreeSet::new(),
                },
            ))
        });
        values.insert(name.to_owned(), Value::Fields(fields.collect()));
    }
    for (start, _) in text.match_indices("export type ") {
        let rest = &text[start + "export type ".len()..];
        let Some((name, rest)) = rest.split_once('=') else {
            continue;
        };
        let name = name.trim().to_owned();
        let text = members(rest).first().map_or(String::new(), |first| (*first).to_owned());
        values.insert(name, Value::Text(text));
    }
}

fn typescript_shape(kind: &str) -> Shape {
    let optional = kind.split('|').any(|part| matches!(part.trim(), "null" | "undefined"));
    if optional { Shape::Optional } else { Shape::Present }
}

/// The text up to the brace that closes what was opened before it.
fn balanced(text: &str) -> Option<&str> {
    let mut depth = 1;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&text[..at]);
        }
    }
    None
}

/// The parts between semicolons outside braces.
fn members(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, character) in text.char_indices() {
        match character {
            '{' | '(' => depth += 1,
            '}' | ')' => depth -= 1,
            ';' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

/// Comments may hold semicolons, braces and colons, so they go first.
fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((at, end)) = [("/*", "*/"), ("//", "\n")]
        .iter()
        .filter_map(|(begin, end)| rest.find(begin).map(|at| (at, *end)))
        .min()
    {
        out.push_str(&rest[..at]);
        rest = rest[at + 2..].split_once(end).map_or("", |(_, after)| after);
        out.push('\n');
    }
    out + rest
}

/// `NotProven`, `notProven` and `not-proven` are `not_proven`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.push(if character == '-' {
            '_'
        } else {
            character.to_ascii_lowercase()
        });
    }
    out
}

struct Paths {
    found: Vec<(usize, String)>,
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        fn flatten(line: usize, before: &str, tree: &syn::UseTree, found: &mut Vec<(usize, String)>) {
            let join = |name: &syn::Ident| {
                if before.is_empty() {
                    name.to_string()
                } else {
                    format!("{before}::{name}")
                }
            };
            match tree {
                syn::UseTree::Path(path) => flatten(line, &join(&path.ident), &path.tree, found),
                syn::UseTree::Name(name) => found.push((line, join(&name.ident))),
                syn::UseTree::Rename(name) => found.push((line, join(&name.ident))),
                syn::UseTree::Glob(_) => found.push((line, before.to_owned())),
                syn::UseTree::Group(group) => group.items.iter().for_each(|item| flatten(line, before, item, found)),
            }
        }
        flatten(item.span().start().line, "", &item.tree, &mut self.found);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.found.push((path.span().start().line, names.join("::")));
        visit::visit_path(self, path);
    }
}
