//! One façade, three bindings: the same names, fields and nullability everywhere.
//!
//! The façade is what `core/vault/src/facade` makes public: its objects (structs without public fields, such as
//! `Vault`) with their functions, and the values that those functions take and give: structs with public fields,
//! wherever in the core they stand, and the façade's own enums. A binding exports an object by an `impl` of the same name, and a value either as a Rust
//! type of the same name or, for the browser, as a TypeScript `interface` or `type` in a string or a `.ts` file.
//!
//! What the languages must say differently is not compared: number and text types, and a parameter `rng`, for which a
//! binding uses the operating system's. The browser's names may be in camel case. A result that is any JavaScript value
//! (`JsValue`) must say its type by `unchecked_return_type`, a parameter by `unchecked_param_type` or
//! `unchecked_optional_param_type`, else nobody could see whether it may be missing.

use std::collections::{BTreeMap, BTreeSet};

use super::signature::{self, Shape};
use crate::source::Source;

/// A façade of fewer functions than this was not read or is none.
pub const FEWEST_FUNCTIONS: usize = 25;

/// What is made public: functions by `Object::name`, values by name.
#[derive(Default)]
pub struct Surface {
    pub functions: BTreeMap<String, Function>,
    pub values: BTreeMap<String, Value>,
}

/// A function's parameters by name, and whether each and the result may be missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Function {
    pub parameters: Vec<(String, Shape)>,
    pub result: Shape,
    /// The names of the types in the signature.
    pub mentions: BTreeSet<String>,
}

/// A value's fields, or its variants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    Fields(BTreeMap<String, Field>),
    Variants(BTreeSet<String>),
    /// A TypeScript `type`: its text.
    Text(String),
}

/// Whether a field may be missing, and which types it names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    pub shape: Shape,
    pub mentions: BTreeSet<String>,
}

/// The façade: its objects' functions and the values these lead to, in the façade itself or elsewhere in the core.
pub fn facade(sources: &[Source], core: &[Source]) -> Surface {
    let everything = signature::read(sources);
    let elsewhere = signature::read(core);
    let mut surface = Surface::default();
    let mut waiting: Vec<String> = Vec::new();
    for (name, function) in everything.functions {
        let object = name.split("::").next().unwrap_or_default();
        if everything.objects.contains(object) {
            waiting.extend(function.mentions.iter().cloned());
            surface.functions.insert(name, function);
        }
    }
    while let Some(name) = waiting.pop() {
        if surface.values.contains_key(&name) {
            continue;
        }
        let lent = elsewhere.values.get(&name).filter(|value| {
            // An enum of the core may cross as its word; a name that several values have says nothing.
            matches!(value, Value::Fields(_)) && !elsewhere.ambiguous.contains(&name)
        });
        if let Some(value) = everything.values.get(&name).or(lent) {
            if let Value::Fields(fields) = value {
                waiting.extend(fields.values().flat_map(|field| field.mentions.iter().cloned()));
            }
            surface.values.insert(name, value.clone());
        }
    }
    surface
}

/// What a binding exports.
pub fn binding(sources: &[Source]) -> Surface {
    let everything = signature::read(sources);
    Surface {
        functions: everything.functions,
        values: everything.values,
    }
}

/// Where a binding differs from the façade.
pub fn differences(name: &str, facade: &Surface, binding: &Surface) -> Vec<String> {
    let mut found = Vec::new();
    for (function, wanted) in &facade.functions {
        match binding.functions.get(function) {
            None => found.push(format!("{name} does not export {function}")),
            Some(given) => compare_function(&format!("{name}: {function}"), wanted, given, &mut found),
        }
    }
    let objects: BTreeSet<&str> = facade
        .functions
        .keys()
        .filter_map(|name| name.split("::").next())
        .collect();
    for function in binding
        .functions
        .keys()
        .filter(|function| !facade.functions.contains_key(*function))
    {
        if function
            .split("::")
            .next()
            .is_some_and(|object| objects.contains(object))
        {
            found.push(format!("{name} exports {function}, which the façade does not have"));
        }
    }
    for (value, wanted) in &facade.values {
        match binding.values.get(value) {
            None => found.push(format!("{name} does not export the value {value}")),
            Some(given) => compare_value(&format!("{name}: {value}"), wanted, given, &mut found),
        }
    }
    found
}

