//! `offer.json` and `claim.json`: the QR code, the offer behind it, the claim, the transcript and its symbols.

use protocol::cbor;
use protocol::claim::{ClaimStatement, ReplyAddress};
use protocol::credential::Role;
use protocol::grant::Purpose;
use protocol::hash::Hash;
use protocol::key::Signer;
use protocol::label::Label;
use protocol::offer::{Offer, OfferUrl};
use protocol::organization::OrganizationCard;
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{
    NOW, Party, credential_evidence, credential_statement, issue, key, organization_statement, party, random, time,
};

const SUITE: [u8; 6] = [0x64, 0x7a, 0, 1, 0, 2];
const ORIGIN: &str = "https://relay.example";

fn offer() -> Offer {
    Offer {
        version: 1,
        suite: SUITE.to_vec().into(),
        sealing_key: (0..1216u32).map(|i| (i % 251) as u8).collect::<Vec<_>>().into(),
        origin: ORIGIN.to_owned(),
        expires: time(NOW + 600),
        nonce: Offer::nonce_commitment(&random("patient nonce")),
        salt: random("offer"),
    }
}

fn url(offer: &[u8], origin: &str) -> OfferUrl {
    OfferUrl {
        origin: origin.to_owned(),
        offer: random("offer id").into(),
        secret: *random("offer secret").as_bytes(),
        hash: Offer::hash(offer),
    }
}

pub fn offers() -> Cases {
    let mut cases = Cases::default();
    let bytes = offer().encode();
    let code = url(&bytes, ORIGIN);
    let text = code.to_text().unwrap();
    urls(&mut cases, &text);
    let long = |length: usize| json!({ "origin": format!("https://{}", "a".repeat(length)), "offer": code.offer, "secret": hex(&code.secret), "hash": code.hash });
    cases.accept("OFFER-3", "offer.write_url", "300 characters", long(152));
    for length in [153, 154, 1000] {
        cases.refuse(
            "OFFER-3",
            "offer.write_url",
            &format!("a host of {length} characters"),
            long(length),
            "offer.too_long",
        );
    }
    opened(&mut cases, &bytes, &text);
    for nonce in ["patient nonce", "another nonce"] {
        cases.accept("OFFER-5", "offer.nonce", nonce, json!({ "nonce": random(nonce) }));
    }
    cases
}

