//! Offers on a relay: where claimant and wallet meet after a QR code was scanned.

use serde::{Deserialize, Serialize};

use crate::key::PublicKey;
use crate::relay::text::Bytes;
use crate::time::Timestamp;

/// Body of `PUT /v1/offers/{id}`, signed by `owner`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOffer {
    /// The whole offer.
    pub offer: Bytes,
    /// The wallet's one-time key.
    pub owner: PublicKey,
    /// The claim capability, derived from the code's secret.
    pub claim: PublicKey,
    /// When it ends.
    pub expires: Timestamp,
}

/// Answer to `GET /v1/offers/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferContent {
    /// The whole offer.
    pub offer: Bytes,
    /// When it ends.
    pub expires: Timestamp,
}

/// Body of `POST /v1/offers/{id}/claim`, signed by the claim capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewClaim {
    /// The claim; the first one is fixed.
    pub claim: Bytes,
}

/// Answer to `GET /v1/offers/{id}/state`, signed by `owner`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferState {
    /// Grows with every claim or further attempt.
    pub version: u64,
    /// The claim that came first.
    pub claim: Option<Bytes>,
    /// Further attempts with another claim.
    pub attempts: u64,
}

/// Body of `PUT /v1/offers/{id}/reveal`, signed by `owner`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewReveal {
    /// The patient's nonce, sealed to the claimant.
    pub reveal: Bytes,
}

/// Body of `PUT /v1/offers/{id}/answer`, signed by `owner`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// Confirmation or refusal, sealed to the claimant.
    pub answer: Bytes,
}

/// Answer to `GET /v1/offers/{id}/answer`, signed by the claim capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferAnswer {
    /// Grows with reveal and answer.
    pub version: u64,
    /// The reveal, once there.
    pub reveal: Option<Bytes>,
    /// The answer, once there.
    pub answer: Option<Bytes>,
}
