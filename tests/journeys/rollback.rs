//! A relay that was put back on an older copy of its data is noticed.

use support::{Relay, writing};
use vault::facade::Vault;

use super::visit::Cast;

#[test]
fn an_older_head_is_refused_by_owner_and_reader() {
    let Some(mut relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let visit = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    relay.kill();
    relay.back_up("monday");
    relay.resume();
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("60.9"), now, rng));
    asha.sync();
    rao.sync();
    let now = rao.now();
    let (head, blocks) = (
        asha.ask(Vault::chain).head,
        rao.ask(|vault| vault.accesses(now))[0].blocks,
    );
    assert_eq!(asha.ask(Vault::chain).pending, 0);

    relay.kill();
    relay.back_up("tuesday");
    relay.restore("monday");
    relay.resume();
    // The first question of a session asks for the newest known entry again: `sync::respond::entries`.
    for person in [&mut asha, &mut rao] {
        person.reopen();
        person.codes();
        person.sync();
        let seen = person.codes();
        assert!(seen.contains(&"chain.older".to_owned()), "{seen:?}");
    }
    assert_eq!(asha.ask(Vault::chain).head, head, "the owner's head did not move back");
    let access = rao.ask(|vault| vault.accesses(now)).remove(0);
    assert_eq!((access.id, access.blocks), (visit.grant, blocks), "nor the reader's");

    // The true state is taken again.
    relay.kill();
    relay.restore("tuesday");
    relay.resume();
    for person in [&mut asha, &mut rao] {
        person.reopen();
        person.sync();
        assert!(!person.codes().contains(&"chain.older".to_owned()));
    }
    assert_eq!(asha.ask(Vault::check_chain).bad, None);
}
