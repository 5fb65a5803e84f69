//! One entry for each parser that meets bytes from outside: what it must survive, and what must hold when it accepts.
//!
//! Shared by the fuzz targets (`tests/fuzz/fuzz_targets`) and by `tests/corpus.rs`, which runs the same in every test run.

use minicbor::{Decode, Encode};
use protocol::cbor;
use protocol::claim::ClaimStatement;
use protocol::contact::{ContactCard, ContactUrl};
use protocol::copy_to::CopyToStatement;
use protocol::cose;
use protocol::credential::{CredentialEvidence, CredentialStatement};
use protocol::credential_request::CredentialRequestStatement;
use protocol::delegation::DelegationStatement;
use protocol::envelope::EnvelopeStatement;
use protocol::grant::GrantStatement;
use protocol::hash::Hash;
use protocol::id::ResourceId;
use protocol::identity::{DeviceRemoval, DeviceStatement, Evidence, IdentityStatement};
use protocol::key::PublicKey;
use protocol::label::Label;
use protocol::offer::{Offer, OfferUrl};
use protocol::organization::{ContactStatement, OrganizationCard, OrganizationStatement, Status};
use protocol::package::Package;
use protocol::promise::Promise;
use protocol::proven::ProvenTime;
use protocol::receipt::ReceiptStatement;
use protocol::record::RecordStatement;
use protocol::relay::auth;
use protocol::relay::link;
use protocol::relay::message;
use protocol::root::{RootAcceptance, RootStatement};
use protocol::statement::{Statement, Unverified};
use protocol::time::Timestamp;
use vault::body;
use vault::crypto::hpke::{self, RecipientKey, RecipientSecret};
use vault::crypto::root::RootSecret;
use vault::crypto::secret::Secret32;
use vault::crypto::{content, pad};

