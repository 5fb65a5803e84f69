//! The laboratory: its public chain, its statement, and the technician's credential.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::credential::{CredentialEvidence, CredentialStatement, Role};
use protocol::export::PublicBlock;
use protocol::key::Signer;
use protocol::organization::{OrganizationStatement, Standing, Status, status_name};
use protocol::statement::Signed;
use protocol::time::Period;

use super::{Chain, Party, Plan, YEAR, at, log, random};

pub struct Lab {
    pub credential: CredentialEvidence,
    pub blocks: Vec<PublicBlock>,
}

pub fn lab(organization: &Party, holder: &Party, plan: &Plan) -> Lab {
    let mut chain = Chain::new(organization, "laboratory", "relay");
    let genesis = [
        random("genesis body").as_bytes().as_slice(),
        &[0x81],
        &cbor::encode(&organization.evidence),
    ]
    .concat();
    let mut blocks = Vec::new();
    let mut file = |chain: &mut Chain<'_>, kind, body: Vec<u8>, time| {
        let (block, promise) = chain.push(kind, &body, time);
        blocks.push(PublicBlock {
            block: block.into(),
            body: Some(body.into()),
            promise: promise.into(),
        });
    };
    file(&mut chain, BlockKind::Genesis, genesis, 0);
    let statement = OrganizationStatement {
        version: 1,
        organization: organization.id(),
        name: "Laboratory at the Harbour".to_owned(),
        origin: "https://relay.example".to_owned(),
        resource: chain.resource,
        chain: chain.blocks[0].chain_id(),
        log_key: chain.log_key,
        epoch: random("laboratory epoch"),
        log: log("relay"),
        time: at(0),
        salt: random("laboratory"),
        actor: organization.device.public_key(),
        authority: organization.actor.authority,
        intake: None,
        officers: Vec::new(),
    };
    let credential = CredentialStatement {
        version: 1,
        issuer: organization.id(),
        subject: holder.id(),
        validity: Period {
            from: at(0),
            until: Some(at(YEAR)),
        },
        issued: at(0),
        salt: random("credential"),
        name: "Tara Tech".to_owned(),
        role: Role::Laboratory,
        licence: "L-1".to_owned(),
        actor: organization.device.public_key(),
        authority: organization.actor.authority,
    };
    let credential = Signed::issue(credential, &organization.device).unwrap();
    let mut state = |standing, time: u64| {
        let status = Status {
            credential: status_name(&credential.hash().into()),
            standing,
            from: at(time),
        };
        let body = [random("status body").as_bytes().as_slice(), &cbor::encode(&status)].concat();
        file(&mut chain, BlockKind::Status, body, time);
    };
    state(Standing::Active, 60);
    if let Some(time) = plan.suspended {
        state(Standing::Suspended, time);
    }
    let credential = CredentialEvidence {
        credential: credential.bytes().to_vec().into(),
        issuer: organization.evidence.clone(),
        organization: Signed::issue(statement, &organization.device)
            .unwrap()
            .bytes()
            .to_vec()
            .into(),
        organization_evidence: organization.evidence.clone(),
    };
    Lab { credential, blocks }
}
