//! Operations on signed objects: verified from their bytes, answered with every member.

use serde_json::{Value, json};

use super::input::{Input, hex};
use super::{Code, UNKNOWN, code};
use crate::block::{BlockStatement, LogCommitment};
use crate::claim::ClaimStatement;
use crate::copy_to::CopyToStatement;
use crate::cose;
use crate::credential::{CredentialEvidence, CredentialStatement};
use crate::credential_request::CredentialRequestStatement;
use crate::delegation::DelegationStatement;
use crate::envelope::EnvelopeStatement;
use crate::grant::GrantStatement;
use crate::grant_change::GrantChangeStatement;
use crate::identity::{Actor, DeviceRemoval, DeviceStatement, Evidence, IdentityStatement};
use crate::label::Label;
use crate::organization::{ContactStatement, Intake, OrganizationStatement};
use crate::promise::Promise;
use crate::proven::Log;
use crate::receipt::ReceiptStatement;
use crate::record::RecordStatement;
use crate::root::{RootAcceptance, RootStatement};
use crate::statement::{Signed, Statement};
use crate::time::Period;

pub(super) fn run(op: &str, input: &Input<'_>) -> Result<Value, Code> {
    match op {
        "cose.verify" => {
            let label = Label::parse(input.text("label")?).ok_or("cose.label")?;
            let object = cose::Unverified::parse(label, &input.bytes("bytes")?).map_err(code)?;
            let verified = object.verify(&input.key("key")?).map_err(code)?;
            Ok(json!({ "payload": hex(verified.payload()) }))
        }
        "identity.verify" => verify::<IdentityStatement>(input),
        "device.verify" => verify::<DeviceStatement>(input),
        "device_removal.verify" => verify::<DeviceRemoval>(input),
        "root.verify" => verify::<RootStatement>(input),
        "root_acceptance.verify" => verify::<RootAcceptance>(input),
        "evidence.verify" => Ok(actor(
            &Evidence::parse(&input.bytes("bytes")?)
                .and_then(|e| e.verify())
                .map_err(code)?,
        )),
        "record.verify" => verify::<RecordStatement>(input),
        "block.verify" => verify::<BlockStatement>(input),
        "grant.verify" => verify::<GrantStatement>(input),
        "grant_change.verify" => verify::<GrantChangeStatement>(input),
        "delegation.verify" => verify::<DelegationStatement>(input),
        "copy_to.verify" => verify::<CopyToStatement>(input),
        "claim.verify" => verify::<ClaimStatement>(input),
        "envelope.verify" => verify::<EnvelopeStatement>(input),
        "receipt.verify" => verify::<ReceiptStatement>(input),
        "credential.verify" => verify::<CredentialStatement>(input),
        "credential_request.verify" => verify::<CredentialRequestStatement>(input),
        "organization.verify" => verify::<OrganizationStatement>(input),
        "contact.verify" => verify::<ContactStatement>(input),
        "promise.verify" => {
            let promise = Promise::verify(&input.bytes("bytes")?, &input.key("key")?).map_err(code)?;
            Ok(json!({
                "origin": promise.origin,
                "map_key": promise.map_key,
                "commit": promise.commit,
                "time": promise.time,
                "salt": promise.salt,
            }))
        }
        _ => Err(UNKNOWN),
    }
}

fn verify<T: Statement + Members>(input: &Input<'_>) -> Result<Value, Code> {
    let signed = Signed::<T>::verify(&input.bytes("bytes")?).map_err(code)?;
    let mut members = signed.members();
    members["hash"] = json!(signed.hash());
    members["actor"] = json!(signed.actor());
    Ok(members)
}

/// The members of a statement beside its version and actor.
trait Members {
    fn members(&self) -> Value;
}

impl Members for IdentityStatement {
    fn members(&self) -> Value {
        json!({ "delay": self.recovery.delay, "approvals": self.recovery.approvals, "salt": self.salt, "next": self.next })
    }
}

impl Members for DeviceStatement {
    fn members(&self) -> Value {
        json!({
            "identity": self.identity,
            "device": self.device,
            "sealing_key": self.sealing_key,
            "admin": self.admin,
            "time": self.time,
            "salt": self.salt,
            "authority": self.authority,
        })
    }
}

