//! The system's allocator, counting.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicI64, Ordering};

static ALLOCATED: AtomicI64 = AtomicI64::new(0);

/// Bytes that are allocated.
pub(crate) fn allocated() -> i64 {
    ALLOCATED.load(Ordering::SeqCst)
}

pub(crate) struct Counting;

fn count(bytes: usize, sign: i64) {
    ALLOCATED.fetch_add(sign * i64::try_from(bytes).unwrap_or(i64::MAX), Ordering::SeqCst);
}

// SAFETY: every call is the system allocator's own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(pointer, layout) }
    }
}
