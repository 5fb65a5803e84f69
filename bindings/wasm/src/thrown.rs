//! What is thrown: an `Error` with the members of the flat error.

use js_sys::{Error, Reflect};
use vault::facade;
use vault::fault::{self, Fault};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::value;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = "
/** What every call throws. Every code has a sentence in every catalogue under `error.<code>`. */
export interface VaultError extends Error {
    name: 'VaultError';
    code: string;
    /** What the sentence names. */
    params: Param[];
    /** With `vault.need`: keys of entries to provide before the call is repeated. */
    need: string[];
}
";

/// An error on its way to JavaScript.
pub struct Thrown(facade::Error);

impl Thrown {
    /// An error that the façade knows but that arose here.
    pub(crate) fn core(error: fault::Error) -> Self {
        Self(Fault::from(error).into())
    }
}

impl From<facade::Error> for Thrown {
    fn from(error: facade::Error) -> Self {
        Self(error)
    }
}

impl From<Thrown> for JsValue {
    fn from(Thrown(error): Thrown) -> Self {
        let thrown = Error::new(&error.message);
        thrown.set_name("VaultError");
        let members = [
            ("code", Self::from(error.code)),
            ("params", value::object(&error.params).unwrap_or_default()),
            ("need", Self::from(error.need)),
        ];
        for (name, member) in members {
            // A fresh error object takes any member.
            let _ = Reflect::set(&thrown, &Self::from(name), &member);
        }
        thrown.into()
    }
}
