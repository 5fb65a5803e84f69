//! A party without a vault: it signs, seals and sends by hand, also what no vault would.

#![allow(dead_code, reason = "each test target uses its part of it")]

use getrandom::SysRng;
use protocol::cbor::{self, Bytes};
use protocol::contact::ContactCard;
use protocol::credential::CredentialEvidence;
use protocol::envelope::{Envelope, EnvelopeStatement, MessageKind};
use protocol::hash::Hash;
use protocol::id::{IdentityId, MailboxId};
use protocol::identity::{Actor, DeviceStatement, Evidence, Identity, IdentityStatement, RecoveryPolicy};
use protocol::key::Signer;
use protocol::label::Label;
use protocol::organization::{ContactStatement, Intake};
use protocol::relay::auth;
use protocol::relay::message::{Envelopes, MailboxSettings};
use protocol::relay::text;
use protocol::statement::Signed;
use protocol::time::Timestamp;
use rand_core::{Rng, UnwrapErr};
use vault::crypto::hpke::{self, RecipientKey, RecipientSecret};
use vault::crypto::pad;
use vault::crypto::signing::SigningKey;
use vault::facade::{Header, Request};
use vault::flow::appointment::message::{AppointmentAct, AppointmentAnswer, AppointmentRequest, ReplyBox};

use crate::platform::{Relay, send};

pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

pub(crate) fn random() -> Hash {
    let mut bytes = [0u8; 32];
    rng().fill_bytes(&mut bytes);
    Hash::new(bytes)
}

pub(crate) fn now() -> Timestamp {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    Timestamp::new(now.as_secs()).unwrap()
}

/// Makes the contact that is published beside a mailbox.
type Publish<'a> = &'a dyn Fn(&OwnBox) -> Vec<u8>;

/// A mailbox of a stranger.
pub(crate) struct OwnBox {
    pub(crate) id: MailboxId,
    pub(crate) read: SigningKey,
    pub(crate) send: SigningKey,
    pub(crate) sealing: RecipientSecret,
}

impl OwnBox {
    pub(crate) fn reply(&self, relay: &Relay) -> ReplyBox {
        ReplyBox {
            origin: relay.url.clone(),
            mailbox: self.id,
            sealing_key: self.sealing.public().as_bytes().to_vec().into(),
            send: self.send.clone(),
        }
    }
}

pub(crate) struct Stranger {
    pub(crate) device: SigningKey,
    pub(crate) evidence: Evidence,
    pub(crate) actor: Actor,
    sequence: u32,
}

impl Stranger {
    pub(crate) fn new() -> Self {
        let root = SigningKey::generate(&mut rng());
        let device = SigningKey::generate(&mut rng());
        let statement = IdentityStatement {
            version: 1,
            actor: root.public_key(),
            recovery: RecoveryPolicy::default(),
            salt: random(),
            next: None,
        };
        let identity = Identity::issue(statement, &root).unwrap();
        let statement = DeviceStatement {
            version: 1,
            identity: identity.id(),
            device: device.public_key(),
            sealing_key: random(),
            admin: true,
            time: now(),
            salt: random(),
            actor: root.public_key(),
            authority: None,
        };
        let signed = Signed::issue(statement, &root).unwrap();
        let evidence = Evidence {
            identity: identity.bytes().to_vec().into(),
            devices: vec![signed.bytes().to_vec().into()],
            roots: None,
        };
        let actor = evidence.verify().unwrap();
        Self {
            device,
            evidence,
            actor,
            sequence: 0,
        }
    }

    /// A mailbox on the relay; with a contact it is an intake.
    pub(crate) fn mailbox(relay: &Relay, contact: Option<Publish<'_>>) -> OwnBox {
        let mailbox = OwnBox {
            id: MailboxId::from(random()),
            read: SigningKey::generate(&mut rng()),
            send: SigningKey::generate(&mut rng()),
            sealing: RecipientSecret::generate(&mut rng()),
        };
        let settings = MailboxSettings {
            read: mailbox.read.public_key(),
            send: vec![mailbox.send.public_key()],
            intake: contact.is_some(),
            contact: contact.map(|make| text::Bytes(make(&mailbox))),
        };
        let body = serde_json::to_vec(&settings).unwrap();
        let (status, answer) = call(
            relay,
            "PUT",
            &format!("/v1/mailboxes/{}", mailbox.id),
            "",
            Some(("application/json", body)),
            Some(&mailbox.read),
        );
        assert!(
            (200..300).contains(&status),
            "{status} {}",
            String::from_utf8_lossy(&answer)
        );
        mailbox
    }

    /// A signed contact of this stranger for a mailbox.
    pub(crate) fn contact(
        &self,
        relay: &Relay,
        mailbox: &OwnBox,
        credential: Option<CredentialEvidence>,
    ) -> ContactCard {
        let statement = ContactStatement {
            version: 1,
            owner: self.actor.identity,
            name: "Desk by hand".to_owned(),
            intake: Intake {
                origin: relay.url.clone(),
                mailbox: mailbox.id,
                sealing_key: mailbox.sealing.public().as_bytes().to_vec().into(),
            },
            time: now(),
            salt: random(),
            actor: self.actor.device,
            authority: self.actor.authority,
        };
        let signed = Signed::issue(statement, &self.device).unwrap();
        ContactCard {
            statement: signed.bytes().to_vec().into(),
            evidence: self.evidence.clone(),
            credential,
        }
    }

