//! Reads the façade: its plain values and the functions of `Vault`, file by file.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Attribute, Expr, FnArg, ImplItem, ImplItemFn, Item, Lit, Meta, ReturnType, Type, Visibility};

use super::types::Ty;

/// The object that apps call.
const OBJECT: &str = "Vault";
/// The flat error, which each binding throws in its language's way.
const ERROR: &str = "Error";

/// What a file of the façade makes public.
pub(crate) struct Module {
    pub(crate) name: String,
    /// The first line of its documentation.
    pub(crate) about: String,
    pub(crate) values: Vec<Value>,
    pub(crate) functions: Vec<Function>,
}

/// A plain value.
pub(crate) struct Value {
    pub(crate) name: String,
    pub(crate) docs: Vec<String>,
    pub(crate) fields: Vec<Field>,
}

/// A field of a plain value.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) docs: Vec<String>,
    pub(crate) ty: Ty,
}

/// How a function takes the object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    None,
    Shared,
    Exclusive,
}

/// A function of `Vault`.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) docs: Vec<String>,
    pub(crate) receiver: Receiver,
    pub(crate) parameters: Vec<Parameter>,
    /// Whether it takes randomness, which the binding brings.
    pub(crate) random: bool,
    pub(crate) result: Ty,
    pub(crate) fallible: bool,
}

/// A parameter, and whether the façade borrows it.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    pub(crate) borrowed: bool,
    /// `Option<&str>`.
    pub(crate) borrowed_inside: bool,
}

/// All modules of the façade that make something public, by name.
pub(crate) fn facade(folder: &Path) -> Result<Vec<Module>, Box<dyn Error>> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut modules = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file)?;
        let name = module_name(folder, &file);
        let module = module(name, &text).map_err(|error| format!("{}: {error}", file.display()))?;
        if !module.values.is_empty() || !module.functions.is_empty() {
            modules.push(module);
        }
    }
    if modules.is_empty() {
        return Err(format!("{} holds no façade", folder.display()).into());
    }
    Ok(modules)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// `writing/report.rs` is `writing_report`, `writing/mod.rs` is `writing`.
fn module_name(folder: &Path, file: &Path) -> String {
    let path = file.strip_prefix(folder).unwrap_or(file).with_extension("");
    let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let name = parts.join("_");
    name.strip_suffix("_mod").unwrap_or(&name).to_owned()
}

fn module(name: String, text: &str) -> Result<Module, String> {
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    let about = docs(&file.attrs).into_iter().next().unwrap_or_default();
    let mut module = Module {
        name,
        about,
        values: Vec::new(),
        functions: Vec::new(),
    };
    for item in &file.items {
        match item {
            Item::Struct(item) if is_public(&item.vis) && item.ident != ERROR => {
                let fields: Vec<&syn::Field> = item.fields.iter().filter(|field| is_public(&field.vis)).collect();
                if !fields.is_empty() {
                    let fields = fields.into_iter().map(field).collect::<Result<_, _>>()?;
                    module.values.push(Value {
                        name: item.ident.to_string(),
                        docs: docs(&item.attrs),
                        fields,
                    });
                }
            }
            Item::Impl(item) if item.trait_.is_none() && is_object(&item.self_ty) => {
                for inner in &item.items {
                    if let ImplItem::Fn(inner) = inner
                        && is_public(&inner.vis)
                    {
                        let read = function(inner).map_err(|error| format!("{}: {error}", inner.sig.ident))?;
                        module.functions.push(read);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(module)
}

fn field(field: &syn::Field) -> Result<Field, String> {
    let name = field.ident.as_ref().ok_or("a field without a name")?.to_string();
    let ty = Ty::read(&field.ty).map_err(|error| format!("{name}: {error}"))?;
    let holds_bytes = ty == Ty::Bytes || ty == Ty::Optional(Box::new(Ty::Bytes));
    if holds_bytes && !field.attrs.iter().any(is_as_bytes) {
        return Err(format!(
            "{name} would become an array of numbers: it lacks #[serde(with = \"serde_bytes\")]"
        ));
    }
    Ok(Field {
        name,
        docs: docs(&field.attrs),
        ty,
    })
}

/// `#[serde(…, with = "serde_bytes")]`.
fn is_as_bytes(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    list.path.is_ident("serde") && list.tokens.to_string().contains("serde_bytes")
}

fn function(item: &ImplItemFn) -> Result<Function, String> {
    let mut read = Function {
        name: item.sig.ident.to_string(),
        docs: docs(&item.attrs),
        receiver: Receiver::None,
        parameters: Vec::new(),
        random: false,
        result: Ty::Nothing,
        fallible: false,
    };
    for input in &item.sig.inputs {
        match input {
            FnArg::Receiver(receiver) if receiver.mutability.is_some() => read.receiver = Receiver::Exclusive,
            FnArg::Receiver(_) => read.receiver = Receiver::Shared,
            FnArg::Typed(typed) => {
                let syn::Pat::Ident(name) = &*typed.pat else {
                    return Err("a parameter without a name".to_owned());
                };
                if name.ident == "rng" {
                    read.random = true;
                    continue;
                }
                read.parameters.push(Parameter {
                    name: name.ident.to_string().trim_start_matches('_').to_owned(),
                    ty: Ty::read(&typed.ty)?,
                    borrowed: matches!(&*typed.ty, Type::Reference(_)),
                    borrowed_inside: has_reference_inside(&typed.ty),
                });
            }
        }
    }
    if let ReturnType::Type(_, ty) = &item.sig.output {
        read.result = Ty::read(ty)?;
        read.fallible =
            matches!(&**ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Result"));
    }
    Ok(read)
}

fn has_reference_inside(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| match &last.arguments {
        syn::PathArguments::AngleBracketed(arguments) => {
            matches!(
                arguments.args.first(),
                Some(syn::GenericArgument::Type(Type::Reference(_)))
            )
        }
        _ => false,
    })
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_object(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(OBJECT))
}

/// Documentation, line by line; links to Rust items become their names, which is all that other languages know.
fn docs(attributes: &[Attribute]) -> Vec<String> {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(meta) = &attribute.meta
            && meta.path.is_ident("doc")
            && let Expr::Lit(literal) = &meta.value
            && let Lit::Str(text) = &literal.lit
        {
            lines.push(text.value().trim().replace("[`", "`").replace("`]", "`"));
        }
    }
    lines
}
