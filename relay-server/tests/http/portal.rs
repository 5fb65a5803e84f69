//! The portal as served: names, types, policies, packed forms, what the client already has, and nothing else.

use std::fs;

use tempfile::TempDir;

use crate::support::{Answer, Client, Server};

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const WASM: &[u8] = b"\0asm\x01\0\0\0";

/// A folder as a build leaves it, beside a file that no build makes.
fn built() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write("index.html", b"<!doctype html><title>Satchel</title>");
    write("index.html.br", b"packed page");
    write("manifest.webmanifest", b"{}");
    write("sw.js", b"/* service worker */");
    write("assets/index-1a.js", b"/* script */");
    write("assets/index-1a.js.br", b"packed script");
    write("assets/core-2b.wasm", WASM);
    write("assets/worker/core-3c.js", b"/* worker */");
    write("assets/secret", b"no ending, no type");
    folder
}

fn get(client: &mut Client, path: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    client.send("GET", path, &headers, b"")
}

#[test]
fn files_are_served_under_their_policies() {
    let folder = built();
    let server = Server::with(|config| config.portal = Some(folder.path().to_owned()));
    let client = &mut server.client();
    let page = get(client, "/", &[]);
    assert_eq!(page.is(200).body, b"<!doctype html><title>Satchel</title>");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let policy = page.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "script-src 'self';",
        "connect-src 'self';",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types svelte-trusted-html satchel-url",
    ] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    assert!(!policy.contains("wasm") && !policy.contains("unsafe") && !policy.contains("http"));
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("vary", "accept-encoding"),
    ] {
        assert!(page.header(name).is_some_and(|found| found.contains(value)), "{name}");
    }
    for (path, kind, cache) in [
        ("/assets/index-1a.js", "text/javascript; charset=utf-8", "immutable"),
        ("/assets/core-2b.wasm", "application/wasm", "immutable"),
        (
            "/assets/worker/core-3c.js",
            "text/javascript; charset=utf-8",
            "immutable",
        ),
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
    ] {
        let file = get(client, path, &[]);
        assert_eq!(file.is(200).header("content-type"), Some(kind), "{path}");
        assert!(file.header("cache-control").unwrap().contains(cache), "{path}");
        let policy = file.header("content-security-policy").unwrap();
        let compiles = path.starts_with("/assets/worker/");
        assert_eq!(policy.contains("'wasm-unsafe-eval'"), compiles, "{path}: {policy}");
        assert_eq!(
            policy.contains("connect-src 'self' https: http://localhost:*"),
            compiles,
            "{path}: {policy}"
        );
    }
    assert_eq!(get(client, "/assets/core-2b.wasm", &[]).body, WASM);
}

#[test]
fn a_public_relay_lets_the_worker_speak_tls_only() {
    let folder = built();
    let server = Server::with(|config| {
        config.portal = Some(folder.path().to_owned());
        config.public_url = Some("https://relay.example.org".to_owned());
    });
    let worker = get(&mut server.client(), "/assets/worker/core-3c.js", &[]);
    let policy = worker.header("content-security-policy").unwrap();
    assert!(policy.ends_with("connect-src 'self' https:"), "{policy}");

    // A name of this machine is not public: relays on several ports meet.
    let server = Server::with(|config| {
        config.portal = Some(folder.path().to_owned());
        config.public_url = Some("http://localhost:8470".to_owned());
    });
    let worker = get(&mut server.client(), "/assets/worker/core-3c.js", &[]);
    assert!(
        worker
            .header("content-security-policy")
            .unwrap()
            .ends_with("http://localhost:* http://127.0.0.1:*")
    );
}

#[test]
fn packed_forms_and_known_ones() {
    let folder = built();
    let server = Server::with(|config| config.portal = Some(folder.path().to_owned()));
    let client = &mut server.client();
    let packed = get(client, "/assets/index-1a.js", &[("accept-encoding", "gzip, br")]);
    assert_eq!(packed.is(200).body, b"packed script");
    assert_eq!(packed.header("content-encoding"), Some("br"));
    let plain = get(client, "/assets/index-1a.js", &[("accept-encoding", "gzip, br;q=0")]);
    assert_eq!(
        (plain.body.as_slice(), plain.header("content-encoding")),
        (b"/* script */".as_slice(), None)
    );
    let (packed, plain) = (packed.header("etag").unwrap(), plain.header("etag").unwrap());
    assert_ne!(packed, plain);

    let known = get(
        client,
        "/assets/index-1a.js",
        &[
            ("accept-encoding", "br"),
            ("if-none-match", &format!("\"x\", {packed}")),
        ],
    );
    assert_eq!(known.is(304).body, b"");
    assert_eq!(known.header("etag"), Some(packed));
    assert!(known.header("content-security-policy").is_some());
    let other = get(
        client,
        "/assets/index-1a.js",
        &[("accept-encoding", "br"), ("if-none-match", plain)],
    );
    other.is(200);
    // Without a packed form there is only one.
    let wasm = get(client, "/assets/core-2b.wasm", &[("accept-encoding", "br")]);
    assert_eq!((wasm.body.as_slice(), wasm.header("content-encoding")), (WASM, None));
}

#[test]
fn own_addresses_lead_to_the_page_and_nothing_else_does() {
    let folder = built();
    let server = Server::with(|config| config.portal = Some(folder.path().to_owned()));
    let client = &mut server.client();
    for path in ["/records", "/o/x?y=z", "/records/0123.json"] {
        let page = get(client, path, &[("accept", BROWSER)]);
        assert_eq!(page.is(200).body, b"<!doctype html><title>Satchel</title>", "{path}");
        assert_eq!(page.header("cache-control"), Some("no-cache"));
        get(client, path, &[("accept", "application/json")]).refused(404, "relay.not_found");
        get(client, path, &[]).refused(404, "relay.not_found");
    }
    for path in [
        "/assets/index-gone.js",
        "/assets/secret",
        "/assets/index-1a.js.br",
        "/v1/nothing",
        "/index.html.br",
    ] {
        let answer = get(client, path, &[("accept", BROWSER)]);
        assert!(path == "/index.html.br" || answer.status == 404, "{path}");
        assert_ne!(answer.body, b"packed page");
    }
    for path in [
        "/../Cargo.toml",
        "/assets/../../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "//etc/passwd",
    ] {
        let answer = get(client, path, &[]);
        assert_eq!(answer.status, 404, "{path}");
    }
    let headers = vec![("accept".to_owned(), BROWSER.to_owned())];
    client
        .send("POST", "/records", &headers, b"")
        .refused(404, "relay.not_found");
    let head = client.send("HEAD", "/assets/index-1a.js", &Vec::new(), b"");
    assert_eq!(
        (head.is(200).body.len(), head.header("content-type").is_some()),
        (0, true)
    );
}

#[test]
fn without_a_portal_a_page_says_so() {
    let server = Server::start();
    let client = &mut server.client();
    let page = get(client, "/", &[("accept", BROWSER)]);
    let text = String::from_utf8_lossy(&page.is(200).body).into_owned();
    assert!(text.contains("The web portal is not part of this relay"), "{text}");
    get(client, "/records", &[("accept", BROWSER)]).refused(404, "relay.not_found");
}
