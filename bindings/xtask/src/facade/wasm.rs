//! The browser's wrappers: Rust for `wasm-bindgen`, TypeScript for the plain values.

use super::read::{Function, Module, Parameter, Receiver};
use super::types::Ty;
use super::{ORIGIN, rust_docs};

/// The functions of one module.
pub(crate) fn rust(module: &Module) -> String {
    let body: String = module.functions.iter().map(function).collect();
    let calls = |name: &&str| {
        ["(", "::<", ")"]
            .iter()
            .any(|after| body.contains(&format!("{name}{after}")))
    };
    let mut text = format!("//! {}\n//!\n//! {ORIGIN}\n\n", module.about);
    if body.contains("facade::") {
        text.push_str("use vault::facade;\n");
    }
    if body.contains("JsValue") {
        text.push_str("use wasm_bindgen::JsValue;\n");
    }
    text.push_str("use wasm_bindgen::prelude::wasm_bindgen;\n\n");
    if !body.is_empty() {
        if body.contains("random()") {
            text.push_str("use crate::random::random;\n");
        }
        text.push_str("use crate::thrown::Thrown;\n");
        let values: Vec<&str> = ["created", "give", "number", "plain", "read"]
            .into_iter()
            .filter(calls)
            .collect();
        if !values.is_empty() {
            text.push_str(&format!("use crate::value::{{{}}};\n", values.join(", ")));
        }
        text.push_str("use crate::vault::Vault;\n\n");
    }
    if !module.values.is_empty() {
        text.push_str("#[wasm_bindgen(typescript_custom_section)]\n");
        text.push_str(&format!(
            "const TYPES: &'static str = include_str!(\"{}.ts\");\n\n",
            module.name
        ));
    }
    if !body.is_empty() {
        text.push_str(&format!("#[wasm_bindgen]\nimpl Vault {{\n{}\n}}\n", body.trim_end()));
    }
    text
}

fn function(function: &Function) -> String {
    let mut attributes = Vec::new();
    let camel = camel(&function.name);
    if camel != function.name {
        attributes.push(format!("js_name = {camel}"));
    }
    let (result, opaque) = result(&function.result);
    if opaque {
        attributes.push(format!("unchecked_return_type = \"{}\"", function.result.typescript()));
    }
    let mut text = rust_docs(&function.docs, "    ");
    if !attributes.is_empty() {
        text.push_str(&format!("    #[wasm_bindgen({})]\n", attributes.join(", ")));
    }
    let mut inputs: Vec<String> = Vec::new();
    if function.receiver != Receiver::None {
        inputs.push("&self".to_owned());
    }
    inputs.extend(function.parameters.iter().map(declaration));
    text.push_str(&format!(
        "    pub fn {}({}) -> Result<{result}, Thrown> {{\n",
        function.name,
        inputs.join(", ")
    ));
    for parameter in &function.parameters {
        if let Some(reading) = reading(parameter) {
            text.push_str(&format!("        let {} = {reading};\n", parameter.name));
        }
    }
    let mut arguments: Vec<String> = function.parameters.iter().map(argument).collect();
    if function.random {
        arguments.push("&mut random()?".to_owned());
    }
    let question = if function.fallible { "?" } else { "" };
    let (object, method) = match function.receiver {
        Receiver::None => ("facade::Vault::", ""),
        Receiver::Shared => ("self.shared()?", "."),
        Receiver::Exclusive => ("self.exclusive()?", "."),
    };
    let call = format!("{object}{method}{}({}){question}", function.name, arguments.join(", "));
    text.push_str(&match &function.result {
        Ty::Nothing => format!("        {call};\n        Ok(())\n"),
        Ty::Object => format!("        Ok(Self::around({call}))\n"),
        Ty::Created => {
            format!("        let (vault, changes) = {call};\n        created(Self::around(vault), &changes)\n")
        }
        Ty::Integer(name) if name == "u64" => format!("        Ok(plain({call}))\n"),
        _ if opaque => format!("        give(&{call})\n"),
        _ => format!("        Ok({call})\n"),
    });
    text.push_str("    }\n\n");
    text
}

