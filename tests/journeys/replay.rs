//! Every request that passed is sent again, verbatim: nothing changes for anybody.

use cli::{Http, Transport};
use rusqlite::types::Value;
use support::{Person, Relay, rows, writing};
use vault::facade::{RecordQuery, Vault};

use super::visit::{Cast, deliver};

/// What a person's vault says of everything.
fn state(person: &mut Person) -> String {
    let now = person.now();
    let accesses = person.ask(|vault| vault.accesses(now));
    // When the relay was last asked is no state of anything.
    let accesses: Vec<_> = accesses
        .into_iter()
        .map(|mut access| {
            access.checked = None;
            access
        })
        .collect();
    let chain = person.ask(Vault::chain);
    format!(
        "{:?}",
        (
            (chain.id, chain.blocks, chain.head, chain.pending),
            person.ask(|vault| vault.records(&RecordQuery::default())),
            person.ask(|vault| vault.grants(now)),
            accesses,
            person.ask(Vault::receipts),
            person.ask(Vault::submissions),
            person.ask(Vault::claims),
            (
                person.ask(|vault| vault.offers(now)),
                person.ask(Vault::profile).stopped
            ),
        )
    )
}

/// The relay's tables but for what counts requests: nonces spent and first fetches.
fn tables(relay: &Relay) -> Vec<(String, Vec<Vec<Value>>)> {
    rows(&relay.data())
        .into_iter()
        .filter(|(name, _)| !matches!(name.as_str(), "nonce" | "access"))
        .collect()
}

#[test]
fn every_request_sent_again_changes_nothing() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let visit = cast.visit();
    let Cast {
        mut clinic,
        mut asha,
        mut rao,
    } = cast;
    rao.read_all(&visit.grant);
    rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    deliver(&mut rao, &mut asha);
    rao.sync();
    asha.sync();
    let mut people = [&mut clinic.office, &mut asha, &mut rao];
    for person in &mut people {
        person.sync();
        person.codes();
    }
    let before: Vec<String> = people.iter_mut().map(|person| state(person)).collect();
    let stored = tables(&relay);

    let captured = relay.log.all();
    assert!(captured.len() > 50, "only {} requests", captured.len());
    let http = Http::new().expect("a client");
    let mut once = 0;
    for exchange in &captured {
        let (request, first) = (&exchange.request, exchange.response.as_ref().expect("it was answered"));
        if request.url.contains("wait=") && !request.url.contains("wait=0") {
            continue;
        }
        let again = http.send(request).expect("the relay is there");
        let text = String::from_utf8_lossy(&again.body).into_owned();
        let name = format!("{} {} -> {} {text}", request.method, request.url, again.status);
        match request.method.as_str() {
            // A signed question may be asked again within its minute, and is answered as things stand.
            "GET" => assert!(again.status < 500, "{name}"),
            // Spent with its nonce: `store::sqlite::spend`.
            "DELETE" if first.status < 300 => {
                assert!(again.status == 409 && text.contains("relay.replayed"), "{name}");
                once += 1;
            }
            "PUT" if first.status < 300 && request.url.ends_with("/capabilities") => {
                assert!(again.status == 409, "{name}");
                once += usize::from(text.contains("relay.replayed"));
            }
            // What is named by what it holds may be put again; the tables below say that it changed nothing.
            "PUT" => assert!(again.status < 500, "{name}"),
            // Appends and deliveries answer as before or are refused: insert-if-absent.
            _ => assert!(again.status < 500, "{name}"),
        }
    }
    assert!(once > 0, "no request was refused as a replay");

    for (one, other) in stored.iter().zip(&tables(&relay)) {
        assert_eq!(one, other, "the relay's table {} changed", one.0);
    }
    for (person, before) in people.iter_mut().zip(&before) {
        person.sync();
        assert_eq!(person.codes(), Vec::<String>::new());
        assert_eq!(&state(person), before, "a vault changed");
        person.reopen();
        person.sync();
        assert_eq!(&state(person), before, "a vault changed after a restart");
    }
}
