//! The signature base ([RFC 9421 §2.5](https://www.rfc-editor.org/rfc/rfc9421#section-2.5)), RELAY-12.
//!
//! One line per component, `"@signature-params"` last, no line feed at the end.

/// Joins components and signature parameters into the bytes that are signed. Values are taken as they are.
pub fn build(components: &[(&str, &str)], parameters: &str) -> String {
    let mut base = String::with_capacity(256);
    for (name, value) in components {
        base.push('"');
        base.push_str(name);
        base.push_str("\": ");
        base.push_str(value);
        base.push('\n');
    }
    base.push_str("\"@signature-params\": ");
    base.push_str(parameters);
    base
}
