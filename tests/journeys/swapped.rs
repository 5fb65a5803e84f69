//! Chains, keys and blocks put in each other's place.

use protocol::block::BlockStatement;
use protocol::id::IdentityId;
use support::forge::{Forger, other_block, other_chain};
use support::{Person, Relay, everything, writing};
use vault::facade::Vault;

use super::visit::Cast;

type Change = fn(&mut BlockStatement);

/// A device of the owner that no longer keeps the rules appends a block; the owner's other device must not take it in.
#[test]
fn a_block_that_does_not_continue_the_chain_is_refused() {
    let Some(relay) = Relay::start() else { return };
    let cases: [(&str, Change); 6] = [
        ("chain.other", |block| block.chain = Some(other_chain())), // Head::follow
        ("chain.link", |block| block.previous = Some(other_block())), // Head::follow
        ("chain.gap", |block| block.sequence += 1),                 // Head::follow
        ("chain.fork", |block| block.sequence -= 1),                // Head::follow
        ("chain.owner", |block| {
            block.owner = IdentityId::from(protocol::hash::Hash::new([7; 32]))
        }), // Head::follow
        ("block.body", |block| block.body = protocol::hash::Hash::new([7; 32])), // protocol::block::check_body
    ];
    for (code, change) in cases {
        let mut asha = chain_of_two(&relay);
        let forger = Forger::of(&mut asha);
        let (mut block, body) = forger.next_block();
        change(&mut block);
        forger.admit(&forger.sign(block), &body);
        refused(&mut asha, code);
    }
    // A key that nobody certified: `Keys::check`. One bit of the signature: `Block::verify`.
    let mut asha = chain_of_two(&relay);
    let forger = Forger::of(&mut asha);
    let (block, body) = forger.next_block();
    forger.admit(&forger.sign_as_stranger(block), &body);
    refused(&mut asha, "chain.key");
    let mut asha = chain_of_two(&relay);
    let forger = Forger::of(&mut asha);
    let (block, body) = forger.next_block();
    let mut bytes = forger.sign(block);
    *bytes.last_mut().expect("bytes") ^= 1;
    forger.admit(&bytes, &body);
    refused(&mut asha, "block.signature");
}

fn chain_of_two(relay: &Relay) -> Person {
    let mut asha = Person::new(relay, "patient", "Asha");
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.5"), now, rng));
    asha.sync();
    asha.codes();
    asha
}

fn refused(asha: &mut Person, code: &str) {
    let before = asha.ask(Vault::chain);
    asha.sync();
    let seen = asha.codes();
    assert!(seen.contains(&code.to_owned()), "expected {code}, saw {seen:?}");
    let after = asha.ask(Vault::chain);
    assert_eq!(
        (after.head, after.blocks),
        (before.head, before.blocks),
        "{code}: something was stored"
    );
}

#[test]
fn a_chain_under_another_log_key_is_refused() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = chain_of_two(&relay);
    let mut forger = Forger::of(&mut asha);
    forger.swap_log_key(&mut asha);
    let mut phone = Person::join(&relay, &asha.words);
    phone.sync();
    // `flow::check_genesis`: the first block commits to the key under which its labels stand.
    assert_eq!(phone.codes(), ["sync.log_key"]);
    assert_eq!(phone.ask(Vault::profile).stage, "joining");
    assert_eq!(phone.ask_refused(Vault::chain), "vault.not_ready");
}

#[test]
fn one_grants_chain_cannot_stand_in_for_another() {
    let Some(relay) = Relay::start() else { return };
    let Cast { mut asha, mut rao, .. } = Cast::new(&relay);
    let first = asha.admit(&mut rao, &everything());
    let second = asha.admit(&mut rao, &everything());
    let forger = Forger::of(&mut rao);
    let (one, other) = (forger.share(&first.grant), forger.share(&second.grant));
    rao.sync();
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("60.9"), now, rng));
    asha.sync();
    let now = rao.now();
    let blocks = |rao: &mut Person| -> Vec<u32> {
        rao.ask(|vault| vault.accesses(now))
            .iter()
            .map(|access| access.blocks)
            .collect()
    };
    let before = blocks(&mut rao);
    // The relay answers questions about one chain with what it holds of the other.
    let mut held: Option<Vec<u8>> = None;
    rao.wire.lie(move |request, response| {
        let nothing = || {
            serde_json::json!({ "success": true, "entries": [], "more": false })
                .to_string()
                .into_bytes()
        };
        if response.status >= 300 {
            return;
        }
        if request.url.contains(&one) {
            response.body = held.clone().unwrap_or_else(nothing);
        } else if request.url.contains(&other) {
            held = Some(std::mem::replace(&mut response.body, nothing()));
        }
    });
    let met = |rao: &mut Person, code: &str| {
        for _ in 0..3 {
            rao.sync();
        }
        let seen = rao.codes();
        assert!(seen.contains(&code.to_owned()), "expected {code}, saw {seen:?}");
        assert_eq!(blocks(rao), before, "{code}: something was stored");
    };
    // New entries: `chain::receive::check_promise`. What is known already: `chain::receive::check_known`, at a session's first question.
    met(&mut rao, "sync.label");
    rao.reopen();
    met(&mut rao, "sync.conflict");
    rao.wire.tell_the_truth();
    rao.reopen();
    rao.sync();
    assert_eq!(
        blocks(&mut rao),
        before.iter().map(|blocks| blocks + 1).collect::<Vec<_>>()
    );
}
