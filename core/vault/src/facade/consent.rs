//! QR consent on both sides: offers and claims, symbols, confirm and decline.

use protocol::category::Category;
use protocol::claim::{SYMBOLS, symbols};
use protocol::grant::{Purpose, Right, Scope};
use protocol::hash::Hash;
use protocol::id::{OfferId, RecordId};
use protocol::offer::{Offer, OfferUrl};
use protocol::time::{Period, Timestamp};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::Fault;
use crate::flow::status::{Voucher, claimant, reading};
use crate::flow::{claim, offer};
use crate::item::{ClaimItem, OfferItem, OfferStage, OfferedRight};
use crate::state::Read;

/// One right of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferRight {
    /// `read`, `append` or `order`.
    pub right: String,
    /// Seconds from confirmation; absent for an open end.
    pub seconds: Option<u64>,
}

/// What the patient wants to share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    pub rights: Vec<OfferRight>,
    /// Records kept out.
    pub hidden: Vec<String>,
    /// Seconds until the code dies.
    pub lifetime: u64,
}

/// One of the 64 symbols.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SymbolView {
    /// Name; its phrase is `symbol.<name>`.
    pub name: String,
    /// Picture.
    pub picture: String,
}

/// Who claims, and who stands behind them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// An offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    pub claimant: Option<Claimant>,
    /// The four symbols, for a vouched claimant.
    pub symbols: Vec<SymbolView>,
    /// Three rows of four symbols, for a claimant nobody trusted vouches for: the patient picks the one on the claimant's screen.
    pub choices: Vec<Vec<SymbolView>>,
    /// Attempts to claim it after the first.
    pub attempts: u32,
    /// The grant, once confirmed.
    pub grant: Option<String>,
    /// Bytes of files that the claimant may send, all together, if the rights include writing.
    pub files: u64,
}

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimView {
    /// Id of the offer.
    pub id: String,
    /// `fetching`, `claiming`, `waiting`, `comparing`, `confirmed`, `declined` or `failed`.
    pub stage: String,
    /// The patient's relay.
    pub relay: String,
    /// The four symbols to compare, once known.
    pub symbols: Vec<SymbolView>,
    /// When the code dies, once known.
    pub expires: Option<u64>,
    /// The grant, once given.
    pub grant: Option<String>,
    /// Why it failed: a code.
    pub reason: Option<String>,
}

/// What a scanned code is, before anything is done with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// `consent`.
    pub kind: String,
    /// The relay it names.
    pub relay: String,
    /// Id of the offer.
    pub offer: String,
}

fn views(transcript: &Hash) -> Vec<SymbolView> {
    symbols(transcript).iter().map(|place| view(*place)).collect()
}

fn view(place: usize) -> SymbolView {
    let (name, picture) = SYMBOLS[place % SYMBOLS.len()];
    SymbolView {
        name: name.to_owned(),
        picture: picture.to_owned(),
    }
}

/// Reads four names of symbols.
fn picked(names: &[String]) -> Result<[usize; 4], Fault> {
    let places: Option<Vec<usize>> = names
        .iter()
        .map(|name| {
            SYMBOLS
                .iter()
                .position(|(known, _)| *known == name.trim().to_lowercase())
        })
        .collect();
    places
        .and_then(|places| places.try_into().ok())
        .ok_or_else(|| protocol::claim::Error::Symbols.into())
}

