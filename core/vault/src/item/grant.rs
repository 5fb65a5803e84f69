//! Grants given and received, the records they share, and receipts.

use clinical::summary::Summary;
use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::credential::CredentialEvidence;
use protocol::delegation::Delegation;
use protocol::grant::{Grant, Grantee, Right};
use protocol::grant_change::{GrantChange, GrantState};
use protocol::hash::Hash;
use protocol::id::{GrantId, IdentityId, MailboxId, RecordId, StatementId};
use protocol::key::PublicKey;
use protocol::time::Timestamp;

use crate::body::{ChangeBody, ComingAccess, ComingKey};
use crate::crypto::hpke::RecipientSecret;
use crate::crypto::secret::{Secret32, SecretBytes};
use crate::crypto::signing::SigningKey;
use crate::fault::Fault;
use crate::item::AttachmentAccess;
use crate::state::item;

/// A grant this patient gave.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct GrantItem {
    /// The signed grant, exact bytes.
    #[n(0)]
    pub grant: Bytes,
    /// The signed claim, exact bytes.
    #[n(1)]
    pub claim: Bytes,
    /// The grantee's name, as vouched for or as claimed.
    #[n(2)]
    pub name: String,
    /// Who vouches for the grantee.
    #[n(3)]
    pub organization: Option<String>,
    /// The grantee's mailbox for notices: relay origin.
    #[n(4)]
    pub reply_origin: String,
    /// The grantee's mailbox for notices.
    #[n(5)]
    pub reply_mailbox: MailboxId,
    /// Lets the patient write to it.
    #[n(6)]
    pub reply_send: SigningKey,
    /// Where the grantee's messages arrive.
    #[n(7)]
    pub mailbox: MailboxId,
    /// Records kept out of it.
    #[n(8)]
    pub hidden: Vec<RecordId>,
    /// Records shared so far.
    #[n(9)]
    pub shared: Vec<RecordId>,
    /// When the grantee last said to have opened something.
    #[n(10)]
    pub last_opened: Option<Timestamp>,
    /// When it ended, if it did.
    #[n(11)]
    pub ended: Option<Timestamp>,
    /// Paused for now.
    #[n(12)]
    pub paused: bool,
    /// Sequence number of the block in the own chain.
    #[n(13)]
    pub sequence: u32,
    /// The HPKE key that epochs are sealed to, where it is no longer the claim's.
    #[n(14)]
    pub recipient: Option<Bytes>,
    /// Seed of its chain's `recover` capability, sealed to the recovery key.
    #[n(15)]
    pub recover: Bytes,
    /// Signed changes since, oldest first: the last one says what holds.
    #[n(30)]
    pub changes: Vec<Bytes>,
    /// Changes that the grant chain does not hold yet.
    #[n(31)]
    pub unpublished: Vec<ChangeBody>,
    /// When the relay had confirmed that nothing of it is left there.
    #[n(32)]
    pub stopped: Option<Timestamp>,
    /// What is shared must be compared with what may be, as soon as the chain's pending blocks were admitted.
    #[n(33)]
    pub unsettled: bool,
    /// Its chain was deleted from the relay, long after its end.
    #[n(34)]
    pub removed: bool,
    /// When it stood at a recovery and was neither kept nor stopped since.
    #[n(35)]
    pub undecided: Option<Timestamp>,
    /// HPKE keys of the grantee that epochs are to be sealed to, ascending by time.
    #[n(36)]
    pub coming: Vec<ComingKey>,
    /// Fetch keys that go with the next epoch.
    #[n(37)]
    pub drop: Vec<PublicKey>,
    /// What the next epoch replaces besides: a device of the grantee was taken out.
    #[n(38)]
    pub access: Option<ComingAccess>,
    /// Devices of the grantee that were taken out: nobody hears them any more.
    #[n(39)]
    pub gone: Vec<StatementId>,
    /// How many bytes of files its holder may send, where the patient said so.
    #[n(70)]
    pub files: Option<u64>,
}

