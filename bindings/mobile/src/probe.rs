//! Instruments for tests, compiled only into the library of `bindings/mobile/probe`.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

static LIVE: AtomicI64 = AtomicI64::new(0);
static PANIC: AtomicBool = AtomicBool::new(false);

/// Vaults that are open.
pub fn live() -> i64 {
    LIVE.load(Ordering::SeqCst)
}

/// The next call on any vault panics.
pub fn panic_next() {
    PANIC.store(true, Ordering::SeqCst);
}

/// Counts a vault as long as it is open.
#[derive(Debug)]
pub(crate) struct Counted(());

impl Counted {
    pub(crate) fn new() -> Self {
        LIVE.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[expect(clippy::panic, reason = "what it is for")]
pub(crate) fn perhaps_panic() {
    if PANIC.swap(false, Ordering::SeqCst) {
        panic!("asked for by a test");
    }
}
