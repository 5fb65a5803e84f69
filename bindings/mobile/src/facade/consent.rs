//! QR consent on both sides: offers and claims, symbols, confirm and decline.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type OfferRight = facade::OfferRight;

/// One right of an offer.
#[uniffi::remote(Record)]
pub struct OfferRight {
    /// `read`, `append` or `order`.
    pub right: String,
    /// Seconds from confirmation; absent for an open end.
    pub seconds: Option<u64>,
}

type OfferRequest = facade::OfferRequest;

/// What the patient wants to share.
#[uniffi::remote(Record)]
pub struct OfferRequest {
    /// Whole categories.
    pub categories: Vec<String>,
    /// Single records.
    pub records: Vec<String>,
    /// Only records signed from this time on.
    pub from: Option<u64>,
    /// Only records signed before this time.
    pub until: Option<u64>,
    /// Whether records filed later join ("from now on").
    pub ongoing: bool,
    /// Rights.
    pub rights: Vec<facade::OfferRight>,
    /// Records kept out.
    pub hidden: Vec<String>,
    /// Seconds until the code dies.
    pub lifetime: u64,
}

type SymbolView = facade::SymbolView;

/// One of the 64 symbols.
#[uniffi::remote(Record)]
pub struct SymbolView {
    /// Name; its phrase is `symbol.<name>`.
    pub name: String,
    /// Picture.
    pub picture: String,
}

type Claimant = facade::Claimant;

/// Who claims, and who stands behind them.
#[uniffi::remote(Record)]
pub struct Claimant {
    /// The name to show: the vouched one, else the claimed one.
    pub name: String,
    /// The identity.
    pub identity: String,
    /// Its short form.
    pub fingerprint: String,
    /// `trusted`, `unknown`, `refused` or `none`.
    pub vouched: String,
    /// Why a credential is refused: a code.
    pub reason: Option<String>,
    /// The organization that vouches.
    pub organization: Option<String>,
    /// Its name.
    pub organization_name: Option<String>,
    /// The role it vouches for.
    pub role: Option<String>,
    /// When its list was last read.
    pub checked: Option<u64>,
    /// `asking` while its list is read anew, `unreached` while its relay does not answer; absent once it was read.
    pub list: Option<String>,
    /// HL7 purpose of use.
    pub purpose: String,
}

type OfferView = facade::OfferView;

/// An offer.
#[uniffi::remote(Record)]
pub struct OfferView {
    /// Its id.
    pub id: String,
    /// `open`, `claimed`, `confirmed`, `declined` or `expired`.
    pub stage: String,
    /// The text of the QR code, while it is open.
    pub url: Option<String>,
    /// When the code dies.
    pub expires: u64,
    /// Records it would share now.
    pub records: u32,
    /// Who claimed it.
    pub claimant: Option<facade::Claimant>,
    /// The four symbols, for a vouched claimant.
    pub symbols: Vec<facade::SymbolView>,
    /// Three rows of four symbols, for a claimant nobody trusted vouches for: the patient picks the one on the claimant's screen.
    pub choices: Vec<Vec<facade::SymbolView>>,
    /// Attempts to claim it after the first.
    pub attempts: u32,
    /// The grant, once confirmed.
    pub grant: Option<String>,
    /// Bytes of files that the claimant may send, all together, if the rights include writing.
    pub files: u64,
}

type ClaimView = facade::ClaimView;

/// A claim.
#[uniffi::remote(Record)]
pub struct ClaimView {
    /// Id of the offer.
    pub id: String,
    /// `fetching`, `claiming`, `waiting`, `comparing`, `confirmed`, `declined` or `failed`.
    pub stage: String,
    /// The patient's relay.
    pub relay: String,
    /// The four symbols to compare, once known.
    pub symbols: Vec<facade::SymbolView>,
    /// When the code dies, once known.
    pub expires: Option<u64>,
    /// The grant, once given.
    pub grant: Option<String>,
    /// Why it failed: a code.
    pub reason: Option<String>,
}

type Preview = facade::Preview;

/// What a scanned code is, before anything is done with it.
#[uniffi::remote(Record)]
pub struct Preview {
    /// `consent`.
    pub kind: String,
    /// The relay it names.
    pub relay: String,
    /// Id of the offer.
    pub offer: String,
}

#[uniffi::export]
impl Vault {
    /// Makes an offer; `created` is its id.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`, `category.unknown`, `grant.kind`, `grant.rule`, `offer.too_long`.
    pub fn offer(&self, request: facade::OfferRequest, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.offer(&request, now, &mut random()?)?)
    }

    /// All offers, newest codes last to die first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn offers(&self, now: u64) -> Result<Vec<facade::OfferView>, VaultError> {
        Ok(self.inner()?.offers(now)?)
    }

    /// The patient agrees. `symbols` are the four names read on the claimant's screen; they may be left out only when an organization
    /// that the patient trusts vouches for the claimant. `created` is the grant. Symbols that differ end the offer:
    /// `show.symbols_differ`.
    ///
    /// # Errors
    /// `claim.unvouched`, `claim.symbols` for names that are no symbols, `offer.expired`, `vault.state`, `vault.need`.
    pub fn confirm(
        &self,
        offer: String,
        symbols: Option<Vec<String>>,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.confirm(&offer, symbols, now, &mut random()?)?)
    }

    /// The patient says no, or withdraws the offer.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state`.
    pub fn decline(&self, offer: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.decline(&offer, now, &mut random()?)?)
    }

    /// What a scanned text is. Nothing is sent and nothing is claimed.
    ///
    /// # Errors
    /// `offer.scheme`, `offer.version`, `offer.url`, `offer.too_long`.
    pub fn preview_code(&self, text: String) -> Result<facade::Preview, VaultError> {
        Ok(self.inner()?.preview_code(&text)?)
    }

    /// Claims an offer; `created` is its id.
    ///
    /// # Errors
    /// `offer.*`, `grant.kind` for an unknown purpose, `vault.role`, `vault.state`.
    pub fn claim(&self, code: String, purpose: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.claim(&code, &purpose, now, &mut random()?)?)
    }

    /// All claims, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn claims(&self) -> Result<Vec<facade::ClaimView>, VaultError> {
        Ok(self.inner()?.claims()?)
    }
}
