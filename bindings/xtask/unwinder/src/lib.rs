//! Brings the crate `unwinding` into a static library: its `_Unwind_` functions are what Rust's standard library asks for.
#![no_std]

extern crate unwinding;

/// A panic inside the unwinder has nowhere to go.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
