//! The API description covers every route, and says of every message what it really is.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Chain;
use crate::support::{Server, any};

fn description() -> Value {
    serde_json::from_str(relay_server::OPENAPI).unwrap()
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let description = description();
    assert_eq!(description["openapi"], "3.1.0");
    let mut described = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| *name != "parameters")
        {
            described.insert((method.to_uppercase(), path.clone()));
            assert!(
                operation["operationId"].is_string() && operation["summary"].is_string(),
                "{method} {path}"
            );
            assert!(
                operation["responses"]
                    .as_object()
                    .unwrap()
                    .keys()
                    .any(|status| status.starts_with('2')),
                "{method} {path}"
            );
            let parameters = item["parameters"].as_array().map_or(0, Vec::len);
            assert_eq!(parameters, path.matches('{').count(), "{path}");
        }
    }
    let served: BTreeSet<_> = relay_server::addresses()
        .into_iter()
        .map(|(method, path)| (method.to_owned(), path.to_owned()))
        .collect();
    assert_eq!(described, served);
}

#[test]
fn references_lead_somewhere_and_names_are_unique() {
    fn walk(value: &Value, root: &Value, ids: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref") {
                    let pointer = reference.as_str().unwrap().strip_prefix('#').unwrap();
                    assert!(root.pointer(pointer).is_some(), "{pointer}");
                }
                ids.extend(members.get("operationId").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|member| walk(member, root, ids));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, root, ids)),
            _ => {}
        }
    }
    let description = description();
    let mut ids = Vec::new();
    walk(&description, &description, &mut ids);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

/// Members of a schema, and which of them are required.
fn members(name: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let description = description();
    let schema = &description["components"]["schemas"][name];
    let all = schema["properties"]
        .as_object()
        .unwrap_or_else(|| panic!("no schema {name}"))
        .keys()
        .cloned()
        .collect();
    let required = schema["required"]
        .as_array()
        .map(|names| names.iter().map(|name| name.as_str().unwrap().to_owned()).collect());
    (all, required.unwrap_or_default())
}

/// A message as it travels has exactly the members its schema names, and the required ones at least.
fn fits(name: &str, message: &Value) {
    let (all, required) = members(name);
    let present: BTreeSet<String> = message.as_object().unwrap().keys().cloned().collect();
    assert!(
        present.is_subset(&all),
        "{name}: {:?} not described",
        present.difference(&all)
    );
    assert!(
        required.is_subset(&present),
        "{name}: {:?} missing",
        required.difference(&present)
    );
}

#[test]
fn messages_are_what_the_description_says() {
    use protocol::relay::message as m;
    use protocol::relay::text::Bytes;
    let (key, hash, bytes) = (crate::support::Key::new().public(), any(), Bytes(vec![1]));
    let time = protocol::time::Timestamp::new(1).unwrap();
    let capabilities = m::Capabilities {
        version: 1,
        write: key,
        read: vec![key],
        fetch: vec![m::FetchKey { key, upload: 1 }],
        grantee: Some(key),
        recover: Some(key),
        paused: false,
    };
    macro_rules! check {
        ($($name:ident = $message:expr;)+) => {$(
            let message = serde_json::to_value(&$message).unwrap();
            fits(stringify!($name), &message);
            // Each described member is understood: nothing in the description is made up.
            let (all, _) = members(stringify!($name));
            let known: BTreeSet<String> = message.as_object().unwrap().keys().cloned().chain(["success".to_owned()]).collect();
            assert!(all.is_subset(&known), "{}: {:?} is made up", stringify!($name), all.difference(&known));
        )+};
    }
    check! {
        NewChain = m::NewChain { write: key, read: vec![key], recover: Some(key), public: false };
        NewBlock = m::NewBlock { label: hash, commit: hash, block: bytes.clone(), slot: None, body: None, capabilities: Some(capabilities.clone()) };
        NewEntry = m::NewEntry { label: hash, commit: hash };
        FetchKey = m::FetchKey { key, upload: 1 };
        FetchKeyChange = m::FetchKeyChange { add: vec![key], remove: vec![key] };
        Addresses = m::Addresses { addresses: vec![hash] };
        NewSealed = m::Sealed { sealed: bytes.clone() };
        MailboxSettings = m::MailboxSettings { read: key, send: vec![key], intake: true, contact: Some(bytes.clone()) };
        NewOffer = m::NewOffer { offer: bytes.clone(), owner: key, claim: key, expires: time };
        NewClaim = m::NewClaim { claim: bytes.clone() };
        NewReveal = m::NewReveal { reveal: bytes.clone() };
        NewAnswer = m::NewAnswer { answer: bytes.clone() };
        NewOrganization = m::NewOrganization { statement: bytes.clone(), chain: hash.into() };
        Entry = m::Entry { index: 1, label: hash, commit: hash, block: None, slot: None, body: None, promise: bytes.clone(), time };
        Envelope = m::Envelope { cursor: 1, time, envelope: bytes.clone() };
        LogIdentity = m::LogIdentity { origin: String::new(), key };
        Limits = protocol::relay::limits::Limits::default();
        Capabilities = capabilities;
    }
}

#[test]
fn real_answers_fit() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    fits("RelayInformation", &client.get("/v1/relay").json());
    fits("Admitted", &chain.append(client, &crate::block(b"x")).json());
    fits("Blocks", &client.ask("GET", &chain.at("/blocks"), &chain.read).json());
    fits(
        "CapabilitiesAnswer",
        &client.ask("GET", &chain.at("/capabilities"), &chain.write).json(),
    );
    fits(
        "Accesses",
        &client.ask("GET", &chain.at("/accesses"), &chain.write).json(),
    );
    fits(
        "Problem",
        &client
            .ask("GET", &format!("/v1/chains/{}/blocks", any()), &chain.read)
            .json(),
    );
    assert_eq!(client.get("/v1/openapi.json").is(200).json(), description());
}
