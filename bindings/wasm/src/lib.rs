//! The facade for browsers (WebAssembly).
