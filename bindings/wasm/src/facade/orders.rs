//! Requests and how far they have come, for patient, practitioner and lab alike.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::thrown::Thrown;
use crate::value::give;
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("orders.ts");

#[wasm_bindgen]
impl Vault {
    /// Requests in the own chain, shared with this vault, or written here, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "OrderView[]")]
    pub fn orders(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.orders()?)
    }

    /// The specimens that the lab named for a request, in states and results. Of shared records only those already fetched count.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    #[wasm_bindgen(js_name = orderSpecimens, unchecked_return_type = "SpecimenView[]")]
    pub fn order_specimens(&self, request: &str) -> Result<JsValue, Thrown> {
        give(&self.shared()?.order_specimens(request)?)
    }
}
