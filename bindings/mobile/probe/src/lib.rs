//! The mobile binding with instruments: counters, a panic on demand, and the vectors' operations on secrets.
//!
//! A library of its own, so that `libsatchel` exports none of this: the tests of Kotlin and Swift load `libsatchel_probe` in its place, which
//! holds the whole binding (by the feature `probe` also its counter of open vaults) and the C functions below.

mod allocator;
mod vectors;

use std::ffi::{CStr, CString, c_char};
use std::panic::catch_unwind;

use allocator::Counting;

// The binding's own exports are part of this library.
satchel::uniffi_reexport_scaffolding!();

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Vaults that are open.
#[unsafe(no_mangle)]
pub extern "C" fn satchel_probe_live() -> i64 {
    satchel::probe::live()
}

/// Bytes that are allocated.
#[unsafe(no_mangle)]
pub extern "C" fn satchel_probe_allocated() -> i64 {
    allocator::allocated()
}

/// The next call on any vault panics.
#[unsafe(no_mangle)]
pub extern "C" fn satchel_probe_panic() {
    satchel::probe::panic_next();
}

/// Runs one operation of a vector, those on secrets too: `{"ok": …}` or `{"code": "…"}`; null when it panicked. The answer is given back
/// to [`satchel_probe_free`].
///
/// # Safety
/// Both are texts that end with a zero byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn satchel_probe_vector(op: *const c_char, json: *const c_char) -> *mut c_char {
    // SAFETY: promised by the caller.
    let (op, json) = unsafe { (CStr::from_ptr(op), CStr::from_ptr(json)) };
    let (op, json) = (op.to_string_lossy().into_owned(), json.to_string_lossy().into_owned());
    let answer = catch_unwind(|| vectors::run(&op, &json)).ok();
    answer
        .and_then(|text| CString::new(text).ok())
        .map_or(std::ptr::null_mut(), CString::into_raw)
}

/// Frees an answer.
///
/// # Safety
/// It came from [`satchel_probe_vector`] and is freed once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn satchel_probe_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: promised by the caller.
        drop(unsafe { CString::from_raw(text) });
    }
}
