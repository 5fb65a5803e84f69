//! A hostile side of a consent, and hostile messages under a grant.

use cli::Response;
use protocol::cbor::{self, Bytes};
use protocol::claim::{Claim, ClaimStatement, ReplyAddress};
use protocol::envelope::{EnvelopeStatement, MessageKind};
use protocol::grant::{GrantStatement, Grantee, Permission, Purpose, Right, Scope};
use protocol::hash::Hash;
use protocol::id::{GrantId, IdentityId, OfferId, RecordId};
use protocol::key::Signer;
use protocol::label::Label;
use protocol::offer::Offer;
use protocol::receipt::ReceiptStatement;
use protocol::statement::Signed;
use protocol::time::Period;
use vault::body::{Answer, Confirmation, ReceiptBody, SealedClaim};
use vault::crypto::hpke::{self, RecipientKey, RecipientSecret};
use vault::crypto::secret::Secret32;
use vault::crypto::signing::SigningKey;
use vault::crypto::{content, pad};
use vault::item::{AccessItem, Address, GrantItem, OfferItem};
use vault::state::Read;

use super::{Forger, random};

impl Forger {
    fn offer_item(&self, offer: &str) -> OfferItem {
        let id: OfferId = offer.parse().expect("an id");
        self.store.item(id.as_bytes()).expect("an own offer")
    }

    /// The bytes of an own offer, as they lie on the relay.
    ///
    /// # Panics
    /// When there is no such offer.
    pub fn offer(&self, offer: &str) -> Vec<u8> {
        self.offer_item(offer).offer.to_vec()
    }

    /// A claim of an offer by somebody who never saw the code: the relay, which has the offer but not the secret. All of it is in
    /// order but the code under the secret's key.
    ///
    /// # Panics
    /// When the offer is damaged.
    pub fn claim_blindly(&self, offer: &[u8]) -> Vec<u8> {
        let hash = Offer::hash(offer);
        let offer: Offer = cbor::decode(offer, 4096).expect("an offer");
        let actor = self.meta.actor().expect("a device");
        let fresh = || SigningKey::generate(&mut cli::random());
        let statement = ClaimStatement {
            version: 1,
            offer: hash,
            evidence: self.meta.evidence.clone(),
            credential: None,
            name: self.meta.name.clone(),
            sealing_key: RecipientSecret::generate(&mut cli::random())
                .public()
                .as_bytes()
                .to_vec()
                .into(),
            grantee: fresh().public_key(),
            fetch: vec![fresh().public_key()],
            reply: ReplyAddress {
                origin: offer.origin,
                mailbox: random().into(),
            },
            purpose: Purpose::Treatment,
            nonce: random(),
            time: self.now,
            actor: actor.device,
            claimant: actor.identity,
            authority: actor.authority,
            organization: None,
        };
        let claim = SealedClaim {
            claim: Signed::issue(statement, &self.meta.device)
                .expect("a claim")
                .bytes()
                .to_vec()
                .into(),
            mac: random().as_bytes().to_vec().into(),
            send: fresh(),
        };
        sealed(&offer.sealing_key, "claim", &hash, &cbor::encode(&claim), true)
    }

    /// Another nonce than the offer commits to, sealed to whoever claimed it.
    ///
    /// # Panics
    /// Before the offer was claimed.
    pub fn reveal_another_nonce(&self, offer: &str) -> Vec<u8> {
        let item = self.offer_item(offer);
        let claim = Claim::verify(&item.claim.expect("a claim")).expect("a sound claim");
        let hash = Offer::hash(&item.offer);
        sealed(&claim.sealing_key, "reveal", &hash, random().as_bytes(), false)
    }

    /// The answer to a claim, with a grant that is not the one agreed to.
    ///
    /// # Panics
    /// Before the offer was claimed.
    pub fn confirm(&self, offer: &str, change: impl FnOnce(&mut GrantStatement)) -> Vec<u8> {
        let item = self.offer_item(offer);
        let claim = Claim::verify(&item.claim.expect("a claim")).expect("a sound claim");
        let actor = self.meta.actor().expect("a device");
        let chain = self.chain();
        let mut statement = GrantStatement {
            version: 1,
            patient: actor.identity,
            grantee: Grantee::Identity(claim.claimant),
            sealing_key: RecipientKey::new(&claim.sealing_key).expect("a key").hash(),
            scope: Scope {
                categories: Vec::new(),
                records: Vec::new(),
                period: None,
                ongoing: true,
            },
            permissions: vec![Permission {
                right: Right::Read,
                period: Period {
                    from: self.now,
                    until: None,
                },
            }],
            purpose: claim.purpose,
            transcript: item.transcript.expect("a transcript"),
            time: self.now,
            salt: random(),
            actor: actor.device,
            authority: actor.authority,
        };
        change(&mut statement);
        let mailbox = RecipientSecret::generate(&mut cli::random());
        let confirmation = Confirmation {
            grant: Signed::issue(statement, &self.meta.device)
                .expect("a grant")
                .bytes()
                .to_vec()
                .into(),
            evidence: self.meta.evidence.clone(),
            name: self.meta.name.clone(),
            origin: chain.origin.clone(),
            resource: random().into(),
            chain: super::other_chain(),
            log_key: Secret32::generate(&mut cli::random()),
            epoch: Secret32::generate(&mut cli::random()),
            log: chain.log,
            mailbox: random().into(),
            send: SigningKey::generate(&mut cli::random()),
            mailbox_key: mailbox.public().as_bytes().to_vec().into(),
        };
        let answer = Answer::Confirmed(cbor::encode(&confirmation).into());
        let hash = Offer::hash(&item.offer);
        sealed(&claim.sealing_key, "answer", &hash, &cbor::encode(&answer), true)
    }

