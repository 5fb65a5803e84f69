//! Operations on rules that are not about one signed object alone.

use serde_json::{Value, json};

use super::input::{Input, hex};
use super::object::{log_commitment, period};
use super::{Code, INPUT, UNKNOWN, code};
use crate::block::{Block, check_body};
use crate::category::Category;
use crate::cbor;
use crate::chain::{self, Head, Keys};
use crate::claim::{self, SYMBOLS, symbols};
use crate::copy_to::CopyTo;
use crate::credential::{CredentialEvidence, Role, organization};
use crate::credential_request::CredentialRequest;
use crate::delegation::Delegation;
use crate::envelope::Envelope;
use crate::epoch::EpochBody;
use crate::grant::{self, Grant, Right};
use crate::grant_change::{GrantChange, GrantState};
use crate::hash::Hash;
use crate::id::RecordId;
use crate::identity::{Evidence, Identity, fingerprint};
use crate::key::{PublicKey, Signature};
use crate::label::HashLabel;
use crate::log_entry;
use crate::offer::{Offer, OfferUrl};
use crate::organization::{OrganizationCard, Status, StatusList, status_name};
use crate::package::Package;
use crate::proven::{Log, ProvenTime};
use crate::record::Opening;
use crate::root::Root;
use crate::statement::Signed;
use crate::time::{Period, Timestamp};

