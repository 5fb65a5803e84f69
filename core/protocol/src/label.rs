//! Every label of a signed object: one per kind and version (`core/spec/conventions.md`, LABEL rules).
//!
//! A label is the COSE content type in the protected header and, the same text, the `external_aad` under the signature, so a
//! statement of one kind can never pass as another. Labels are distinct and none is a prefix of another. A label with `-draft`
//! belongs to a format that no journey has used yet.

macro_rules! labels {
    ($($(#[$meta:meta])* $name:ident = $text:literal;)+) => {
        /// The kind and version of a signed object.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Label { $($(#[$meta])* $name,)+ }

        impl Label {
            /// All labels.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The text: content type and `external_aad`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => concat!("application/vnd.satchel.", $text, "+cbor"),)+ }
            }

            /// The label with this text, if there is one.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|label| label.as_str() == text)
            }
        }
    };
}

labels! {
    /// Self-signed identity statement.
    Identity = "identity.v1";
    /// A root or admin device certifies a device key.
    Device = "device.v1";
    /// A root or admin device removes a device key.
    DeviceRemoval = "device-removal.v1";
    /// A clinical record by its author.
    Record = "record.v1";
    /// One entry of a chain.
    Block = "block.v1";
    /// The patient's consent for one grantee.
    Grant = "grant.v1";
    /// The patient pauses, resumes, renews, narrows or ends a grant.
    GrantChange = "grant-change.v1";
    /// The claimant's answer to an offer.
    Claim = "claim.v1";
    /// The content of an envelope, signed by its sender.
    Envelope = "envelope.v1";
    /// "I opened these records at this time".
    Receipt = "receipt.v1";
    /// "This key belongs to Dr X", CWT claims.
    Credential = "credential.v1";
    /// A staff member asks an organization for a credential.
    CredentialRequest = "credential-request.v1";
    /// An organization's public statement: name, chain, intake.
    Organization = "organization.v1";
    /// How to reach a desk for the first time: intake mailbox and key.
    Contact = "contact.v1";
    /// The relay's promise that an entry is admitted.
    Promise = "promise.v1";
    /// What an owner hands out as a file: records, or a whole chain.
    Export = "export.v1";
    /// A root key replaced by another.
    Root = "root.v1";
    /// The new root key agrees.
    RootAcceptance = "root-acceptance.v1";
    /// A chain moved to another log.
    Move = "move.v1-draft";
    /// A grantee narrows and passes on a grant.
    Delegation = "delegation.v1";
    /// A lab may send a copy to the ordering doctor.
    CopyTo = "copy-to.v1";
}

/// Prefix of each hash that is not fixed by another standard; ends in a zero byte, so none is a prefix of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashLabel {
    /// Identity id.
    Identity,
    /// Device statement or removal id.
    Statement,
    /// Record id.
    Record,
    /// Block hash, and so the chain id.
    Block,
    /// Body commitment of a block.
    Body,
    /// Grant id.
    Grant,
    /// Name of a grant's change.
    GrantChange,
    /// Credential id.
    Credential,
    /// The salted name of a credential in an organization's chain.
    CredentialStatus,
    /// Commitment to another record (`replies_to`, `supersedes`).
    RecordLink,
    /// Commitment to a chain's log key K.
    LogKey,
    /// Hash of a whole offer.
    Offer,
    /// Commitment to the patient's nonce.
    Nonce,
    /// Transcript of offer, claim and nonce.
    Transcript,
    /// What the author logs to prove the time of a record.
    ProvenTime,
    /// Hash of an HPKE public key.
    SealingKey,
    /// What an export holds.
    Export,
}

impl HashLabel {
    /// All hash labels.
    pub const ALL: &'static [Self] = &[
        Self::Identity,
        Self::Statement,
        Self::Record,
        Self::Block,
        Self::Body,
        Self::Grant,
        Self::GrantChange,
        Self::Credential,
        Self::CredentialStatus,
        Self::RecordLink,
        Self::LogKey,
        Self::Offer,
        Self::Nonce,
        Self::Transcript,
        Self::ProvenTime,
        Self::SealingKey,
        Self::Export,
    ];

    /// The bytes hashed first.
    pub const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Identity => b"satchel identity v1\0",
            Self::Statement => b"satchel statement v1\0",
            Self::Record => b"satchel record v1\0",
            Self::Block => b"satchel block v1\0",
            Self::Body => b"satchel body v1\0",
            Self::Grant => b"satchel grant v1\0",
            Self::GrantChange => b"satchel grant change v1\0",
            Self::Credential => b"satchel credential v1\0",
            Self::CredentialStatus => b"satchel credential status v1\0",
            Self::RecordLink => b"satchel record link v1\0",
            Self::LogKey => b"satchel log key v1\0",
            Self::Offer => b"satchel offer v1\0",
            Self::Nonce => b"satchel nonce v1\0",
            Self::Transcript => b"satchel transcript v1\0",
            Self::ProvenTime => b"satchel proven time v1\0",
            Self::SealingKey => b"satchel sealing key v1\0",
            Self::Export => b"satchel export v1\0",
        }
    }

    /// SHA-256 over the label and the parts.
    pub fn hash(self, parts: &[&[u8]]) -> crate::hash::Hash {
        let mut all = Vec::with_capacity(parts.len() + 1);
        all.push(self.as_bytes());
        all.extend_from_slice(parts);
        crate::hash::sha256(&all)
    }
}