/// The Rust type of a result, and whether its TypeScript type must be said beside it.
fn result(ty: &Ty) -> (String, bool) {
    match ty {
        Ty::Integer(name) if name == "u64" => ("f64".to_owned(), false),
        ty if is_plain(ty) || *ty == Ty::Object || *ty == Ty::Nothing => (ty.rust(), false),
        _ => ("JsValue".to_owned(), true),
    }
}

/// What `wasm-bindgen` translates by itself.
fn is_plain(ty: &Ty) -> bool {
    match ty {
        Ty::Bool | Ty::Text | Ty::Bytes => true,
        Ty::Integer(name) => name != "u64" && name != "i64",
        Ty::List(inner) => **inner == Ty::Text,
        Ty::Optional(inner) => is_plain(inner),
        _ => false,
    }
}

fn is_long(ty: &Ty) -> bool {
    matches!(ty, Ty::Integer(name) if name == "u64")
}

fn declaration(parameter: &Parameter) -> String {
    let Parameter { name, ty, borrowed, .. } = parameter;
    match ty {
        Ty::Text if *borrowed => format!("{name}: &str"),
        Ty::Bytes if *borrowed => format!("{name}: &[u8]"),
        ty if is_long(ty) => format!("{name}: f64"),
        Ty::Optional(inner) if is_long(inner) => format!("{name}: Option<f64>"),
        ty if is_plain(ty) => format!("{name}: {}", ty.rust()),
        Ty::Optional(inner) => {
            format!(
                "#[wasm_bindgen(unchecked_optional_param_type = \"{}\")] {name}: JsValue",
                inner.typescript()
            )
        }
        ty => format!(
            "#[wasm_bindgen(unchecked_param_type = \"{}\")] {name}: JsValue",
            ty.typescript()
        ),
    }
}

/// How a parameter becomes what the façade takes, where that is not what it is already.
fn reading(parameter: &Parameter) -> Option<String> {
    let Parameter { name, ty, .. } = parameter;
    match ty {
        ty if is_long(ty) => Some(format!("number({name})?")),
        Ty::Optional(inner) if is_long(inner) => Some(format!("{name}.map(number).transpose()?")),
        ty if is_plain(ty) => None,
        ty => Some(format!("read::<{}>({name})?", ty.rust())),
    }
}

fn argument(parameter: &Parameter) -> String {
    let Parameter {
        name,
        ty,
        borrowed,
        borrowed_inside,
    } = parameter;
    let is_slice_already = *borrowed && matches!(ty, Ty::Text | Ty::Bytes);
    match (is_slice_already, borrowed_inside, borrowed) {
        (true, ..) => name.clone(),
        (_, true, _) => format!("{name}.as_deref()"),
        (_, _, true) => format!("&{name}"),
        _ => name.clone(),
    }
}

/// The plain values of one module.
pub(crate) fn typescript(module: &Module) -> String {
    let mut text = format!("// {ORIGIN}\n");
    for value in &module.values {
        text.push_str(&format!(
            "\n{}export interface {} {{\n",
            comment(&value.docs, ""),
            value.name
        ));
        for field in &value.fields {
            let (mark, ty) = match &field.ty {
                Ty::Optional(inner) => ("?", inner.typescript()),
                ty => ("", ty.typescript()),
            };
            text.push_str(&format!(
                "{}    {}{mark}: {ty};\n",
                comment(&field.docs, "    "),
                field.name
            ));
        }
        text.push_str("}\n");
    }
    text
}

fn comment(docs: &[String], indent: &str) -> String {
    match docs {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines: String = lines
                .iter()
                .map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n")
                .collect();
            format!("{indent}/**\n{lines}{indent} */\n")
        }
    }
}

fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut upper = false;
    for character in name.chars() {
        if character == '_' {
            upper = true;
        } else if upper {
            out.push(character.to_ascii_uppercase());
            upper = false;
        } else {
            out.push(character);
        }
    }
    out
}