pub(super) fn run(op: &str, input: &Input<'_>) -> Result<Value, Code> {
    match op {
        "hash.parse" => Hash::parse(input.text("text")?)
            .map(|hash| json!({ "hash": hash }))
            .map_err(code),
        "root.follow" => root(input),
        "chain.epoch" => epoch(input),
        "hash.labelled" => labelled(input),
        "time.check" => Timestamp::new(input.number("seconds")?)
            .map(|time| json!({ "seconds": time }))
            .map_err(code),
        "period.check" => {
            let until = if input.0.get("until").is_some() {
                Some(input.time("until")?)
            } else {
                None
            };
            Period::new(input.time("from")?, until)
                .map(|checked| period(&checked))
                .map_err(code)
        }
        "cbor.period" => cbor::decode::<Period>(&input.bytes("bytes")?, 64)
            .map(|decoded| period(&decoded))
            .map_err(code),
        "key.check" => PublicKey::new(input.array("key")?)
            .map(|key| json!({ "key": key }))
            .map_err(code),
        "signature.verify" => {
            let signature = Signature(input.array("signature")?);
            input
                .key("key")?
                .verify(&input.bytes("message")?, &signature)
                .map(|()| json!({}))
                .map_err(code)
        }
        "identity.fingerprint" => Ok(json!({ "fingerprint": fingerprint(&input.hash("identity")?) })),
        "category.parse" => category(input),
        "record.link" => {
            let opening = Opening {
                record: input.hash("record")?,
                salt: input.hash("salt")?,
            };
            opening
                .check(&input.hash("commitment")?)
                .map(|()| json!({ "record": opening.record }))
                .map_err(code)
        }
        "package.verify" => package(input),
        "block.body" => {
            let block = Block::verify(&input.bytes("block")?).map_err(code)?;
            let body = input.bytes("body")?;
            check_body(&block, &body)
                .map(|content| json!({ "content": hex(content) }))
                .map_err(code)
        }
        "chain.follow" => follow(input),
        "chain.walk" => {
            let blocks = input.byte_list("blocks")?;
            match chain::walk(blocks.iter().map(Vec::as_slice)) {
                Ok(Some(head)) => Ok(head_of(&head)),
                Ok(None) => Err(code(chain::Error::Genesis)),
                Err((_, code)) => Err(code),
            }
        }
        "chain.key" => key(input),
        "grant.allows" => {
            let grant = Grant::verify(&input.bytes("grant")?).map_err(code)?;
            let right = Right::parse(input.text("right")?).map_err(code)?;
            grant
                .allows(&input.hash("grantee")?, right, input.time("now")?)
                .map(|()| json!({}))
                .map_err(code)
        }
        "grant.covers" => {
            let grant = Grant::verify(&input.bytes("grant")?).map_err(code)?;
            let category = Category::parse(input.text("category")?).map_err(code)?;
            let covered = grant
                .scope
                .covers(&input.hash("record")?, category, input.time("time")?);
            if covered {
                Ok(json!({}))
            } else {
                Err(code(grant::Error::Scope))
            }
        }
        "grant.change" => {
            let grant = Grant::verify(&input.bytes("grant")?).map_err(code)?;
            let mut state = GrantState::begin(&grant);
            for change in input.byte_list("changes")? {
                state = state
                    .accept(&GrantChange::verify(&change).map_err(code)?)
                    .map_err(code)?;
            }
            let right = Right::parse(input.text("right")?).map_err(code)?;
            state
                .allows(&input.hash("grantee")?, right, input.time("now")?)
                .map(|()| json!({ "state": state.name(), "standing": state.standing().as_str() }))
                .map_err(code)
        }
        "grant.narrower" => {
            let inner = Grant::verify(&input.bytes("inner")?).map_err(code)?;
            let outer = Grant::verify(&input.bytes("outer")?).map_err(code)?;
            inner.check_narrower(&outer).map(|()| json!({})).map_err(code)
        }
        "copy_to.check" => {
            let copy = CopyTo::verify(&input.bytes("copy_to")?).map_err(code)?;
            let order = input.hash("replies_to")?;
            copy.check(
                &input.hash("author")?,
                &input.hash("patient")?,
                Some(&order),
                input.time("now")?,
            )
            .map(|()| json!({ "recipient": copy.recipient }))
            .map_err(code)
        }
        "delegation.under" => {
            let (delegation, grant) = delegated(input)?;
            delegation
                .check_under(&grant.id(), &grant)
                .map(|()| json!({ "delegate": delegation.delegate }))
                .map_err(code)
        }
        "delegation.allows" => {
            let (delegation, grant) = delegated(input)?;
            let right = Right::parse(input.text("right")?).map_err(code)?;
            delegation
                .allows(&input.hash("delegate")?, right, &grant, input.time("now")?)
                .map(|()| json!({}))
                .map_err(code)
        }
        "offer.parse_url" => OfferUrl::parse(input.text("text")?)
            .map(|url| url_of(&url))
            .map_err(code),
        "offer.write_url" => {
            let url = OfferUrl {
                origin: input.text("origin")?.to_owned(),
                offer: input.hash("offer")?,
                secret: input.array("secret")?,
                hash: input.hash("hash")?,
            };
            url.to_text().map(|text| json!({ "text": text })).map_err(code)
        }
        "offer.open" => offer(input),
        "offer.nonce" => Ok(json!({ "commitment": Offer::nonce_commitment(&input.hash("nonce")?) })),
        "claim.check" => {
            let bytes = input.bytes("claim")?;
            let checked = claim::check(&bytes, &input.hash("offer")?).map_err(code)?;
            let voucher = checked.credential.map(|credential| credential.organization.name);
            let team = checked.team.map(|statement| statement.name);
            Ok(
                json!({ "claimant": checked.claim.claimant, "device": checked.actor.device, "voucher": voucher, "team": team }),
            )
        }
        "claim.transcript" => {
            let (suite, secret, claim) = (input.bytes("suite")?, input.array("secret")?, input.bytes("claim")?);
            let hash = claim::transcript(&suite, &input.hash("offer")?, &secret, &claim, &input.hash("nonce")?);
            let names = symbols(&hash).map(|place| SYMBOLS.get(place).map(|(name, _)| *name));
            Ok(json!({ "transcript": hash, "symbols": names }))
        }
        "envelope.address" => {
            let envelope = Envelope::verify(&input.bytes("envelope")?).map_err(code)?;
            let (mailbox, recipient) = (input.hash("mailbox")?, input.hash("recipient")?);
            let key = input.hash("recipient_key")?;
            envelope
                .check_address(&mailbox, &recipient, &key, input.time("now")?)
                .map(|()| json!({}))
                .map_err(code)
        }
        "credential.evidence" => {
            let credential = credential(&input.bytes("evidence")?)?.verify().map_err(code)?;
            let (name, organization) = (credential.claims.name, credential.organization.name);
            Ok(json!({ "credential": credential.id, "name": name, "organization": organization }))
        }
        "credential.standing" => standing(input),
        "credential.role" => {
            let role = Role::parse(input.text("role")?).map_err(code)?;
            let category = Category::parse(input.text("category")?).map_err(code)?;
            role.may_author(category).map(|()| json!({})).map_err(code)
        }
        "credential_request.open" => {
            let request = CredentialRequest::open(&input.bytes("bytes")?).map_err(code)?;
            Ok(json!({ "subject": request.subject, "name": request.name }))
        }
        "organization.card" => {
            let (_, statement) = OrganizationCard::open(&input.bytes("bytes")?).map_err(code)?;
            Ok(json!({ "organization": statement.organization, "name": statement.name }))
        }
        "organization.statement" => {
            let evidence = Evidence::parse(&input.bytes("evidence")?).map_err(code)?;
            let statement = organization(&input.bytes("bytes")?, &evidence).map_err(code)?;
            Ok(json!({ "organization": statement.organization, "name": statement.name }))
        }
        "organization.status" => {
            let block = Block::verify(&input.bytes("block")?).map_err(code)?;
            let body = input.bytes("body")?;
            let mut list = StatusList::default();
            list.accept(&block, check_body(&block, &body).map_err(code)?)
                .map_err(code)?;
            let newest = list.newest(&input.hash("credential")?);
            Ok(json!({ "standing": newest.map(|(standing, _)| standing), "from": newest.map(|(_, from)| from) }))
        }
        "organization.status_name" => Ok(json!({ "name": status_name(&input.hash("credential")?) })),
        "log.entry" => {
            let key = input.array("log_key")?;
            let sequence = u32::try_from(input.number("sequence")?).map_err(|_| INPUT)?;
            let (label, salt) = (log_entry::label(&key, sequence), log_entry::salt(&key, sequence));
            let commit = log_entry::commit(&input.hash("block")?, &salt);
            let map_key = log_entry::map_key(&input.hash("resource")?, &label);
            Ok(json!({ "label": label, "salt": salt, "commit": commit, "map_key": map_key }))
        }
        "proven.verify" => proven(input),
        _ => Err(UNKNOWN),
    }
}