/// A parser under its target's name.
pub type Parser = (&'static str, fn(&[u8]));

/// All parsers.
pub const PARSERS: &[Parser] = &[
    ("auth", auth_headers),
    ("block", statement::<protocol::block::BlockStatement>),
    ("body", sealed_bodies),
    ("claim", statement::<ClaimStatement>),
    ("clinical", clinical_document),
    ("contact", statement::<ContactStatement>),
    ("contact_card", contact_card),
    ("contact_url", contact_url),
    ("content", sealed_content),
    ("copy_to", statement::<CopyToStatement>),
    ("cose", any_label),
    ("credential", statement::<CredentialStatement>),
    ("credential_evidence", structure::<CredentialEvidence>),
    ("credential_request", statement::<CredentialRequestStatement>),
    ("delegation", statement::<DelegationStatement>),
    ("device", statement::<DeviceStatement>),
    ("device_removal", statement::<DeviceRemoval>),
    ("envelope", statement::<EnvelopeStatement>),
    ("epoch", epoch_bodies),
    ("evidence", evidence),
    ("export", exported_file),
    ("grant", statement::<GrantStatement>),
    (
        "grant_change",
        statement::<protocol::grant_change::GrantChangeStatement>,
    ),
    ("header", vault_header),
    ("identity", statement::<IdentityStatement>),
    ("link_permit", link_permit),
    ("message", relay_messages),
    ("offer", structure::<Offer>),
    ("offer_url", offer_url),
    ("organization", statement::<OrganizationStatement>),
    ("organization_card", organization_card),
    ("package", package),
    ("padding", padding),
    ("promise", promise),
    ("proven", structure::<ProvenTime>),
    ("receipt", statement::<ReceiptStatement>),
    ("record", statement::<RecordStatement>),
    ("root", statement::<RootStatement>),
    ("root_acceptance", statement::<RootAcceptance>),
    ("sealing", sealed_message),
    ("status", structure::<Status>),
    ("text", short_texts),
    ("trust_list", trust_list),
];

/// Runs the parser of this name.
#[allow(dead_code, reason = "the targets call by name, the corpus walks the list")]
pub fn run(name: &str, data: &[u8]) {
    let (_, parser) = PARSERS
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a parser of this name");
    parser(data);
}

/// CBOR-1: what is accepted is the one encoding of its value.
fn structure<T: Encode<()> + for<'b> Decode<'b, ()>>(data: &[u8]) {
    if let Ok(value) = cbor::decode::<T>(data, 1 << 20) {
        assert_eq!(cbor::encode(&value), data);
    }
}

/// STMT-2: parsing never believes, verifying never panics; also of a payload alone, which lets a fuzzer past the signature.
fn statement<T: Statement>(data: &[u8]) {
    if let Ok(parsed) = Unverified::<T>::parse(data) {
        let hash = parsed.hash();
        if let Ok(signed) = parsed.verify() {
            assert_eq!(signed.bytes(), data);
            assert_eq!(signed.hash(), hash);
        }
    }
    if let Ok(value) = cbor::decode::<T>(data, T::MAX_BYTES) {
        assert_eq!(cbor::encode(&value), data);
        let _ = value.check();
    }
}

/// BODY-1: what lies in blocks and envelopes, once they were opened.
fn sealed_bodies(data: &[u8]) {
    structure::<body::Submission>(data);
    structure::<body::Notice>(data);
    structure::<body::Confirmation>(data);
    structure::<body::Answer>(data);
    structure::<body::SealedClaim>(data);
    structure::<body::ReceiptMessage>(data);
    structure::<body::DelegationBody>(data);
    structure::<body::DelegatedBody>(data);
    structure::<body::GrantKeysBody>(data);
    structure::<body::TeamAccessBody>(data);
    structure::<body::ShareBody>(data);
    structure::<body::RecordBody>(data);
    structure::<body::GrantBody>(data);
    structure::<body::NoteBody>(data);
}

fn epoch_bodies(data: &[u8]) {
    structure::<protocol::epoch::EpochBody>(data);
    structure::<body::EpochKeys>(data);
    structure::<body::Locator>(data);
}

/// RELAY-38: `Signature-Input` and `Signature` of a permit, a line each.
fn link_permit(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let Some((input, signature)) = text.split_once('\n') else {
        return;
    };
    let (source, target) = (ResourceId::new([0xa1; 32]), ResourceId::new([0xb2; 32]));
    let signed = (input, signature);
    let _ = link::verify("relay.example", (&source, &target), &[], signed, Timestamp::MAX);
}

fn any_label(data: &[u8]) {
    for label in Label::ALL {
        if let Ok(object) = cose::Unverified::parse(*label, data) {
            assert_eq!(object.bytes(), data);
        }
    }
}

fn evidence(data: &[u8]) {
    if let Ok(evidence) = Evidence::parse(data) {
        assert_eq!(cbor::encode(&evidence), data);
        let _ = evidence.verify();
    }
}

fn package(data: &[u8]) {
    if let Ok(package) = Package::parse(data) {
        assert_eq!(package.encode(), data);
        let _ = package.verify();
    }
}

fn promise(data: &[u8]) {
    let key = PublicKey::new([0x66; 32])
        .or_else(|_| PublicKey::new(BASE))
        .expect("the base point is a key");
    let _ = Promise::verify(data, &key);
    structure::<Promise>(data);
}

/// The encoding of Ed25519's base point.
const BASE: [u8; 32] = {
    let mut bytes = [0x66; 32];
    bytes[0] = 0x58;
    bytes
};

fn contact_card(data: &[u8]) {
    if let Ok(card) = ContactCard::parse(data) {
        assert_eq!(card.encode(), data);
        let _ = card.url().map(|url| card.open(&url));
    }
}

/// Whatever is wrong inside a file that can be read is a fact of the report.
fn exported_file(data: &[u8]) {
    let readable = protocol::export::parse(data).is_ok();
    assert_eq!(protocol::audit::verify(data, &[], Timestamp::MAX).is_ok(), readable);
}

fn organization_card(data: &[u8]) {
    if let Ok((card, _)) = OrganizationCard::open(data) {
        assert_eq!(card.encode(), data);
    }
}

/// OFFER-2: a code that was read can be written again and is read as the same.
fn offer_url(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    if let Ok(url) = OfferUrl::parse(text) {
        assert_eq!(url.to_text().as_deref(), Ok(text.trim()));
    }
}

fn contact_url(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    if let Ok(url) = ContactUrl::parse(text) {
        assert_eq!(url.to_text().as_deref(), Ok(text.trim()));
    }
}

/// Hashes, keys and dates as text.
fn short_texts(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    if let Ok(hash) = Hash::parse(text) {
        assert_eq!(hash.to_string(), text);
    }
    let _ = text.parse::<PublicKey>();
    let _ = clinical::date::parse(text);
    let _ = clinical::decimal::check(text);
    let _ = RootSecret::parse(text);
}

/// A list of organizations as somebody pastes it; the file beside it is none.
fn trust_list(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let error = vault::facade::Vault::verify_export(b"", text, 0).expect_err("no file");
    assert!(
        error.code.starts_with("trust.") || error.code == "export.truncated" || error.code == "export.magic",
        "{}",
        error.code
    );
}

/// Header lines as a server would hand them over.
fn auth_headers(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let headers = text.lines().filter_map(|line| line.split_once(": "));
    if let Ok(signed) = auth::Unverified::parse(headers) {
        let request = auth::Request::new("GET", "relay.example", "/v1/relay", "");
        let _ = signed.verify(&request, Timestamp::MAX, auth::SKEW);
    }
}

fn relay_messages(data: &[u8]) {
    let _ = serde_json::from_slice::<message::NewChain>(data);
    let _ = serde_json::from_slice::<message::NewBlock>(data);
    let _ = serde_json::from_slice::<message::Blocks>(data);
    let _ = serde_json::from_slice::<message::Capabilities>(data);
    let _ = serde_json::from_slice::<message::MailboxSettings>(data);
    let _ = serde_json::from_slice::<message::MailboxReader>(data);
    let _ = serde_json::from_slice::<message::Envelopes>(data);
    let _ = serde_json::from_slice::<message::OfferState>(data);
    let _ = serde_json::from_slice::<message::RelayInformation>(data);
}

fn clinical_document(data: &[u8]) {
    let _ = clinical::check::issues(data);
    let _ = clinical::read::read(data);
    let _ = clinical::import::preview(data, &[]);
}

fn sealed_content(data: &[u8]) {
    assert!(content::open(&Secret32::from_bytes([7; 32]), &content::context("record", b"id"), data).is_err());
}

/// PAD-2 and PAD-3: one plaintext has one padded form.
fn padding(data: &[u8]) {
    if let Ok(plain) = pad::unpad(data) {
        assert_eq!(pad::pad(&plain).ok().as_deref().map(Vec::as_slice), Some(data));
    }
    if let Ok(plain) = pad::unpad_envelope(data) {
        assert_eq!(pad::pad_envelope(&plain).ok().as_deref().map(Vec::as_slice), Some(data));
    }
}

fn sealed_message(data: &[u8]) {
    let _ = RecipientKey::new(data);
    assert!(hpke::open(&RecipientSecret::derive(&Secret32::from_bytes([7; 32])), b"info", data).is_err());
}

fn vault_header(data: &[u8]) {
    let _ = vault::entry::Header::devices(data);
    let _ = vault::entry::Header::has_passphrase(data);
    let _ = vault::entry::Header::unlock_device(data, "phone", &Secret32::from_bytes([7; 32]));
    let _ = vault::entry::stored_generation(data);
}