impl Members for DeviceRemoval {
    fn members(&self) -> Value {
        json!({
            "identity": self.identity,
            "device": self.device,
            "time": self.time,
            "salt": self.salt,
            "authority": self.authority,
        })
    }
}

impl Members for RootStatement {
    fn members(&self) -> Value {
        json!({
            "identity": self.identity,
            "counter": self.counter,
            "previous": self.previous,
            "root": self.root,
            "next": self.next,
            "time": self.time,
            "salt": self.salt,
        })
    }
}

impl Members for RootAcceptance {
    fn members(&self) -> Value {
        json!({ "change": self.change, "salt": self.salt })
    }
}

impl Members for RecordStatement {
    fn members(&self) -> Value {
        let attachments = self
            .attachments
            .iter()
            .map(|a| json!({ "hash": a.hash, "size": a.size, "media_type": a.media_type }));
        json!({
            "subject": self.subject,
            "category": self.category,
            "content": hex(&self.content),
            "attachments": attachments.collect::<Value>(),
            "replies_to": self.replies_to,
            "supersedes": self.supersedes,
            "time": self.time,
            "salt": self.salt,
            "author": self.author,
            "authority": self.authority,
        })
    }
}

impl Members for BlockStatement {
    fn members(&self) -> Value {
        json!({
            "chain": self.chain,
            "sequence": self.sequence,
            "previous": self.previous,
            "time": self.time,
            "kind": self.kind.as_str(),
            "body": self.body,
            "salt": self.salt,
            "owner": self.owner,
            "authority": self.authority,
            "log": self.log.as_ref().map(log_commitment),
        })
    }
}

impl Members for GrantStatement {
    fn members(&self) -> Value {
        let permissions = self
            .permissions
            .iter()
            .map(|p| json!({ "right": p.right.as_str(), "period": period(&p.period) }));
        json!({
            "patient": self.patient,
            "grantee": self.grantee.identity(),
            "team": self.grantee.team().is_some(),
            "sealing_key": self.sealing_key,
            "categories": self.scope.categories,
            "records": self.scope.records,
            "period": self.scope.period.as_ref().map(period),
            "ongoing": self.scope.ongoing,
            "permissions": permissions.collect::<Value>(),
            "purpose": self.purpose.as_str(),
            "transcript": self.transcript,
            "time": self.time,
            "salt": self.salt,
            "authority": self.authority,
        })
    }
}

impl Members for GrantChangeStatement {
    fn members(&self) -> Value {
        let permissions = self
            .permissions
            .iter()
            .map(|p| json!({ "right": p.right.as_str(), "period": period(&p.period) }));
        json!({
            "patient": self.patient,
            "grant": self.grant,
            "follows": self.follows,
            "standing": self.standing.as_str(),
            "categories": self.scope.categories,
            "records": self.scope.records,
            "period": self.scope.period.as_ref().map(period),
            "ongoing": self.scope.ongoing,
            "permissions": permissions.collect::<Value>(),
            "time": self.time,
            "salt": self.salt,
            "authority": self.authority,
        })
    }
}

impl Members for ClaimStatement {
    fn members(&self) -> Value {
        json!({
            "offer": self.offer,
            "evidence": evidence(&self.evidence),
            "credential": self.credential.as_ref().map(credential_evidence),
            "name": self.name,
            "sealing_key": hex(&self.sealing_key),
            "grantee": self.grantee,
            "fetch": self.fetch,
            "reply_origin": self.reply.origin,
            "reply_mailbox": self.reply.mailbox,
            "purpose": self.purpose.as_str(),
            "nonce": self.nonce,
            "time": self.time,
            "claimant": self.claimant,
            "authority": self.authority,
            "organization": self.organization.as_ref().map(|card| hex(&card.statement)),
        })
    }
}

impl Members for DelegationStatement {
    fn members(&self) -> Value {
        let permissions = self
            .permissions
            .iter()
            .map(|p| json!({ "right": p.right.as_str(), "period": period(&p.period) }));
        json!({
            "grant": self.grant,
            "patient": self.patient,
            "delegate": self.delegate,
            "permissions": permissions.collect::<Value>(),
            "time": self.time,
            "salt": self.salt,
            "delegator": self.delegator,
            "authority": self.authority,
        })
    }
}