item!(GrantItem, "grant");

impl GrantItem {
    /// The grant as it stands.
    ///
    /// # Errors
    /// `grant.*` when a stored statement is damaged.
    pub fn state(&self) -> Result<GrantState, Fault> {
        state(&self.grant, &self.changes)
    }
}

fn state(grant: &[u8], changes: &[Bytes]) -> Result<GrantState, Fault> {
    let newest = changes.last().map(|change| GrantChange::verify(change)).transpose()?;
    Ok(GrantState::restore(&Grant::verify(grant)?, newest.as_ref())?)
}

/// Where one record's copy for a grant lies; the id is grant || record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CopyItem {
    /// Address of the sealed copy.
    #[n(0)]
    pub address: Hash,
    /// The block of the grant chain that holds its key.
    #[n(1)]
    pub sequence: u32,
    /// Addresses of the parts of its files.
    #[n(2)]
    pub parts: Vec<Hash>,
}

item!(CopyItem, "copy");

/// The first fetch of a copy, by a request that the reader's key signed; the id is grant || record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct DeliveryItem {
    /// When, as the reader's device said.
    #[n(0)]
    pub time: Timestamp,
    /// Whether the key is one that the holder named in the signed claim; others are known from the relay alone.
    #[n(1)]
    pub claimed: bool,
}

item!(DeliveryItem, "delivery");

/// A receipt that reached the own chain.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ReceiptItem {
    /// Under which grant.
    #[n(0)]
    pub grant: GrantId,
    /// Which records.
    #[n(1)]
    pub records: Vec<RecordId>,
    /// When they were opened, as the reader says.
    #[n(2)]
    pub time: Timestamp,
    /// Who read.
    #[n(3)]
    pub reader: IdentityId,
    /// The block that files it.
    #[n(4)]
    pub sequence: u32,
    /// The reader's name and who vouches for it, where the reader is not the holder of the grant.
    #[n(5)]
    pub name: Option<(String, String)>,
}

item!(ReceiptItem, "receipt");

/// Who vouches for the reader of a receipt, with everything that proves it; the id is the receipt's.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct ReaderItem(#[n(0)] pub CredentialEvidence);

item!(ReaderItem, "reader", data);

/// A grant this practitioner or lab received.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct AccessItem {
    /// The signed grant, exact bytes.
    #[n(0)]
    pub grant: Bytes,
    /// The patient.
    #[n(1)]
    pub patient: IdentityId,
    /// The patient's name, as given with the grant.
    #[n(2)]
    pub name: String,
    /// Opens epochs of the grant chain and messages in the reply mailbox.
    #[n(3)]
    pub sealing: RecipientSecret,
    /// Capability over the fetch keys.
    #[n(4)]
    pub grantee: SigningKey,
    /// Patient's mailbox for this grant: relay origin.
    #[n(5)]
    pub origin: String,
    /// Patient's mailbox for this grant.
    #[n(6)]
    pub mailbox: MailboxId,
    /// Lets the grantee write to it.
    #[n(7)]
    pub send: SigningKey,
    /// HPKE key of that mailbox.
    #[n(8)]
    pub mailbox_key: Bytes,
    /// Where notices from the patient arrive.
    #[n(9)]
    pub reply: MailboxId,
    /// When it was received.
    #[n(10)]
    pub time: Timestamp,
    /// When the chain said that it ended.
    #[n(11)]
    pub ended: Option<Timestamp>,
    /// What the patient's wallet gave, exact bytes of the confirmation.
    #[n(20)]
    pub confirmation: Bytes,
    /// The delegation by which this vault acts, where it is not the holder.
    #[n(21)]
    pub delegation: Option<Bytes>,
    /// HPKE keys of the grant before the one in force.
    #[n(27)]
    pub older: Vec<RecipientSecret>,
    /// HPKE keys to which no epoch was sealed yet, by hash, and from when on one is to be.
    #[n(28)]
    pub awaited: Vec<(Hash, Timestamp)>,
    /// The capability over the fetch keys from the next epoch on.
    #[n(24)]
    pub next_grantee: Option<SigningKey>,
    /// Signed changes, oldest first: the last one says what holds.
    #[n(22)]
    pub changes: Vec<Bytes>,
    /// Paused for now.
    #[n(23)]
    pub paused: bool,
}

