//! Plain values across the border: objects, arrays, numbers to 2^53, byte arrays.

use js_sys::{Object, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use vault::facade::Changes;
use vault::fault;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::thrown::Thrown;
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = "
/** A new vault and its first changes, which must be stored before anything else. */
export interface Created {
    vault: Vault;
    changes: Changes;
}
";

/// The largest number that JavaScript counts exactly.
const MOST: f64 = 9_007_199_254_740_991.0;

/// A value as a JavaScript object; `None` for a number above 2^53, which no value of the façade holds.
pub(crate) fn object(value: &(impl Serialize + ?Sized)) -> Option<JsValue> {
    value.serialize(&Serializer::new().serialize_maps_as_objects(true)).ok()
}

/// A value of the façade.
///
/// # Errors
/// `vault.value`.
pub(crate) fn give(value: &(impl Serialize + ?Sized)) -> Result<JsValue, Thrown> {
    object(value).ok_or_else(wrong)
}

/// What JavaScript gave, as the façade wants it.
///
/// # Errors
/// `vault.value` when members are missing or of another type.
pub(crate) fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, Thrown> {
    serde_wasm_bindgen::from_value(value).map_err(|_| wrong())
}

/// A whole number from 0 to 2^53.
///
/// # Errors
/// `vault.value`.
pub(crate) fn number(value: f64) -> Result<u64, Thrown> {
    if (0.0..=MOST).contains(&value) && value.fract() == 0.0 {
        Ok(value as u64)
    } else {
        Err(wrong())
    }
}

/// A count of the façade; counts stay far below 2^53.
pub(crate) fn plain(value: u64) -> f64 {
    value as f64
}

/// A new vault with its first changes.
///
/// # Errors
/// `vault.value`.
pub(crate) fn created(vault: Vault, changes: &Changes) -> Result<JsValue, Thrown> {
    let created = Object::new();
    let changes = give(changes)?;
    for (name, member) in [("vault", JsValue::from(vault)), ("changes", changes)] {
        Reflect::set(&created, &JsValue::from(name), &member).map_err(|_| wrong())?;
    }
    Ok(created.into())
}

fn wrong() -> Thrown {
    Thrown::core(fault::Error::Value)
}
