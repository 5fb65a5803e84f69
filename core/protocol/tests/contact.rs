//! Contact links: what they say, and what is refused (CONTACT-2).
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use protocol::contact::{ContactCard, ContactUrl, Error, MAX_URL};

fn url() -> ContactUrl {
    ContactUrl {
        origin: "https://relay.example:8443".into(),
        mailbox: [7; 32].into(),
        hash: [9; 32].into(),
    }
}

#[test]
fn a_link_says_what_it_was_made_of() {
    let text = url().to_text().unwrap();
    assert!(text.starts_with("https://relay.example:8443/contact#1."));
    assert_eq!(ContactUrl::parse(&format!("  {text}\n")), Ok(url()));
}

#[test]
fn other_texts_are_refused_by_name() {
    let good = url().to_text().unwrap();
    let (_, parts) = good.split_once("#1.").unwrap();
    for (text, error) in [
        (good.replace("/contact#", "/offer#"), Error::Scheme),
        (good.replace("https://", "ftp://"), Error::Scheme),
        (good.replace("relay.example:8443", "relay.example/path"), Error::Scheme),
        (good.replace("relay.example:8443", "user@relay.example"), Error::Scheme),
        (good.replace("relay.example:8443", ""), Error::Scheme),
        (good.replace("#1.", "#2."), Error::Version),
        (good.replace("#1.", "#x."), Error::Url),
        (format!("{good}.AA"), Error::Url),
        (format!("{good}A"), Error::Url),
        (good.replace(parts, &parts[..43]), Error::Url),
        (good.replace("relay.example", &"a".repeat(MAX_URL)), Error::TooLong),
    ] {
        assert_eq!(ContactUrl::parse(&text), Err(error), "{text}");
    }
    let long = ContactUrl {
        origin: format!("https://{}", "a".repeat(MAX_URL)),
        ..url()
    };
    assert_eq!(long.to_text(), Err(Error::TooLong));
}

#[test]
fn a_card_is_capped_and_strict() {
    assert_eq!(ContactCard::parse(&[0; 20_000]), Err(Error::Malformed));
    // An absent credential has one encoding: it is left out.
    assert_eq!(ContactCard::parse(b"\x83\x40\x82\x40\x80\xf6"), Err(Error::Malformed));
    let card = ContactCard::parse(b"\x82\x40\x82\x40\x80").unwrap();
    assert_eq!(card.open(&url()), Err(Error::Hash));
    assert_eq!(card.url(), Err(Error::Malformed));
}
