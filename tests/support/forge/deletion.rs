//! Wishes to delete and answers to them, forged; and what is left of a grant in a store.

use cli::Response;
use protocol::cbor;
use protocol::envelope::{EnvelopeStatement, MessageKind};
use protocol::id::{GrantId, IdentityId};
use rusqlite::types::Value;
use vault::body::{DeletionAnswer, DeletionAsked, Notice};
use vault::entry::{self, EntryKey};
use vault::item::{Address, ChainItem, ChainName, DeletionItem, DeletionWantedItem};
use vault::state::Read;

use super::{Forger, Header, PASSPHRASE};
use crate::person::Person;
use crate::relay::rows;

impl Forger {
    /// What the patient of this vault asked about a grant.
    ///
    /// # Panics
    /// When nothing was asked.
    pub fn asked(&self, grant: &str) -> DeletionAsked {
        let id: GrantId = grant.parse().expect("an id");
        let item: DeletionItem = self.store.item(id.as_bytes()).expect("a request");
        item.asked
    }

    /// What a patient asks of this vault about a grant, and who asks.
    ///
    /// # Panics
    /// When nothing was asked.
    pub fn wanted(&self, grant: &str) -> (DeletionAsked, IdentityId) {
        let id: GrantId = grant.parse().expect("an id");
        let item: DeletionWantedItem = self.store.item(id.as_bytes()).expect("a request");
        (item.wanted.asked, item.wanted.patient)
    }

    /// Answers a request as this vault's device: it says to have deleted, unless the answer is changed first.
    ///
    /// # Panics
    /// When the relay is not reached.
    pub fn answer_deletion(
        &mut self,
        (asked, patient): &(DeletionAsked, IdentityId),
        change: impl FnOnce(&mut DeletionAnswer),
        envelope: impl FnOnce(&mut EnvelopeStatement),
    ) -> Response {
        let mut answer = DeletionAnswer {
            grant: asked.grant,
            request: asked.request,
            refused: None,
            text: None,
            evidence: self.meta.evidence.clone(),
            credential: None,
        };
        change(&mut answer);
        let to = Address {
            origin: asked.origin.clone(),
            mailbox: asked.mailbox,
            send: Some(asked.send.clone()),
        };
        let body = cbor::encode(&Notice::DeletionAnswer(Box::new(answer)));
        let recipient = (*patient, asked.key.to_vec());
        self.post(asked.grant, &to, recipient, (MessageKind::Notice, body), envelope)
    }

    /// Asks the holder of a grant to delete, as this vault's device, by an address that it learned.
    ///
    /// # Panics
    /// When the relay is not reached.
    pub fn ask_deletion(
        &mut self,
        (grant, to, recipient): (GrantId, Address, (IdentityId, Vec<u8>)),
        asked: &DeletionAsked,
    ) -> Response {
        let mut asked = asked.clone();
        asked.evidence = self.meta.evidence.clone();
        let body = cbor::encode(&Notice::DeletionAsked(Box::new(asked)));
        self.post(grant, &to, recipient, (MessageKind::Notice, body), |_| ())
    }

    /// Every secret that a vault has of a grant it received: keys of the chain, of copies, to fetch, to write, to manage.
    ///
    /// # Panics
    /// When there is no such grant.
    pub fn secrets(&self, grant: &str) -> Vec<Vec<u8>> {
        let (id, access) = self.access(grant);
        let chain = ChainItem::read_named(&self.store, &ChainName::Received(id)).expect("a grant received");
        let mut all = vec![
            access.sealing.seed().as_bytes().to_vec(),
            access.grantee.seed().as_bytes().to_vec(),
            access.send.seed().as_bytes().to_vec(),
            chain.epoch.as_bytes().to_vec(),
            chain.log_key.as_bytes().to_vec(),
            chain.read.expect("a fetch key").seed().as_bytes().to_vec(),
        ];
        all.extend(self.copies(grant).iter().map(|(_, key)| key.as_bytes().to_vec()));
        all
    }
}

/// Which of these stand in any entry of a vault's store, opened by its passphrase: index and data alike.
///
/// # Panics
/// When the store does not open.
pub fn left(person: &mut Person, wanted: &[Vec<u8>]) -> Vec<usize> {
    person.close();
    let tables = rows(&person.path());
    let (_, entries) = tables.iter().find(|(name, _)| name == "entries").expect("the entries");
    let pairs: Vec<(String, Vec<u8>)> = entries
        .iter()
        .filter_map(|row| match row.as_slice() {
            [Value::Text(key), Value::Blob(value), ..] => Some((key.clone(), value.clone())),
            _ => None,
        })
        .collect();
    let (_, header) = pairs.iter().find(|(key, _)| key == "h").expect("a header");
    let key = Header::unlock(header, PASSPHRASE.as_bytes()).expect("the passphrase");
    let mut found = Vec::new();
    let mut opened = 0;
    for (name, value) in &pairs {
        let Ok(name) = EntryKey::parse(name) else { continue };
        let (_, plain) = entry::open_entry(&key, &name, value).expect("an entry of this vault");
        opened += 1;
        for (place, needle) in wanted.iter().enumerate() {
            if !found.contains(&place) && plain.windows(needle.len()).any(|window| window == needle) {
                found.push(place);
            }
        }
    }
    assert!(opened > 10, "{opened} entries were opened");
    person.reopen();
    found.sort_unstable();
    found
}