fn labelled(input: &Input<'_>) -> Result<Value, Code> {
    let name = format!("{}\0", input.text("label")?);
    let label = HashLabel::ALL
        .iter()
        .find(|label| label.as_bytes() == name.as_bytes())
        .ok_or(INPUT)?;
    let parts = input.byte_list("parts")?;
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    Ok(json!({ "hash": label.hash(&parts) }))
}

fn category(input: &Input<'_>) -> Result<Value, Code> {
    let category = match input.0.get("number") {
        Some(_) => Category::from_number(u8::try_from(input.number("number")?).map_err(|_| INPUT)?),
        None => Category::parse(input.text("word")?),
    };
    category
        .map(|category| json!({ "word": category, "number": category.number() }))
        .map_err(code)
}

fn package(input: &Input<'_>) -> Result<Value, Code> {
    let verified = Package::parse(&input.bytes("bytes")?)
        .map_err(code)?
        .verify()
        .map_err(code)?;
    Ok(json!({
        "record": verified.record.id(),
        "author": verified.author.identity,
        "credential": verified.credential.map(|credential| credential.id),
        "replies_to": verified.replies_to,
        "supersedes": verified.supersedes,
    }))
}

/// A whole chain, every signature checked.
fn follow(input: &Input<'_>) -> Result<Value, Code> {
    let mut head: Option<Head> = None;
    for bytes in input.byte_list("blocks")? {
        let block = Block::verify(&bytes).map_err(code)?;
        head = Some(match head {
            Some(head) => head.accept(&block).map_err(code)?,
            None => Head::begin(&block).map_err(code)?,
        });
    }
    head.as_ref().map(head_of).ok_or(chain::Error::Genesis).map_err(code)
}

fn head_of(head: &Head) -> Value {
    json!({
        "chain": head.chain,
        "owner": head.owner,
        "sequence": head.sequence,
        "hash": head.hash,
        "time": head.time,
        "log": log_commitment(&head.log),
        "ended": head.ended,
    })
}

/// Whether a block's key may write: devices and removals in the order in which the chain lists them.
fn key(input: &Input<'_>) -> Result<Value, Code> {
    let mut keys = Keys::default();
    let owner = input.hash("owner")?;
    for bytes in input.byte_list("devices")? {
        keys.add(&owner, &Evidence::parse(&bytes).map_err(code)?)
            .map_err(code)?;
    }
    for bytes in input.byte_list("removals")? {
        keys.remove(&Signed::verify(&bytes).map_err(code)?, None)
            .map_err(code)?;
    }
    let block = Block::verify(&input.bytes("block")?).map_err(code)?;
    keys.check(&block)
        .map(|()| json!({ "sequence": block.sequence }))
        .map_err(code)
}

