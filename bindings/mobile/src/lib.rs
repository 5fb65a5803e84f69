//! The facade for Android and iOS (UniFFI).