fn compare_function(place: &str, wanted: &Function, given: &Function, found: &mut Vec<String>) {
    let names = |function: &Function| {
        function
            .parameters
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    if names(wanted) != names(given) {
        found.push(format!(
            "{place} takes ({}), the façade ({})",
            names(given).join(", "),
            names(wanted).join(", ")
        ));
        return;
    }
    for ((parameter, wanted), (_, given)) in wanted.parameters.iter().zip(&given.parameters) {
        compare_shape(&format!("{place}({parameter})"), *wanted, *given, found);
    }
    compare_shape(&format!("{place} ->"), wanted.result, given.result, found);
}

fn compare_value(place: &str, wanted: &Value, given: &Value, found: &mut Vec<String>) {
    match (wanted, given) {
        (Value::Fields(wanted), Value::Fields(given)) => {
            for name in wanted.keys().filter(|name| !given.contains_key(*name)) {
                found.push(format!("{place} lacks the field {name}"));
            }
            for (name, field) in given {
                match wanted.get(name) {
                    None => found.push(format!("{place} has the field {name}, which the façade does not have")),
                    Some(wanted) => compare_shape(&format!("{place}.{name}"), wanted.shape, field.shape, found),
                }
            }
        }
        (Value::Variants(wanted), Value::Variants(given)) => {
            for name in wanted.symmetric_difference(given) {
                found.push(format!("{place}: the variant {name} is not on both sides"));
            }
        }
        (Value::Variants(wanted), Value::Text(text)) => {
            let words: BTreeSet<String> = signature::words(text);
            for name in wanted.iter().filter(|name| !words.contains(*name)) {
                found.push(format!("{place} does not know the variant {name}"));
            }
        }
        _ => found.push(format!("{place} is of another kind than in the façade")),
    }
}

fn compare_shape(place: &str, wanted: Shape, given: Shape, found: &mut Vec<String>) {
    if wanted != given {
        found.push(format!("{place} is {given}, in the façade {wanted}"));
    }
}

/// What the command line takes from `vault` that is not part of the façade.
pub fn beyond_the_facade(facade: &Surface, sources: &[Source]) -> Vec<String> {
    let mut exported: BTreeSet<String> = facade.values.keys().cloned().collect();
    exported.extend(
        facade
            .functions
            .keys()
            .filter_map(|name| name.split("::").next().map(str::to_owned)),
    );
    exported.extend(
        facade
            .functions
            .values()
            .flat_map(|function| function.mentions.iter().cloned()),
    );
    exported.extend(["facade", "Error"].map(str::to_owned));
    signature::used_from("vault", sources)
        .into_iter()
        .filter(|(_, path)| {
            let mut names = path.split("::").skip(1);
            !names
                .next()
                .is_some_and(|name| name == "facade" || exported.contains(name))
                || names
                    .next()
                    .is_some_and(|name| name.starts_with(char::is_uppercase) && !exported.contains(name))
        })
        .map(|(place, path)| format!("{place} uses {path}, which the other bindings do not export"))
        .collect()
}

#[cfg(test)]
mod planted {
    use super::*;

    const FACADE: &str = "
        pub struct Vault { secret: u8 }
        impl Vault {
            /// Opens.
            pub fn open(index: &[u8], now: Timestamp, rng: &mut dyn CryptoRng) -> Result<Self, Error> { todo(index) }
            pub fn record(&self, id: &str, version: Option<u32>) -> Result<Option<Shown>, Error> { a }
            pub fn list(&self, query: &Shown, limit: Option<&Shown>) -> Result<(), Error> { a }
            pub fn close(&mut self) {}
            pub(crate) fn inner(&self) {}
        }
        pub struct Shown { pub title: String, pub unit: Option<String>, pub parts: Vec<Part> }
        pub enum State { Open, NotProven }
        pub struct Unrelated { pub a: u8 }
    ";
    const CORE: &str = "
        pub struct Part { pub state: State, pub kind: Kind }
        pub enum Kind { A, B }
        mod a { pub struct Error { pub a: u8 } }
        mod b { pub struct Error { pub b: u8 } }
    ";
    const MOBILE: &str = "
        #[derive(uniffi::Object)] pub struct Vault { inner: Mutex<vault::Vault> }
        #[uniffi::export] impl Vault {
            #[uniffi::constructor] pub fn open(index: Vec<u8>, now: u64) -> Result<Arc<Self>, Error> { a }
            pub fn record(&self, id: String, version: Option<u32>) -> Result<Option<Shown>, Error> { a }
            pub fn list(&self, query: Shown, limit: Option<Shown>) -> Result<(), Error> { a }
            pub fn close(&self) {}
        }
        #[derive(uniffi::Record)] pub struct Shown { pub title: String, pub unit: Option<String>, pub parts: Vec<Part> }
        #[derive(uniffi::Record)] pub struct Part { pub state: State, pub kind: String }
        #[derive(uniffi::Enum)] pub enum State { Open, NotProven }
    ";
    const WASM: &str = r#"
        #[wasm_bindgen] pub struct Vault { inner: RefCell<vault::Vault> }
        #[wasm_bindgen] impl Vault {
            pub fn open(index: &[u8], now: f64) -> Result<Vault, JsError> { a }
            #[wasm_bindgen(unchecked_return_type = "Shown | undefined")]
            pub fn record(&self, id: &str, version: Option<u32>) -> Result<JsValue, JsError> { a }
            pub fn list(
                &self,
                #[wasm_bindgen(unchecked_param_type = "Shown")] query: JsValue,
                #[wasm_bindgen(unchecked_optional_param_type = "Shown")] limit: JsValue,
            ) -> Result<(), JsError> { a }
            pub fn close(&self) {}
        }
        #[wasm_bindgen(typescript_custom_section)]
        const TYPES: &str = "
            export interface Shown {
                /** A comment: with marks; that { are not code. */
                title: string; // another; one
                unit?: string; parts: Part[];
            }
            export interface Part { state: State; kind: string }
            export type State = 'open' | 'notProven';
        ";
    "#;

    fn one(text: &str) -> Vec<Source> {
        vec![Source::planted("bindings/a/src/lib.rs", text)]
    }

    fn mobile_with(from: &str, to: &str) -> Vec<String> {
        assert!(MOBILE.contains(from), "{from}");
        differences(
            "mobile",
            &facade(&one(FACADE), &one(CORE)),
            &binding(&one(&MOBILE.replacen(from, to, 1))),
        )
    }

    fn wasm_with(from: &str, to: &str) -> Vec<String> {
        assert!(WASM.contains(from), "{from}");
        differences(
            "wasm",
            &facade(&one(FACADE), &one(CORE)),
            &binding(&one(&WASM.replacen(from, to, 1))),
        )
    }

    #[test]
    fn the_facade_is_its_objects_and_what_they_lead_to() {
        let facade = facade(&one(FACADE), &one(CORE));
        assert_eq!(
            facade.functions.keys().collect::<Vec<_>>(),
            ["Vault::close", "Vault::list", "Vault::open", "Vault::record"]
        );
        assert_eq!(facade.values.keys().collect::<Vec<_>>(), ["Part", "Shown", "State"]);
    }

    #[test]
    fn a_name_that_several_values_have_is_not_taken_for_one() {
        let facade = facade(
            &one(&FACADE.replace("Vec<Part>", "Vec<Part>, pub error: b::Error")),
            &one(CORE),
        );
        assert!(facade.values.contains_key("Part") && !facade.values.contains_key("Error"));
    }

    #[test]
    fn equal_bindings_pass() {
        assert_eq!(mobile_with("", ""), Vec::<String>::new());
        assert_eq!(wasm_with("", ""), Vec::<String>::new());
    }

    #[test]
    fn a_missing_or_additional_function_is_seen() {
        assert_eq!(mobile_with("pub fn close(&self) {}", "").len(), 1);
        assert_eq!(
            mobile_with("pub fn close", "pub fn shut(&self) {} pub fn close").len(),
            1
        );
        assert_eq!(wasm_with("pub fn close(&self) {}", "").len(), 1);
    }

    #[test]
    fn a_parameter_of_another_name_or_nullability_is_seen() {
        assert_eq!(mobile_with("id: String", "record: String").len(), 1);
        assert_eq!(mobile_with("version: Option<u32>", "version: u32").len(), 1);
        assert_eq!(wasm_with("version: Option<u32>", "version: u32").len(), 1);
    }

    #[test]
    fn a_result_of_another_nullability_is_seen() {
        assert_eq!(
            mobile_with("Result<Option<Shown>, Error>", "Result<Shown, Error>").len(),
            1
        );
        assert_eq!(wasm_with("Shown | undefined", "Shown").len(), 1);
    }

    #[test]
    fn an_untyped_result_is_seen() {
        assert_eq!(
            wasm_with("#[wasm_bindgen(unchecked_return_type = \"Shown | undefined\")]", "").len(),
            1
        );
    }

    #[test]
    fn a_parameter_of_any_type_must_say_which() {
        assert_eq!(
            wasm_with("#[wasm_bindgen(unchecked_param_type = \"Shown\")]", "").len(),
            1
        );
        assert_eq!(
            wasm_with("unchecked_optional_param_type", "unchecked_param_type").len(),
            1
        );
        assert_eq!(
            wasm_with("unchecked_param_type", "unchecked_optional_param_type").len(),
            1
        );
    }

    #[test]
    fn a_field_that_is_missing_added_or_nullable_is_seen() {
        assert_eq!(mobile_with("pub title: String, ", "").len(), 1);
        assert_eq!(mobile_with("pub title", "pub more: u8, pub title").len(), 1);
        assert_eq!(mobile_with("unit: Option<String>", "unit: String").len(), 1);
        assert_eq!(wasm_with("unit?: string", "unit: string").len(), 1);
        assert_eq!(wasm_with("title: string;", "").len(), 1);
        assert_eq!(wasm_with("title: string", "title: string | null").len(), 1);
    }

    #[test]
    fn a_missing_value_or_variant_is_seen() {
        assert_eq!(mobile_with("pub enum State", "pub enum Status").len(), 1);
        assert_eq!(mobile_with("Open, NotProven", "Open").len(), 1);
        assert_eq!(wasm_with("'open' | 'notProven'", "'open'").len(), 1);
        assert_eq!(
            wasm_with("export interface Part { state: State; kind: string }", "").len(),
            1
        );
    }

    #[test]
    fn the_command_line_may_not_reach_behind_the_facade() {
        let facade = facade(&one(FACADE), &one(CORE));
        let good = "use vault::facade::{Shown, Vault}; fn a(b: vault::Part) { vault::Vault::open(); }";
        assert_eq!(beyond_the_facade(&facade, &one(good)), Vec::<String>::new());
        let module = "use crate::commands::{read, vault}; fn a(b: vault::Create) {}";
        assert_eq!(beyond_the_facade(&facade, &one(module)), Vec::<String>::new());
        assert_eq!(beyond_the_facade(&facade, &one("use vault::crypto::hpke;")).len(), 1);
        assert_eq!(
            beyond_the_facade(&facade, &one("fn a() { vault::state::open(); }")).len(),
            1
        );
        assert_eq!(
            beyond_the_facade(&facade, &one("use vault::facade::{Unrelated, Vault};")).len(),
            1
        );
    }
}
