//! How the first half of the module asks for the second (`cargo xtask wasm` cuts it in two).

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Brings the second half, at once: whoever loads the module puts this function into the global object.
    #[wasm_bindgen(js_namespace = globalThis, js_name = satchelRest)]
    fn satchel_rest();
}

/// Asks for the second half. It keeps the import in the module; nobody needs to call it.
#[wasm_bindgen(js_name = askForRest)]
pub fn ask_for_rest() {
    satchel_rest();
}