fn urls(cases: &mut Cases, text: &str) {
    let parse = |text: &str| json!({ "text": text });
    cases.accept("OFFER-2", "offer.parse_url", "a code", parse(text));
    cases.accept(
        "OFFER-2",
        "offer.parse_url",
        "white space around it",
        parse(&format!(" {text}\n")),
    );
    for host in [
        "http://localhost:8080",
        "http://[2001:db8::1]:8080",
        "https://relay-1.example:8443",
    ] {
        cases.accept("OFFER-2", "offer.parse_url", host, parse(&text.replace(ORIGIN, host)));
    }
    let (front, fragment) = text.split_once("#1.").unwrap();
    let parts: Vec<&str> = fragment.split('.').collect();
    let with = |parts: &[&str]| format!("{front}#1.{}", parts.join("."));
    let last = &parts[2][..42];
    let stray = if parts[2].ends_with('A') { "B" } else { "Z" };
    for (name, refused, code) in [
        ("another scheme", text.replace("https", "satchel"), "offer.scheme"),
        ("a scheme in capitals", text.replace("https", "HTTPS"), "offer.scheme"),
        ("no scheme", text.replace("https://", ""), "offer.scheme"),
        ("another path", text.replace("/offer#", "/pay#"), "offer.scheme"),
        ("a path in front", text.replace("/offer#", "/a/offer#"), "offer.scheme"),
        (
            "a user in front of the host",
            text.replace("relay.example", "relay.example@evil.example"),
            "offer.scheme",
        ),
        (
            "a backslash in the host",
            text.replace("relay.example", "evil.example\\relay.example"),
            "offer.scheme",
        ),
        (
            "a line break in the host",
            text.replace("relay.example", "relay\n.example"),
            "offer.scheme",
        ),
        (
            "a letter of another alphabet in the host",
            text.replace("relay.example", "rel\u{430}y.example"),
            "offer.scheme",
        ),
        ("no host", text.replace("relay.example", ""), "offer.scheme"),
        ("a query", text.replace("/offer#", "?x/offer#"), "offer.scheme"),
        ("nothing", String::new(), "offer.scheme"),
        ("version 2", text.replace("#1.", "#2."), "offer.version"),
        ("version 10", text.replace("#1.", "#10."), "offer.version"),
        ("no version", text.replace("#1.", "#"), "offer.url"),
        ("a version that is no number", text.replace("#1.", "#one."), "offer.url"),
        ("a part missing", with(&parts[..2]), "offer.url"),
        (
            "a part more",
            with(&[parts[0], parts[1], parts[2], "AAAA"]),
            "offer.url",
        ),
        (
            "a part too short",
            with(&[parts[0], parts[1], &parts[2][..40]]),
            "offer.url",
        ),
        (
            "a part too long",
            with(&[parts[0], parts[1], &format!("{}AA", parts[2])]),
            "offer.url",
        ),
        (
            "padding",
            with(&[parts[0], parts[1], &format!("{}=", parts[2])]),
            "offer.url",
        ),
        (
            "another alphabet",
            with(&[parts[0], &format!("+{}", &parts[1][1..]), parts[2]]),
            "offer.url",
        ),
        (
            "stray bits behind the last byte",
            with(&[parts[0], parts[1], &format!("{last}{stray}")]),
            "offer.url",
        ),
        ("an empty part", with(&[parts[0], "", parts[2]]), "offer.url"),
        ("cut by the camera", text[..text.len() - 20].to_owned(), "offer.url"),
        (
            "301 characters",
            text.replace("relay", &format!("relay{}", "y".repeat(301 - text.len()))),
            "offer.too_long",
        ),
    ] {
        cases.refuse("OFFER-2", "offer.parse_url", name, parse(&refused), code);
    }
}

fn opened(cases: &mut Cases, bytes: &[u8], text: &str) {
    let input = |bytes: &[u8], url: &str, now: u64| json!({ "bytes": hex(bytes), "url": url, "now": now });
    cases.accept("OFFER-4", "offer.open", "in time", input(bytes, text, NOW + 599));
    for (name, refused) in [
        ("a bit flipped", raw::flip(bytes, 77)),
        ("a byte more", [bytes, &[0]].concat()),
        (
            "another offer",
            Offer {
                salt: random("another offer"),
                ..offer()
            }
            .encode(),
        ),
        ("nothing", Vec::new()),
    ] {
        cases.refuse("OFFER-4", "offer.open", name, input(&refused, text, NOW), "offer.hash");
    }
    for (name, now) in [("the second it dies", NOW + 600), ("long after", NOW + 86_400)] {
        cases.refuse("OFFER-4", "offer.open", name, input(bytes, text, now), "offer.expired");
    }
    let of = |bytes: &[u8]| input(bytes, &url(bytes, ORIGIN).to_text().unwrap(), NOW);
    let elsewhere = Offer {
        origin: "https://evil.example".to_owned(),
        ..offer()
    }
    .encode();
    cases.refuse(
        "OFFER-4",
        "offer.open",
        "an offer that names another relay",
        of(&elsewhere),
        "offer.origin",
    );
    cases.refuse(
        "OFFER-4",
        "offer.open",
        "version 2",
        of(&Offer { version: 2, ..offer() }.encode()),
        "offer.version",
    );
    cases.refuse(
        "CBOR-1",
        "offer.open",
        "version 1 in two bytes",
        of(&[&[bytes[0], 0x18, 1][..], &bytes[2..]].concat()),
        "offer.malformed",
    );
    cases.refuse(
        "CBOR-2",
        "offer.open",
        "a member more",
        of(&[&[bytes[0] + 1][..], &bytes[1..], &[0xf6]].concat()),
        "offer.malformed",
    );
    let large = Offer {
        sealing_key: vec![0; 4096].into(),
        ..offer()
    }
    .encode();
    cases.refuse(
        "OFFER-1",
        "offer.open",
        "larger than an offer may be",
        of(&large),
        "offer.malformed",
    );
}