fn delegated(input: &Input<'_>) -> Result<(Delegation, Grant), Code> {
    let delegation = Delegation::verify(&input.bytes("delegation")?).map_err(code)?;
    Ok((delegation, Grant::verify(&input.bytes("grant")?).map_err(code)?))
}

/// The root of an identity after changes, in their order.
fn root(input: &Input<'_>) -> Result<Value, Code> {
    let mut root = Root::of(&Identity::verify(&input.bytes("identity")?).map_err(code)?);
    for bytes in input.byte_list("changes")? {
        let change = cbor::decode(&bytes, 4096).map_err(|_| code(crate::identity::Error::Malformed))?;
        root = root.follow(&change).map_err(code)?;
    }
    Ok(json!({ "key": root.key, "counter": root.counter, "state": root.state, "next": root.next }))
}

/// Whether a block's key may write after epochs were opened, and a device that introduces itself then may at all.
fn epoch(input: &Input<'_>) -> Result<Value, Code> {
    let mut keys = Keys::default();
    let owner = input.hash("owner")?;
    for bytes in input.byte_list("devices")? {
        keys.add(&owner, &Evidence::parse(&bytes).map_err(code)?)
            .map_err(code)?;
    }
    for epoch in input.list("epochs")? {
        let block = Block::verify(&epoch.bytes("block")?).map_err(code)?;
        keys.check(&block).map_err(code)?;
        let body = epoch.bytes("body")?;
        let content = check_body(&block, &body).map_err(code)?;
        let body: EpochBody = cbor::decode(content, 1 << 20).map_err(code)?;
        body.list(&mut keys, &block).map_err(code)?;
    }
    for bytes in input.byte_list("joining")? {
        keys.add(&owner, &Evidence::parse(&bytes).map_err(code)?)
            .map_err(code)?;
    }
    let block = Block::verify(&input.bytes("block")?).map_err(code)?;
    keys.check(&block).map_err(code)?;
    Ok(json!({ "sequence": block.sequence }))
}

fn url_of(url: &OfferUrl) -> Value {
    json!({ "origin": url.origin, "offer": url.offer, "secret": hex(&url.secret), "hash": url.hash })
}

fn offer(input: &Input<'_>) -> Result<Value, Code> {
    let url = OfferUrl::parse(input.text("url")?).map_err(code)?;
    let offer = Offer::open(&input.bytes("bytes")?, &url, input.time("now")?).map_err(code)?;
    Ok(json!({
        "suite": hex(&offer.suite),
        "sealing_key": hex(&offer.sealing_key),
        "origin": offer.origin,
        "expires": offer.expires,
        "nonce": offer.nonce,
        "salt": offer.salt,
    }))
}

fn credential(bytes: &[u8]) -> Result<CredentialEvidence, Code> {
    cbor::decode(bytes, 64 * 1024)
        .map_err(|_| crate::credential::Error::Malformed)
        .map_err(code)
}

fn standing(input: &Input<'_>) -> Result<Value, Code> {
    let credential = credential(&input.bytes("evidence")?)?.verify().map_err(code)?;
    let mut list = StatusList::default();
    for bytes in input.byte_list("statuses")? {
        list.add(cbor::decode::<Status>(&bytes, 256).map_err(|_| INPUT)?);
    }
    credential
        .check_standing(&input.hash("holder")?, input.time("time")?, &list)
        .map(|()| json!({}))
        .map_err(code)
}

fn proven(input: &Input<'_>) -> Result<Value, Code> {
    let mut logs = Vec::new();
    for log in input.list("logs")? {
        logs.push(Log {
            origin: log.text("origin")?.to_owned(),
            key: log.key("key")?,
        });
    }
    let record: RecordId = input.hash("record")?;
    let evidence: ProvenTime = cbor::decode(&input.bytes("evidence")?, 4096).map_err(code)?;
    evidence
        .verify(&record, &logs)
        .map(|time| json!({ "time": time }))
        .map_err(code)
}
