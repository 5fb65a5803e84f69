//! The relay about itself: page, health, information, CORS, metrics, TLS, what its directory and log show.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use protocol::relay::message::{Mode, RelayInformation};
use tokio_rustls::rustls;

use crate::Chain;
use crate::support::{Client, Server, all_bytes};

#[test]
fn page_health_information() {
    let server = Server::start();
    let client = &mut server.client();
    let page = client.get("/");
    assert!(String::from_utf8_lossy(&page.is(200).body).contains("This is a Satchel relay"));
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert_eq!(client.get("/livez").is(200).json()["success"], true);
    assert_eq!(client.get("/readyz").is(200).json()["success"], true);
    let information: RelayInformation = client.get("/v1/relay").is(200).read();
    assert_eq!(
        (information.mode, information.demo, information.public_url),
        (Mode::Open, false, None)
    );
    assert!(information.log.origin.starts_with("satchel-") && information.log.origin.ends_with("/log"));
    assert_eq!(information.limits, protocol::relay::limits::Limits::default());
    client.get("/nothing").refused(404, "relay.not_found");
    client
        .send("POST", "/v1/relay", &Vec::new(), b"")
        .refused(405, "relay.method");
    client.send("HEAD", "/v1/relay", &Vec::new(), b"").is(200);
}

#[test]
fn the_log_keeps_its_first_name() {
    let mut server = Server::with(|config| config.public_url = Some("https://relay.example.org".to_owned()));
    let origin = |server: &Server| server.client().get("/v1/relay").read::<RelayInformation>().log.origin;
    assert_eq!(origin(&server), "relay.example.org/log");
    server.restart();
    assert_eq!(origin(&server), "relay.example.org/log");
}

#[test]
fn other_origins_may_speak_to_it() {
    let server = Server::start();
    let client = &mut server.client();
    let headers = [
        ("origin", "https://portal.example.org"),
        ("access-control-request-method", "POST"),
        (
            "access-control-request-headers",
            "content-digest,content-type,signature,signature-input,satchel-token,range",
        ),
    ];
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let answer = client.send("OPTIONS", "/v1/chains/00/blocks", &headers, b"");
    answer.is(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let allowed = answer.header("access-control-allow-headers").unwrap();
    assert!(
        [
            "signature",
            "signature-input",
            "content-digest",
            "satchel-token",
            "range"
        ]
        .iter()
        .all(|name| allowed.contains(name))
    );
    assert!(
        answer
            .header("access-control-allow-methods")
            .unwrap()
            .contains("DELETE")
    );
    assert_eq!(answer.header("access-control-max-age"), Some("86400"));
}

#[test]
fn metrics_stand_apart_and_name_nobody() {
    let server = Server::with(|config| config.metrics = Some("127.0.0.1:0".parse().unwrap()));
    let client = &mut server.client();
    let chain = Chain::create(client);
    chain.add(client, b"x");
    client.get("/metrics").refused(404, "relay.not_found");
    let text = String::from_utf8(
        Client::connect(server.metrics.unwrap())
            .get("/metrics")
            .is(200)
            .body
            .clone(),
    )
    .unwrap();
    assert!(
        text.contains(
            "satchel_relay_requests_total{route=\"/v1/chains/{id}/blocks\",method=\"POST\",status=\"201\"} 1"
        ),
        "{text}"
    );
    assert!(text.contains("satchel_relay_connections 1"));
    assert!(!text.contains(&chain.id.to_string()) && !text.contains("127.0.0.1"));
}

#[test]
fn secrets_are_private_files() {
    let server = Server::start();
    server.client().get("/livez").is(200);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(server.data.path().join("log.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let secret = std::fs::read(server.data.path().join("log.key")).unwrap();
    std::fs::remove_file(server.data.path().join("log.key")).unwrap();
    let rest = all_bytes(server.data.path());
    assert!(
        !rest.windows(32).any(|window| window == secret),
        "the log key lies nowhere else"
    );
}

#[test]
fn a_foreign_key_file_is_refused() {
    let mut server = Server::start();
    server.stop();
    std::fs::write(server.data.path().join("log.key"), [9; 32]).unwrap();
    let store =
        relay_server::store::Sqlite::open(server.data.path(), relay_server::store::sqlite::Durability::Full).unwrap();
    let config = relay_server::Config {
        data: server.data.path().to_owned(),
        ..relay_server::Config::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let error = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        relay_server::serve(listener, config, store, async {})
            .await
            .unwrap_err()
    });
    assert!(error.to_string().contains("log.key"));
}

#[test]
fn tls() {
    let directory = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["relay.example.org".to_owned()]).unwrap();
    let (certificate, key) = (directory.path().join("cert.pem"), directory.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let server = Server::with(|config| {
        config.tls = Some(relay_server::config::Tls { certificate, key });
        config.public_url = Some("https://relay.example.org".to_owned());
    });
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut session = rustls::ClientConnection::new(Arc::new(config), "relay.example.org".try_into().unwrap()).unwrap();
    let mut socket = TcpStream::connect(server.address).unwrap();
    let mut stream = rustls::Stream::new(&mut session, &mut socket);
    stream
        .write_all(b"GET /livez HTTP/1.1\r\nhost: relay.example.org\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    _ = stream.read_to_end(&mut answer);
    assert!(String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 200 OK"));
}