fn claim_statement(doctor: &Party, offer: Hash) -> ClaimStatement {
    ClaimStatement {
        version: 1,
        offer,
        evidence: doctor.evidence.clone(),
        credential: None,
        name: "Dr Ada Diaz".to_owned(),
        sealing_key: (0..1216u32).map(|i| (i % 247) as u8).collect::<Vec<_>>().into(),
        grantee: key("grantee capability").public_key(),
        fetch: vec![key("fetch capability").public_key()],
        reply: ReplyAddress {
            origin: ORIGIN.to_owned(),
            mailbox: random("reply mailbox").into(),
        },
        purpose: Purpose::Treatment,
        nonce: random("claimant nonce"),
        time: time(NOW + 30),
        actor: doctor.device.public_key(),
        claimant: doctor.identity.id(),
        authority: doctor.actor.authority,
        organization: None,
    }
}

pub fn claims() -> Cases {
    let mut cases = Cases::default();
    let (doctor, stranger, clinic) = (party("doctor"), party("stranger"), party("organization"));
    let hash = Offer::hash(&offer().encode());
    let plain = claim_statement(&doctor, hash);
    let claim = issue(plain.clone(), &doctor.device);
    let of = |bytes: &[u8]| json!({ "bytes": hex(bytes) });
    cases.accept("CLAIM-1", "claim.verify", "a claim", of(claim.bytes()));
    cases.damage(&Object {
        op: "claim.verify",
        label: Label::Claim,
        key: &doctor.device,
        bytes: claim.bytes(),
        module: "claim",
        salt: plain.nonce,
        extra: "CBOR-3",
        parameter: None,
    });
    let changed = |change: &dyn Fn(&mut ClaimStatement)| {
        let mut statement = plain.clone();
        change(&mut statement);
        raw::signed(Label::Claim, &cbor::encode(&statement), &doctor.device)
    };
    let many: Vec<_> = (0..17).map(|n| key(&format!("fetch {n}")).public_key()).collect();
    for (rule, name, bytes) in [
        ("CLAIM-2", "no fetch key", changed(&|c| c.fetch.clear())),
        ("CLAIM-2", "17 fetch keys", changed(&|c| c.fetch.clone_from(&many))),
        (
            "CLAIM-2",
            "an origin of 201 bytes",
            changed(&|c| c.reply.origin = "a".repeat(201)),
        ),
        ("NAME-1", "a name of 201 bytes", changed(&|c| c.name = "a".repeat(201))),
        (
            "NAME-1",
            "a line break in the name",
            changed(&|c| c.name = "Dr Ada\nDiaz".to_owned()),
        ),
        (
            "NAME-1",
            "a terminal's escape in the name",
            changed(&|c| c.name = "Dr \u{1b}[2J".to_owned()),
        ),
        (
            "NAME-1",
            "a turned reading direction in the name",
            changed(&|c| c.name = "Dr \u{202e}zaiD".to_owned()),
        ),
    ] {
        cases.refuse(rule, "claim.verify", name, of(&bytes), "claim.rule");
    }
    let vouched = ClaimStatement {
        credential: Some(credential_evidence(
            &clinic,
            credential_statement(&clinic, &doctor, "Dr Ada Diaz", Role::Practitioner),
        )),
        ..plain.clone()
    };
    let check = |bytes: &[u8], offer: Hash| json!({ "claim": hex(bytes), "offer": offer });
    cases.accept("CLAIM-4", "claim.check", "nobody vouches", check(claim.bytes(), hash));
    cases.accept(
        "CLAIM-4",
        "claim.check",
        "an organization vouches",
        check(issue(vouched, &doctor.device).bytes(), hash),
    );
    let card = |organization: &Party, evidence: &Party| OrganizationCard {
        statement: issue(organization_statement(organization), &organization.device)
            .bytes()
            .to_vec()
            .into(),
        evidence: evidence.evidence.clone(),
    };
    let team = ClaimStatement {
        organization: Some(card(&clinic, &clinic)),
        ..claim_statement(&clinic, hash)
    };
    cases.accept(
        "CLAIM-9",
        "claim.check",
        "an organization claims for its team",
        check(issue(team.clone(), &clinic.device).bytes(), hash),
    );
    let refused_team = |change: &dyn Fn(&mut ClaimStatement)| {
        let mut statement = team.clone();
        change(&mut statement);
        raw::signed(Label::Claim, &cbor::encode(&statement), &clinic.device)
    };
    for (name, bytes) in [
        (
            "another organization's statement",
            refused_team(&|c| c.organization = Some(card(&stranger, &stranger))),
        ),
        (
            "a statement with another identity's evidence",
            refused_team(&|c| c.organization = Some(card(&clinic, &stranger))),
        ),
        (
            "a person with an organization's statement",
            changed(&|c| c.organization = Some(card(&clinic, &clinic))),
        ),
        (
            "a damaged statement",
            refused_team(&|c| {
                c.organization = Some(OrganizationCard {
                    statement: vec![0].into(),
                    evidence: clinic.evidence.clone(),
                })
            }),
        ),
    ] {
        cases.refuse(
            "CLAIM-9",
            "claim.check",
            name,
            check(&bytes, hash),
            "claim.organization",
        );
    }
    let theirs = credential_evidence(
        &clinic,
        credential_statement(&clinic, &stranger, "Dr Ada Diaz", Role::Practitioner),
    );
    let mut forged = theirs.clone();
    forged.issuer = stranger.evidence.clone();
    for (name, bytes, offer, code) in [
        (
            "another offer",
            claim.bytes().to_vec(),
            random("another offer"),
            "claim.offer",
        ),
        (
            "another person's evidence",
            changed(&|c| c.evidence = stranger.evidence.clone()),
            hash,
            "claim.identity",
        ),
        (
            "another person's name for oneself",
            changed(&|c| c.claimant = stranger.identity.id()),
            hash,
            "claim.identity",
        ),
        (
            "no device in the evidence",
            changed(&|c| c.evidence.devices.clear()),
            hash,
            "claim.identity",
        ),
        (
            "another device's authority",
            changed(&|c| c.authority = stranger.actor.authority),
            hash,
            "claim.identity",
        ),
        (
            "somebody else's credential",
            changed(&|c| c.credential = Some(theirs.clone())),
            hash,
            "claim.credential",
        ),
        (
            "a credential by somebody who is not the organization",
            changed(&|c| c.credential = Some(forged.clone())),
            hash,
            "credential.issuer",
        ),
    ] {
        cases.refuse("CLAIM-4", "claim.check", name, check(&bytes, offer), code);
    }
    transcripts(&mut cases, &hash, claim.bytes());
    cases
}

