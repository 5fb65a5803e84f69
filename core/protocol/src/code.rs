//! Stable error codes: what every error of the core can say about itself in one word.
//!
//! A code such as `block.signature` is the only part of an error that other programs may rely on. Codes are never
//! reused and never renamed; each has a sentence in every language catalogue.

/// An error with a stable code.
pub trait Coded: core::error::Error {
    /// The code, lower-case words joined by dots, first the module.
    fn code(&self) -> &'static str;
}

/// Declares a module's `Error`: variants, their stable codes and their English messages.
///
/// One list keeps variant, code and message together, so that none can be forgotten.
#[macro_export]
macro_rules! coded_error {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal, $message:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        $vis enum $name { $($(#[$vmeta])* #[doc = $message] $variant,)+ }

        impl $name {
            /// Every code of this enum, for the glossary.
            pub const CODES: &'static [&'static str] = &[$($code),+];
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(match self { $(Self::$variant => $message,)+ })
            }
        }

        impl core::error::Error for $name {}

        impl $crate::code::Coded for $name {
            fn code(&self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}
