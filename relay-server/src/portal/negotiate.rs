//! What a client takes and what it already has (RFC 9110, sections 8.8, 12.5 and 13.1).

use axum::http::{HeaderMap, HeaderName, header};
use protocol::hash::sha256;

/// The first half of the SHA-256: enough to tell versions of a file apart.
pub(super) fn hash(content: &[u8]) -> String {
    sha256(&[content]).to_string().chars().take(32).collect()
}

/// Whether a packed answer is welcome: `br` by name, else by `*`, and not with a weight of zero.
pub(super) fn takes_brotli(headers: &HeaderMap) -> bool {
    let weight = |wanted: &str| {
        members(headers, &header::ACCEPT_ENCODING)
            .map(|member| weighed(&member))
            .find(|(coding, _)| coding == wanted)
            .map(|(_, weight)| weight)
    };
    weight("br").or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

/// Whether the client already has the representation with this tag; weak tags count as their strong ones.
pub(super) fn knows(headers: &HeaderMap, tag: &str) -> bool {
    members(headers, &header::IF_NONE_MATCH).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// Whether a person opens this address in a browser: a page is asked for by name.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    members(headers, &header::ACCEPT).any(|member| {
        let (kind, weight) = weighed(&member);
        kind == "text/html" && weight > 0.0
    })
}

/// The members of a list, over all lines of a header.
fn members<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = String> + 'a {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|member| member.trim().to_owned())
}

/// What is named, and how much it is wanted.
fn weighed(member: &str) -> (String, f32) {
    let mut parts = member.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts
        .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
        .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
    (name, weight)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn with(name: HeaderName, lines: &[&'static str]) -> HeaderMap {
        lines
            .iter()
            .map(|line| (name.clone(), HeaderValue::from_static(line)))
            .collect()
    }

    #[test]
    fn brotli_is_taken_by_name_and_weight() {
        for (lines, taken) in [
            (&["gzip, deflate, br, zstd"][..], true),
            (&["br"], true),
            (&["BR;q=0.5"], true),
            (&["gzip", "br"], true),
            (&["*"], true),
            (&[], false),
            (&["gzip"], false),
            (&["br;q=0"], false),
            (&["br;q=0.0, *"], false),
            (&["*;q=0"], false),
            (&["brotli"], false),
            (&["br;q=abc"], false),
        ] {
            assert_eq!(takes_brotli(&with(header::ACCEPT_ENCODING, lines)), taken, "{lines:?}");
        }
    }

    #[test]
    fn a_known_tag_is_found_in_lists_and_lines() {
        let tag = "\"abc\"";
        for (lines, known) in [
            (&["\"abc\""][..], true),
            (&["W/\"abc\""], true),
            (&["\"x\", \"abc\""], true),
            (&["\"x\"", "\"abc\""], true),
            (&["*"], true),
            (&["\"abc-br\""], false),
            (&["abc"], false),
            (&[], false),
        ] {
            assert_eq!(knows(&with(header::IF_NONE_MATCH, lines), tag), known, "{lines:?}");
        }
    }

    #[test]
    fn only_who_asks_for_a_page_gets_one() {
        for (lines, page) in [
            (
                &["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"][..],
                true,
            ),
            (&["*/*"], false),
            (&["application/json"], false),
            (&["text/html;q=0"], false),
            (&[], false),
        ] {
            assert_eq!(wants_page(&with(header::ACCEPT, lines)), page, "{lines:?}");
        }
    }
}