impl Vault {
    /// Makes an offer; `created` is its id.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`, `category.unknown`, `grant.kind`, `grant.rule`, `offer.too_long`.
    pub fn offer(&mut self, request: &OfferRequest, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let ids = |texts: &[String]| {
                texts
                    .iter()
                    .map(|text| parse(text))
                    .collect::<Result<Vec<RecordId>, _>>()
            };
            let categories = request
                .categories
                .iter()
                .map(|text| Category::parse(text))
                .collect::<Result<_, _>>()?;
            let from = request.from.map(Timestamp::new).transpose()?;
            let until = request.until.map(Timestamp::new).transpose()?;
            let period = match (from, until) {
                (None, None) => None,
                (from, until) => Some(Period::new(from.unwrap_or(Timestamp::new(0)?), until)?),
            };
            let scope = Scope {
                categories,
                records: ids(&request.records)?,
                period,
                ongoing: request.ongoing,
            };
            let mut rights = Vec::new();
            for offered in &request.rights {
                rights.push(OfferedRight {
                    right: Right::parse(&offered.right)?,
                    seconds: offered.seconds,
                });
            }
            let draft = offer::Draft {
                scope,
                rights,
                hidden: ids(&request.hidden)?,
                lifetime: request.lifetime,
            };
            offer::create(tx, draft).map(|_| ())
        })
    }

    /// All offers, newest codes last to die first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn offers(&self, now: u64) -> Result<Vec<OfferView>, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let mut all = Vec::new();
        for (id, item) in self.store.list::<OfferItem>()? {
            let id = OfferId::new(id.try_into().map_err(|_| Fault::from(crate::fault::Error::Damaged))?);
            all.push(self.offer_view(&id, &item, now)?);
        }
        all.sort_by_key(|offer| core::cmp::Reverse(offer.expires));
        Ok(all)
    }

    fn offer_view(&self, id: &OfferId, item: &OfferItem, now: Timestamp) -> Result<OfferView, Error> {
        let records = crate::flow::share::in_scope(&self.store, &item.scope, &item.hidden)?.len();
        let claimant = self.claimant(item, now)?;
        let trusted = claimant.as_ref().is_some_and(|claimant| claimant.vouched == "trusted");
        let transcript = item.transcript.filter(|_| item.stage == OfferStage::Claimed);
        let show_rows = transcript.is_some() && !trusted;
        Ok(OfferView {
            id: id.to_string(),
            stage: item.stage.as_str().to_owned(),
            url: (item.stage == OfferStage::Open)
                .then(|| offer::url(id, item))
                .transpose()?,
            expires: item.expires.seconds(),
            records: u32::try_from(records).unwrap_or(u32::MAX),
            claimant,
            symbols: transcript
                .filter(|_| trusted)
                .map(|transcript| views(&transcript))
                .unwrap_or_default(),
            choices: if show_rows {
                item.choices.iter().map(views).collect()
            } else {
                Vec::new()
            },
            attempts: u32::try_from(item.attempts).unwrap_or(u32::MAX),
            grant: item.grant.map(|grant| grant.to_string()),
            files: item.files.unwrap_or(crate::flow::quota::DEFAULT),
        })
    }

    fn claimant(&self, item: &OfferItem, now: Timestamp) -> Result<Option<Claimant>, Error> {
        let Some(bytes) = &item.claim else { return Ok(None) };
        let claimed = offer::verify(bytes, &Offer::hash(&item.offer))?;
        let voucher = claimant(&self.store, &claimed, now)?;
        let vouched = voucher.vouched();
        Ok(Some(Claimant {
            name: voucher.name(&claimed.name).to_owned(),
            identity: claimed.claimant.to_string(),
            fingerprint: protocol::identity::fingerprint(&claimed.claimant),
            vouched: word(&voucher).to_owned(),
            reason: if let Voucher::Refused(_, code) = &voucher {
                Some((*code).to_owned())
            } else {
                None
            },
            organization: vouched.map(|vouched| vouched.organization.to_string()),
            organization_name: vouched.map(|vouched| vouched.organization_name.clone()),
            role: vouched.map(|vouched| vouched.role.to_owned()),
            checked: vouched.and_then(|vouched| vouched.checked).map(u64::from),
            list: vouched
                .map(|vouched| reading(&self.store, &vouched.organization))
                .transpose()?
                .flatten()
                .map(|reading| reading.as_str().to_owned()),
            purpose: claimed.purpose.as_str().to_owned(),
        }))
    }

    /// The patient agrees. `symbols` are the four names read on the claimant's screen; they may be left out only when an organization
    /// that the patient trusts vouches for the claimant. `created` is the grant. Symbols that differ end the offer:
    /// `show.symbols_differ`.
    ///
    /// # Errors
    /// `claim.unvouched`, `claim.symbols` for names that are no symbols, `offer.expired`, `vault.state`, `vault.need`.
    pub fn confirm(
        &mut self,
        offer: &str,
        symbols: Option<Vec<String>>,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let picked = symbols.map(|names| picked(&names)).transpose()?;
            offer::confirm(tx, &parse(offer)?, picked)
        })
    }

    /// The patient says no, or withdraws the offer.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state`.
    pub fn decline(&mut self, offer: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| offer::decline(tx, &parse(offer)?))
    }

    /// What a scanned text is. Nothing is sent and nothing is claimed.
    ///
    /// # Errors
    /// `offer.scheme`, `offer.version`, `offer.url`, `offer.too_long`.
    pub fn preview_code(&self, text: &str) -> Result<Preview, Error> {
        let code = OfferUrl::parse(text).map_err(Fault::from)?;
        Ok(Preview {
            kind: "consent".to_owned(),
            relay: code.origin,
            offer: code.offer.to_string(),
        })
    }

    /// Claims an offer; `created` is its id.
    ///
    /// # Errors
    /// `offer.*`, `grant.kind` for an unknown purpose, `vault.role`, `vault.state`.
    pub fn claim(&mut self, code: &str, purpose: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            claim::create(tx, code, Purpose::parse(purpose)?).map(|_| ())
        })
    }

    /// All claims, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn claims(&self) -> Result<Vec<ClaimView>, Error> {
        let mut items = self.store.list::<ClaimItem>()?;
        items.sort_by_key(|(_, item)| core::cmp::Reverse(item.time));
        items
            .into_iter()
            .map(|(id, item)| {
                let id: [u8; 32] = id.try_into().map_err(|_| Fault::from(crate::fault::Error::Damaged))?;
                Ok(ClaimView {
                    id: OfferId::new(id).to_string(),
                    stage: item.stage.as_str().to_owned(),
                    relay: item.origin,
                    symbols: item.transcript.map(|transcript| views(&transcript)).unwrap_or_default(),
                    expires: item.expires.map(u64::from),
                    grant: item.grant.map(|grant| grant.to_string()),
                    reason: item.reason,
                })
            })
            .collect()
    }
}

/// The word for who stands behind somebody.
pub(super) fn word(voucher: &Voucher) -> &'static str {
    match voucher {
        Voucher::None => "none",
        Voucher::Unknown(_) => "unknown",
        Voucher::Trusted(_) => "trusted",
        Voucher::Refused(..) => "refused",
    }
}
