//! The few types that cross the boundary.

use syn::{GenericArgument, PathArguments, Type};

/// A type of the façade.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Ty {
    Nothing,
    Bool,
    /// An integer; 64 bits are plain numbers in the browser, checked to 2^53.
    Integer(String),
    Text,
    Bytes,
    List(Box<Ty>),
    Optional(Box<Ty>),
    /// A plain value of the façade.
    Value(String),
    /// The object itself.
    Object,
    /// The object and what making it changed.
    Created,
}

impl Ty {
    /// Reads a type; a `Result` is its success.
    pub(crate) fn read(ty: &Type) -> Result<Self, String> {
        match ty {
            Type::Reference(reference) => Self::read(&reference.elem),
            Type::Slice(slice) => Ok(Self::list(Self::read(&slice.elem)?)),
            Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(Self::Nothing),
            Type::Tuple(tuple) if tuple.elems.len() == 2 && Self::read(&tuple.elems[0])? == Self::Object => {
                Ok(Self::Created)
            }
            Type::Path(path) => {
                let last = path.path.segments.last().ok_or("an empty path")?;
                let inner = match &last.arguments {
                    PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                        Some(GenericArgument::Type(inner)) => Some(Self::read(inner)?),
                        _ => None,
                    },
                    _ => None,
                };
                match (last.ident.to_string().as_str(), inner) {
                    ("Result", Some(inner)) => Ok(inner),
                    ("Vec", Some(inner)) => Ok(Self::list(inner)),
                    ("Option", Some(inner)) => Ok(Self::Optional(Box::new(inner))),
                    ("str" | "String", None) => Ok(Self::Text),
                    ("bool", None) => Ok(Self::Bool),
                    ("Self", None) => Ok(Self::Object),
                    (name @ ("u8" | "u16" | "u32" | "u64" | "i64"), None) => Ok(Self::Integer(name.to_owned())),
                    (name, None) => Ok(Self::Value(name.to_owned())),
                    (name, Some(_)) => Err(format!("{name}<…> does not cross the boundary")),
                }
            }
            _ => Err("a type that does not cross the boundary".to_owned()),
        }
    }

    fn list(inner: Self) -> Self {
        if inner == Self::Integer("u8".to_owned()) {
            Self::Bytes
        } else {
            Self::List(Box::new(inner))
        }
    }

    /// As Rust writes an owned value of it; plain values stand in `vault::facade`.
    pub(crate) fn rust(&self) -> String {
        match self {
            Self::Nothing => "()".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Integer(name) => name.clone(),
            Self::Text => "String".to_owned(),
            Self::Bytes => "Vec<u8>".to_owned(),
            Self::List(inner) => format!("Vec<{}>", inner.rust()),
            Self::Optional(inner) => format!("Option<{}>", inner.rust()),
            Self::Value(name) => format!("facade::{name}"),
            Self::Object => "Self".to_owned(),
            Self::Created => "Created".to_owned(),
        }
    }

    /// Whether it is bytes or nothing.
    pub(crate) fn is_bytes(&self) -> bool {
        matches!(self, Self::Bytes) || matches!(self, Self::Optional(inner) if **inner == Self::Bytes)
    }

    /// As [`Ty::rust`], in signatures of the phones' functions: bytes cross in one piece.
    pub(crate) fn crossing(&self) -> String {
        match self {
            Self::Bytes => "Bytes".to_owned(),
            other => other.rust(),
        }
    }

    /// As TypeScript writes it.
    pub(crate) fn typescript(&self) -> String {
        match self {
            Self::Nothing => "void".to_owned(),
            Self::Bool => "boolean".to_owned(),
            Self::Integer(_) => "number".to_owned(),
            Self::Text => "string".to_owned(),
            Self::Bytes => "Uint8Array".to_owned(),
            Self::List(inner) => format!("{}[]", inner.typescript()),
            Self::Optional(inner) => format!("{} | undefined", inner.typescript()),
            Self::Value(name) => name.clone(),
            Self::Object => "Vault".to_owned(),
            Self::Created => "Created".to_owned(),
        }
    }
}