    /// Sends a message to the patient of a grant, by the capability in `access`; `change` may make it say something else than it should.
    ///
    /// # Panics
    /// When the relay is not reached.
    pub fn message(
        &mut self,
        grant: GrantId,
        access: &AccessItem,
        (kind, body): (MessageKind, Vec<u8>),
        change: impl FnOnce(&mut EnvelopeStatement),
    ) -> Response {
        let to = Address {
            origin: access.origin.clone(),
            mailbox: access.mailbox,
            send: Some(access.send.clone()),
        };
        let recipient = (access.patient, access.mailbox_key.to_vec());
        self.post(grant, &to, recipient, (kind, body), change)
    }

    /// Where the holder of an own grant is written to, and under which name and key.
    ///
    /// # Panics
    /// When there is no such grant.
    pub fn holder(&self, grant: &str) -> (GrantId, Address, (IdentityId, Vec<u8>)) {
        let id: GrantId = grant.parse().expect("an id");
        let item: GrantItem = self.store.item(id.as_bytes()).expect("an own grant");
        let claim = Claim::verify(&item.claim).expect("a sound claim");
        let to = Address {
            origin: item.reply_origin,
            mailbox: item.reply_mailbox,
            send: Some(item.reply_send),
        };
        (id, to, (claim.claimant, claim.sealing_key.to_vec()))
    }

    /// Signs, seals and delivers a message as this vault's device.
    ///
    /// # Panics
    /// When the relay is not reached.
    pub fn post(
        &mut self,
        grant: GrantId,
        to: &Address,
        (recipient, key): (IdentityId, Vec<u8>),
        (kind, body): (MessageKind, Vec<u8>),
        change: impl FnOnce(&mut EnvelopeStatement),
    ) -> Response {
        let actor = self.meta.actor().expect("a device");
        let key = RecipientKey::new(&key).expect("a key");
        self.sequence += 1;
        let mut statement = EnvelopeStatement {
            version: 1,
            kind,
            mailbox: to.mailbox,
            recipient,
            recipient_key: key.hash(),
            sequence: self.sequence,
            expires: self.now.plus(30 * 86_400),
            body: body.into(),
            time: self.now,
            salt: random(),
            actor: actor.device,
            sender: actor.identity,
            authority: actor.authority,
            grant: Some(grant),
        };
        change(&mut statement);
        let signed = Signed::issue(statement, &self.meta.device).expect("an envelope");
        let info = cbor::encode(&(
            Bytes::from(hpke::SUITE.to_vec()),
            Label::Envelope.as_str().to_owned(),
            1u8,
            Bytes::from(to.mailbox.as_bytes().to_vec()),
        ));
        let padded = pad::pad_envelope(signed.bytes()).expect("it fits");
        let sealed = hpke::seal(&key, &info, &padded, &mut cli::random()).expect("sealed");
        let path = format!("/v1/mailboxes/{}/envelopes", to.mailbox);
        let send = to.send.as_ref().expect("a capability");
        self.send(&to.origin, "POST", &path, ("application/octet-stream", sealed), send)
    }

    /// The body of a receipt for records of a grant; `change` may make it say something else, `by` sign it instead of the reader.
    ///
    /// # Panics
    /// When the statement breaks a rule of receipts.
    pub fn receipt(
        &self,
        grant: GrantId,
        access: &AccessItem,
        record: RecordId,
        by: Option<&Self>,
        change: impl FnOnce(&mut ReceiptStatement),
    ) -> Vec<u8> {
        let signer = by.unwrap_or(self);
        let actor = self.meta.actor().expect("a device");
        let mut statement = ReceiptStatement {
            version: 1,
            grant,
            patient: access.patient,
            records: vec![record],
            time: self.now,
            salt: random(),
            actor: signer.meta.actor().expect("a device").device,
            reader: actor.identity,
            authority: actor.authority,
        };
        change(&mut statement);
        let receipt = Signed::issue(statement, &signer.meta.device).expect("a receipt");
        cbor::encode(&ReceiptBody {
            receipt: receipt.bytes().to_vec().into(),
            evidence: self.meta.evidence.clone(),
        })
    }
}

/// Sealed to a key made for this offer, as both sides of a consent do.
fn sealed(key: &[u8], kind: &str, offer: &Hash, plain: &[u8], padded: bool) -> Vec<u8> {
    let key = RecipientKey::new(key).expect("a key");
    let plain = if padded {
        pad::pad(plain).expect("it fits").to_vec()
    } else {
        plain.to_vec()
    };
    let info = content::context(kind, offer.as_bytes());
    hpke::seal(&key, &info, &plain, &mut cli::random()).expect("sealed")
}
