//! An allocator that wipes what is freed.
//!
//! `wasm-bindgen` frees the copies it makes of arguments, passphrases among them, without looking at them; nothing else in the browser
//! would ever overwrite that memory. Invariant: a freed block holds zeros.

use std::alloc::{GlobalAlloc, Layout, System};

struct Wiping;

#[global_allocator]
static ALLOCATOR: Wiping = Wiping;

// SAFETY: every block comes from and goes back to the system's allocator; it is only written to while it is still ours. Growing uses
// the trait's own way, which allocates, copies and frees, so that the old place is wiped too.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise about the layout is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let words = layout.size() / size_of::<u64>();
        // SAFETY: the block has `layout.size()` bytes and is the caller's alone; unaligned writes suit any alignment. Volatile, lest
        // the compiler leave out writes that nobody reads.
        unsafe {
            for word in 0..words {
                block.cast::<[u8; 8]>().add(word).write_volatile([0; 8]);
            }
            for byte in words * size_of::<u64>()..layout.size() {
                block.add(byte).write_volatile(0);
            }
            System.dealloc(block, layout);
        }
    }
}