item!(AccessItem, "access");

impl AccessItem {
    /// Whether this vault's owner may do this now: as the holder, as a member of the team that holds it, or by delegation.
    ///
    /// # Errors
    /// `grant.*`, `delegation.*`.
    pub fn allows(&self, me: &IdentityId, right: Right, now: Timestamp) -> Result<(), Fault> {
        let grant = self.state()?;
        grant.in_force()?;
        // A reader's clock that is a little behind the patient's must not shut the door that was just opened.
        let now = now.max(grant.time);
        match &self.delegation {
            Some(bytes) => Ok(Delegation::verify(bytes)?.allows(me, right, &grant, now)?),
            None => Ok(grant.allows(&grant.grantee.team().unwrap_or(*me), right, now)?),
        }
    }

    /// Whether this vault's owner is the very person whom the patient named.
    ///
    /// # Errors
    /// `grant.*`.
    pub fn is_holder(&self, me: &IdentityId) -> Result<bool, Fault> {
        Ok(Grant::verify(&self.grant)?.grantee == Grantee::Identity(*me))
    }

    /// The grant as it stands.
    ///
    /// # Errors
    /// `grant.*` when a stored statement is damaged.
    pub fn state(&self) -> Result<GrantState, Fault> {
        state(&self.grant, &self.changes)
    }
}

/// What is in memory of every record shared with this vault; the id is grant || record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SharedItem {
    /// What lists and searches need, computed by the patient's wallet.
    #[n(0)]
    pub summary: Summary,
    /// Address of the sealed copy.
    #[n(1)]
    pub address: Hash,
    /// Key of the sealed copy.
    #[n(2)]
    pub key: Secret32,
    /// The author's name, as the patient's wallet has it.
    #[n(3)]
    pub author_name: String,
    /// Who vouches for the author, as the patient's wallet has it.
    #[n(4)]
    pub organization: Option<String>,
    /// When the author says it was signed.
    #[n(5)]
    pub time: Timestamp,
    /// When the wallet listed it.
    #[n(6)]
    pub listed: Timestamp,
    /// Whether the copy is on this device.
    #[n(7)]
    pub fetched: bool,
    /// When this reader first opened it.
    #[n(8)]
    pub opened: Option<Timestamp>,
    /// Files that belong to it.
    #[n(9)]
    pub attachments: Vec<AttachmentAccess>,
    /// The record that corrects it, if that is shared too.
    #[n(10)]
    pub superseded_by: Option<RecordId>,
    /// The record it answers, if that is shared too.
    #[n(11)]
    pub replies_to: Option<RecordId>,
    /// Why it corrects, withdraws or rejects, in the author's words.
    #[n(12)]
    pub reason: Option<String>,
    /// The author, as the patient's wallet has it.
    #[n(13)]
    pub author: Option<IdentityId>,
    /// The record it corrects, if that is shared too.
    #[n(14)]
    pub supersedes: Option<RecordId>,
}

item!(SharedItem, "shared");

impl SharedItem {
    /// The id of a record in a grant.
    pub fn id(grant: &GrantId, record: &RecordId) -> Vec<u8> {
        [grant.as_bytes().as_slice(), record.as_bytes()].concat()
    }
}

/// The opened copy of a shared record: a package.
#[derive(Clone, Encode, Decode)]
#[cbor(transparent)]
pub struct SharedBody(#[n(0)] pub SecretBytes);

item!(SharedBody, "shared-body", data);
