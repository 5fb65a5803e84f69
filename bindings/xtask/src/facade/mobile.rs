//! The phones' wrappers for UniFFI: the plain values declared again (a difference does not compile) and the functions.

use super::read::{Field, Function, Module, Parameter, Receiver, Value};
use super::types::Ty;
use super::{ORIGIN, rust_docs};

/// One module.
pub(crate) fn rust(module: &Module) -> String {
    let (free, exported): (Vec<&Function>, Vec<&Function>) = module
        .functions
        .iter()
        .partition(|function| function.receiver == Receiver::None && function.result != Ty::Object);
    let mut body: String = module.values.iter().map(value).collect();
    for (attribute, functions) in [("", &free), ("#[uniffi::export]\n", &exported)] {
        if !functions.is_empty() {
            let functions: String = functions.iter().copied().map(function).collect();
            body.push_str(&format!("{attribute}impl Vault {{\n{}\n}}\n\n", functions.trim_end()));
        }
    }
    body.extend(free.into_iter().map(free_function));
    body.push_str(&described(module));

    let mut text = format!("//! {}\n//!\n//! {ORIGIN}\n\n", module.about);
    if body.contains("Arc<") {
        text.push_str("use std::sync::Arc;\n\n");
    }
    if body.contains("facade::") {
        text.push_str("use vault::facade;\n\n");
    }
    let crosses = |function: &Function| {
        function.result == Ty::Bytes || function.parameters.iter().any(|parameter| parameter.ty == Ty::Bytes)
    };
    if module.functions.iter().any(crosses) {
        text.push_str("use crate::bulk::Bytes;\n");
    }
    if !module.functions.is_empty() {
        text.push_str("use crate::error::VaultError;\n");
        if body.contains("random()") {
            text.push_str("use crate::random::random;\n");
        }
        let names = if body.contains("Created") {
            "{Created, Vault}"
        } else {
            "Vault"
        };
        text.push_str(&format!("use crate::vault::{names};\n\n"));
    }
    text + body.trim_end() + "\n"
}

fn value(value: &Value) -> String {
    let name = &value.name;
    if value.fields.iter().any(|field| field.ty.is_bytes()) {
        let members: Vec<String> = value.fields.iter().map(member).collect();
        return format!(
            "type {name} = facade::{name};\n\ncrate::bulk::record!({name} {{ {} }});\n\n",
            members.join(", ")
        );
    }
    format!(
        "type {name} = facade::{name};\n\n{}",
        structure(value, "#[uniffi::remote(Record)]")
    )
}

/// For values that hold bytes: their name, and which members are bytes.
fn member(field: &Field) -> String {
    let mark = if field.ty.is_bytes() { ": bytes" } else { "" };
    format!("{}{mark}", field.name)
}

/// Values that hold bytes, once more: how the other languages know their members.
fn described(module: &Module) -> String {
    let holding = |value: &&Value| value.fields.iter().any(|field| field.ty.is_bytes());
    let structures: String = module
        .values
        .iter()
        .filter(holding)
        .map(|value| structure(value, "#[derive(uniffi::Record)]"))
        .collect();
    if structures.is_empty() {
        return structures;
    }
    let used = if structures.contains("facade::") {
        "use vault::facade;\n\n"
    } else {
        ""
    };
    format!(
        "/// What `crate::bulk` carries over, as the other languages know it.\nmod described {{\n{used}{}}}\n",
        structures.trim_end()
    )
}

fn structure(value: &Value, attribute: &str) -> String {
    let mut text = format!(
        "{}{attribute}\npub struct {} {{\n",
        rust_docs(&value.docs, ""),
        value.name
    );
    for field in &value.fields {
        text.push_str(&format!(
            "{}    pub {}: {},\n",
            rust_docs(&field.docs, "    "),
            field.name,
            field.ty.rust()
        ));
    }
    text.push_str("}\n\n");
    text
}

fn function(function: &Function) -> String {
    let mut text = rust_docs(&function.docs, "    ");
    let mut inputs = Vec::new();
    if function.receiver != Receiver::None {
        inputs.push("&self".to_owned());
    } else if function.result == Ty::Object {
        text.push_str("    #[uniffi::constructor]\n");
    }
    inputs.extend(parameters(function));
    let result = if function.result == Ty::Object {
        "Arc<Self>".to_owned()
    } else {
        function.result.crossing()
    };
    text.push_str(&format!(
        "    pub fn {}({}) -> Result<{result}, VaultError> {{\n",
        function.name,
        inputs.join(", ")
    ));
    let mut arguments: Vec<String> = function.parameters.iter().map(argument).collect();
    if function.random {
        arguments.push("&mut random()?".to_owned());
    }
    let question = if function.fallible { "?" } else { "" };
    let object = if function.receiver == Receiver::None {
        "facade::Vault::"
    } else {
        "self.inner()?."
    };
    let call = format!("{object}{}({}){question}", function.name, arguments.join(", "));
    text.push_str(&match function.result {
        Ty::Nothing => format!("        {call};\n        Ok(())\n"),
        Ty::Object => format!("        Ok(Self::around({call}))\n"),
        Ty::Created => format!(
            "        let (vault, changes) = {call};\n        Ok(Created {{ vault: Self::around(vault), changes }})\n"
        ),
        Ty::Bytes => format!("        Ok({call}.into())\n"),
        _ => format!("        Ok({call})\n"),
    });
    text.push_str("    }\n\n");
    text
}

/// UniFFI knows functions of a type only as constructors, which give the object alone: what gives something else is a function of its own,
/// `create` and `join` under the names `create_vault` and `join_vault`.
fn free_function(function: &Function) -> String {
    let name = &function.name;
    let exported = if function.result == Ty::Created {
        format!("{name}_vault")
    } else {
        name.clone()
    };
    let names: Vec<&str> = function
        .parameters
        .iter()
        .map(|parameter| parameter.name.as_str())
        .collect();
    format!(
        "{}#[uniffi::export]\npub fn {exported}({}) -> Result<{}, VaultError> {{\n    Vault::{name}({})\n}}\n\n",
        rust_docs(&function.docs, ""),
        parameters(function).join(", "),
        function.result.crossing(),
        names.join(", ")
    )
}

fn parameters(function: &Function) -> Vec<String> {
    function
        .parameters
        .iter()
        .map(|parameter| format!("{}: {}", parameter.name, parameter.ty.crossing()))
        .collect()
}

fn argument(parameter: &Parameter) -> String {
    let Parameter {
        name,
        borrowed,
        borrowed_inside,
        ..
    } = parameter;
    match (borrowed_inside, borrowed) {
        (true, _) => format!("{name}.as_deref()"),
        (_, true) => format!("&{name}"),
        _ if parameter.ty == Ty::Bytes => format!("{name}.into()"),
        _ => name.clone(),
    }
}