/// The same inputs with one changed must give another transcript, and so, but for one in 2^24, other symbols.
fn transcripts(cases: &mut Cases, offer: &Hash, claim: &[u8]) {
    let input = |suite: &[u8], offer: &Hash, secret: &str, claim: &[u8], nonce: &str| -> Value {
        json!({ "suite": hex(suite), "offer": offer, "secret": random(secret), "claim": hex(claim), "nonce": random(nonce) })
    };
    let mut seen = Vec::new();
    for (name, input) in [
        (
            "a consent",
            input(&SUITE, offer, "offer secret", claim, "patient nonce"),
        ),
        (
            "another suite",
            input(&[0; 6], offer, "offer secret", claim, "patient nonce"),
        ),
        (
            "another offer",
            input(&SUITE, &random("another offer"), "offer secret", claim, "patient nonce"),
        ),
        (
            "another secret",
            input(&SUITE, offer, "another secret", claim, "patient nonce"),
        ),
        (
            "another claim",
            input(&SUITE, offer, "offer secret", &claim[1..], "patient nonce"),
        ),
        (
            "another nonce",
            input(&SUITE, offer, "offer secret", claim, "another nonce"),
        ),
    ] {
        seen.push(cases.accept("CLAIM-6", "claim.transcript", name, input));
    }
    assert!(
        seen.iter().enumerate().all(|(n, one)| !seen[..n].contains(one)),
        "two transcripts are the same"
    );
}
