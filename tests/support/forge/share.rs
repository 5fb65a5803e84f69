//! What a thief has of a grant that was received: names at the relay, keys of copies, and what they open.

use protocol::hash::Hash;
use protocol::key::Signer;
use vault::crypto::content;
use vault::crypto::secret::Secret32;
use vault::item::{ChainItem, ChainName, SharedItem};
use vault::state::Read;

use super::Forger;

impl Forger {
    /// What names a grant received at the relay: the patient's mailbox, the grantee capability, the key to send, the fetch key, addresses.
    ///
    /// # Panics
    /// When there is no such grant.
    pub fn traces(&self, grant: &str) -> Vec<[u8; 32]> {
        let (id, access) = self.access(grant);
        let chain = ChainItem::read_named(&self.store, &ChainName::Received(id)).expect("a grant received");
        let mut all = vec![
            *access.mailbox.as_bytes(),
            *access.grantee.public_key().as_bytes(),
            *access.send.public_key().as_bytes(),
            *chain.read.expect("a fetch key").public_key().as_bytes(),
        ];
        all.extend(self.copies(grant).iter().map(|(address, _)| *address.as_bytes()));
        all
    }

    /// Addresses and keys of the copies listed under a grant received.
    ///
    /// # Panics
    /// When there is no such grant.
    pub fn copies(&self, grant: &str) -> Vec<(Hash, Secret32)> {
        let (id, _) = self.access(grant);
        let shared = self.store.list::<SharedItem>().expect("shared records");
        shared
            .into_iter()
            .filter(|(key, _)| key.starts_with(id.as_bytes()))
            .map(|(_, item)| (item.address, item.key))
            .collect()
    }

    /// How many of these stored values the keys of a grant received open, as part of a block or as a copy.
    ///
    /// # Panics
    /// When there is no such grant.
    pub fn opens(&self, grant: &str, labels: &[Hash], values: &[Vec<u8>]) -> usize {
        let (id, _) = self.access(grant);
        let chain = ChainItem::read_named(&self.store, &ChainName::Received(id)).expect("a grant received");
        let shared = self.store.list::<SharedItem>().expect("shared records");
        let opens = |value: &&Vec<u8>| {
            let as_block = labels.iter().any(|label| {
                ["block", "slot", "body"]
                    .iter()
                    .any(|kind| content::open(&chain.epoch, &content::context(kind, label.as_bytes()), value).is_ok())
            });
            let as_copy = shared.iter().any(|(key, item)| {
                key.starts_with(id.as_bytes())
                    && content::open(&item.key, &content::context("shared-record", key), value).is_ok()
            });
            as_block || as_copy
        };
        values.iter().filter(opens).count()
    }

    /// The path under which the chain of a grant received is read.
    ///
    /// # Panics
    /// When there is no such grant.
    pub fn share(&self, grant: &str) -> String {
        let name = ChainName::Received(grant.parse().expect("an id"));
        let chain = ChainItem::read_named(&self.store, &name).expect("a grant received");
        format!("/v1/chains/{}/blocks", chain.resource)
    }
}