impl Members for CopyToStatement {
    fn members(&self) -> Value {
        json!({
            "patient": self.patient,
            "grant": self.grant,
            "lab": self.lab,
            "order": self.order,
            "recipient": self.recipient,
            "recipient_grant": self.recipient_grant,
            "sealing_key": hex(&self.sealing_key),
            "origin": self.origin,
            "mailbox": self.mailbox,
            "send": self.send,
            "period": period(&self.period),
            "time": self.time,
            "salt": self.salt,
            "authority": self.authority,
        })
    }
}

impl Members for EnvelopeStatement {
    fn members(&self) -> Value {
        json!({
            "kind": self.kind.number(),
            "mailbox": self.mailbox,
            "recipient": self.recipient,
            "recipient_key": self.recipient_key,
            "sequence": self.sequence,
            "expires": self.expires,
            "body": hex(&self.body),
            "time": self.time,
            "salt": self.salt,
            "sender": self.sender,
            "authority": self.authority,
            "grant": self.grant,
        })
    }
}

impl Members for ReceiptStatement {
    fn members(&self) -> Value {
        json!({
            "grant": self.grant,
            "patient": self.patient,
            "records": self.records,
            "time": self.time,
            "salt": self.salt,
            "reader": self.reader,
            "authority": self.authority,
        })
    }
}

impl Members for CredentialStatement {
    fn members(&self) -> Value {
        json!({
            "issuer": self.issuer,
            "subject": self.subject,
            "not_before": self.validity.from,
            "expires": self.validity.until,
            "issued": self.issued,
            "salt": self.salt,
            "name": self.name,
            "role": self.role.as_str(),
            "licence": self.licence,
            "authority": self.authority,
        })
    }
}

impl Members for CredentialRequestStatement {
    fn members(&self) -> Value {
        json!({
            "subject": self.subject,
            "name": self.name,
            "time": self.time,
            "salt": self.salt,
            "authority": self.authority,
        })
    }
}

impl Members for OrganizationStatement {
    fn members(&self) -> Value {
        json!({
            "organization": self.organization,
            "name": self.name,
            "origin": self.origin,
            "resource": self.resource,
            "chain": self.chain,
            "log_key": self.log_key,
            "epoch": self.epoch,
            "log": log(&self.log),
            "time": self.time,
            "salt": self.salt,
            "authority": self.authority,
            "intake": self.intake.as_ref().map(intake),
            "officers": self.officers.iter().map(|o| json!({ "name": o.name, "device": o.device })).collect::<Value>(),
        })
    }
}

impl Members for ContactStatement {
    fn members(&self) -> Value {
        json!({
            "owner": self.owner,
            "name": self.name,
            "intake": intake(&self.intake),
            "time": self.time,
            "salt": self.salt,
            "authority": self.authority,
        })
    }
}

fn actor(actor: &Actor) -> Value {
    json!({
        "identity": actor.identity,
        "root": actor.root,
        "device": actor.device,
        "authority": actor.authority,
        "sealing_key": actor.sealing_key,
        "admin": actor.admin,
    })
}

fn intake(intake: &Intake) -> Value {
    json!({ "origin": intake.origin, "mailbox": intake.mailbox, "sealing_key": hex(&intake.sealing_key) })
}

fn log(log: &Log) -> Value {
    json!({ "origin": log.origin, "key": log.key })
}

pub(super) fn log_commitment(commitment: &LogCommitment) -> Value {
    json!({ "log_key": commitment.log_key, "origin": commitment.log.origin, "key": commitment.log.key })
}

pub(super) fn period(period: &Period) -> Value {
    json!({ "from": period.from, "until": period.until })
}

fn evidence(evidence: &Evidence) -> Value {
    json!({ "identity": hex(&evidence.identity), "devices": evidence.devices.iter().map(|d| hex(d)).collect::<Value>() })
}

fn credential_evidence(credential: &CredentialEvidence) -> Value {
    json!({
        "credential": hex(&credential.credential),
        "issuer": evidence(&credential.issuer),
        "organization": hex(&credential.organization),
        "organization_evidence": evidence(&credential.organization_evidence),
    })
}