    /// An intake with the contact that `change` made of the proper one; gives the link to what is published.
    pub(crate) fn desk(
        &self,
        relay: &Relay,
        credential: Option<CredentialEvidence>,
        change: impl Fn(&mut ContactCard),
    ) -> (OwnBox, String) {
        let link = std::cell::RefCell::new(String::new());
        let publish = |mailbox: &OwnBox| {
            let mut card = self.contact(relay, mailbox, credential.clone());
            *link.borrow_mut() = card.url().unwrap().to_text().unwrap();
            change(&mut card);
            card.encode()
        };
        let mailbox = Self::mailbox(relay, Some(&publish));
        (mailbox, link.into_inner())
    }

    /// A signed message.
    pub(crate) fn sign(
        &mut self,
        to: MailboxId,
        recipient: IdentityId,
        key: &RecipientKey,
        kind: MessageKind,
        body: Vec<u8>,
    ) -> Envelope {
        self.sequence += 1;
        let statement = EnvelopeStatement {
            version: 1,
            kind,
            mailbox: to,
            recipient,
            recipient_key: key.hash(),
            sequence: self.sequence,
            expires: now().plus(3600),
            body: body.into(),
            time: now(),
            salt: random(),
            actor: self.actor.device,
            sender: self.actor.identity,
            authority: self.actor.authority,
            grant: None,
        };
        Signed::issue(statement, &self.device).unwrap()
    }

    /// Answers what a patient's wallet asked, into the mailbox that it named.
    pub(crate) fn answer(
        &mut self,
        relay: &Relay,
        patient: IdentityId,
        request: &AppointmentRequest,
        own: &OwnBox,
        step: u32,
        act: AppointmentAct,
    ) -> Envelope {
        let answer = AppointmentAnswer {
            appointment: request.appointment,
            step,
            evidence: self.evidence.clone(),
            reply: own.reply(relay),
            act,
        };
        let key = RecipientKey::new(&request.reply.sealing_key).unwrap();
        let envelope = self.sign(
            request.reply.mailbox,
            patient,
            &key,
            MessageKind::AppointmentAnswer,
            cbor::encode(&answer),
        );
        post(relay, &envelope, &key, Some(&request.reply.send));
        envelope
    }
}

/// Seals a signed message and leaves it in the mailbox that it names.
pub(crate) fn post(relay: &Relay, envelope: &Envelope, key: &RecipientKey, send: Option<&SigningKey>) {
    let sealed = hpke::seal(
        key,
        &info(&envelope.mailbox),
        &pad::pad_envelope(envelope.bytes()).unwrap(),
        &mut rng(),
    )
    .unwrap();
    let path = format!("/v1/mailboxes/{}/envelopes", envelope.mailbox);
    let (status, answer) = call(
        relay,
        "POST",
        &path,
        "",
        Some(("application/octet-stream", sealed)),
        send,
    );
    assert_eq!(status, 202, "{}", String::from_utf8_lossy(&answer));
}

/// What lies in a stranger's mailbox, opened.
pub(crate) fn arrived(relay: &Relay, mailbox: &OwnBox) -> Vec<Envelope> {
    let path = format!("/v1/mailboxes/{}/envelopes", mailbox.id);
    let (status, body) = call(relay, "GET", &path, "limit=64&wait=0", None, Some(&mailbox.read));
    assert_eq!(status, 200);
    let envelopes: Envelopes = serde_json::from_slice(&body).unwrap();
    envelopes
        .envelopes
        .iter()
        .map(|envelope| {
            let padded = hpke::open(&mailbox.sealing, &info(&mailbox.id), &envelope.envelope.0).unwrap();
            Envelope::verify(&pad::unpad_envelope(&padded).unwrap()).unwrap()
        })
        .collect()
}

/// The request for an appointment in a message.
pub(crate) fn request(envelope: &Envelope) -> AppointmentRequest {
    cbor::decode(&envelope.body, 1 << 20).unwrap()
}

/// What the seal of an envelope binds, as the specification says (ENV-3).
fn info(mailbox: &MailboxId) -> Vec<u8> {
    cbor::encode(&(
        Bytes::from(hpke::SUITE.to_vec()),
        Label::Envelope.as_str().to_owned(),
        1u8,
        Bytes::from(mailbox.as_bytes().to_vec()),
    ))
}

fn call(
    relay: &Relay,
    method: &str,
    path: &str,
    query: &str,
    body: Option<(&str, Vec<u8>)>,
    key: Option<&SigningKey>,
) -> (u16, Vec<u8>) {
    let mut headers = Vec::new();
    let (kind, body) = body.map_or((None, None), |(kind, body)| (Some(kind), Some(body)));
    if let Some(kind) = kind {
        headers.push(Header {
            name: "content-type".into(),
            value: kind.into(),
        });
    }
    if let Some(key) = key {
        let authority = relay.url.strip_prefix("http://").unwrap();
        let mut request = auth::Request::new(method, authority, path, query);
        if let Some(body) = &body {
            request = request.with_body(body);
        }
        let mut nonce = [0u8; 16];
        rng().fill_bytes(&mut nonce);
        for (name, value) in auth::sign(&request, now(), nonce, key) {
            headers.push(Header {
                name: name.to_owned(),
                value,
            });
        }
    }
    let question = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    let request = Request {
        kind: "send".into(),
        id: 0,
        method: method.into(),
        url: format!("{}{path}{question}", relay.url),
        headers,
        body,
        until: 0,
        piece: None,
    };
    let (status, _, body) = send(&request);
    (status, body)
}

/// The contact published beside an intake, as anybody may read it.
pub(crate) fn contact(relay: &Relay, mailbox: &MailboxId) -> Vec<u8> {
    let (status, body) = call(
        relay,
        "GET",
        &format!("/v1/mailboxes/{mailbox}/contact"),
        "",
        None,
        None,
    );
    assert_eq!(status, 200);
    serde_json::from_slice::<protocol::relay::message::Contact>(&body)
        .unwrap()
        .contact
        .0
}
