//! Contact links and cards: what they say, and what is refused (CONTACT-1 to CONTACT-6).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, dead_code)]

#[path = "export/world.rs"]
mod world;

use protocol::contact::{ContactCard, ContactUrl, Error, MAX_URL};
use protocol::key::Signer;
use protocol::organization::{self, ContactStatement, Intake};
use protocol::statement::Signed;
use world::{Party, at, party, random};

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

fn statement(desk: &Party) -> ContactStatement {
    ContactStatement {
        version: 1,
        owner: desk.id(),
        name: "Front desk".into(),
        intake: Intake {
            origin: "https://relay.example".into(),
            mailbox: [7; 32].into(),
            sealing_key: vec![8; 32].into(),
        },
        time: at(0),
        salt: random("contact"),
        actor: desk.device.public_key(),
        authority: desk.actor.authority,
    }
}

fn card(desk: &Party, statement: ContactStatement, signer: &Party) -> ContactCard {
    let signed = Signed::issue(statement, &signer.device).unwrap();
    ContactCard {
        statement: signed.bytes().to_vec().into(),
        evidence: desk.evidence.clone(),
        credential: None,
    }
}

#[test]
fn a_card_opens_by_its_own_link_only() {
    let (desk, other) = (party("desk"), party("other"));
    let genuine = card(&desk, statement(&desk), &desk);
    let url = genuine.url().unwrap();
    assert_eq!(genuine.open(&url).unwrap().statement.name, "Front desk");
    let elsewhere = ContactUrl {
        origin: "https://other.example".into(),
        ..url.clone()
    };
    let mailbox = ContactUrl {
        mailbox: [9; 32].into(),
        ..url.clone()
    };
    let hash = ContactUrl {
        hash: [9; 32].into(),
        ..url.clone()
    };
    assert_eq!(genuine.open(&elsewhere), Err(Error::Mailbox));
    assert_eq!(genuine.open(&mailbox), Err(Error::Mailbox));
    assert_eq!(genuine.open(&hash), Err(Error::Hash));

    // Signed by somebody else in the desk's name, and with somebody else's evidence.
    let posing = ContactStatement {
        actor: other.device.public_key(),
        ..statement(&desk)
    };
    let posing = card(&desk, posing, &other);
    assert_eq!(posing.open(&posing.url().unwrap()), Err(Error::Owner));
    let borrowed = ContactCard {
        evidence: other.evidence.clone(),
        ..genuine
    };
    assert_eq!(borrowed.open(&url), Err(Error::Owner));

    for name in ["", "an \u{1b}[31mescape"] {
        let unfit = ContactStatement {
            name: name.into(),
            ..statement(&desk)
        };
        assert_eq!(
            Signed::issue(unfit, &desk.device).unwrap_err(),
            organization::Error::Rule
        );
    }
}
