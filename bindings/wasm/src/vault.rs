//! The object that JavaScript holds.
//!
//! Its functions are in [`crate::facade`]. They take `&self` only: a borrow that is still held, as after a trap, is answered
//! `vault.busy` instead of a second trap.

use std::cell::{Ref, RefCell, RefMut};

use vault::facade;
use vault::fault;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::thrown::Thrown;

/// An open vault. Call `free()` to forget its keys.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Vault {
    inner: RefCell<facade::Vault>,
}

impl Vault {
    pub(crate) fn around(inner: facade::Vault) -> Self {
        Self {
            inner: RefCell::new(inner),
        }
    }

    pub(crate) fn shared(&self) -> Result<Ref<'_, facade::Vault>, Thrown> {
        self.inner.try_borrow().map_err(|_| busy())
    }

    pub(crate) fn exclusive(&self) -> Result<RefMut<'_, facade::Vault>, Thrown> {
        self.inner.try_borrow_mut().map_err(|_| busy())
    }
}

fn busy() -> Thrown {
    Thrown::core(fault::Error::Busy)
}
