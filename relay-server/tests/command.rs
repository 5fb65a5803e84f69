//! The program itself: what it prints, how it ends, what it refuses, what its log shows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use protocol::relay::message::{Mode, NewChain, RelayInformation};
use support::{Client, Key, any};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relay-server"));
    command.args(arguments);
    command
}

fn output(arguments: &[&str]) -> Output {
    program(arguments).output().unwrap()
}

fn start(data: &Path, arguments: &[&str]) -> (Child, Client, BufReader<std::process::ChildStdout>) {
    let mut child = program(&["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()])
        .args(arguments)
        .env("RELAY_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let address = line
        .trim()
        .strip_prefix("listening on http://")
        .unwrap()
        .parse()
        .unwrap();
    (child, Client::connect(address), out)
}

#[cfg(unix)]
fn terminate(child: &Child) {
    let status = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

#[cfg(unix)]
#[test]
fn it_starts_without_configuration_and_ends_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let (data, port) = (directory.path().join("new/data"), directory.path().join("port"));
    let (mut child, mut client, _out) = start(&data, &["--demo", "--port-file", port.to_str().unwrap()]);
    assert_eq!(
        std::fs::read_to_string(&port).unwrap(),
        client.authority.rsplit(':').next().unwrap()
    );
    assert!(client.get("/v1/relay").is(200).read::<RelayInformation>().demo);

    let (id, key) = (any(), Key::new());
    let path = format!("/v1/chains/{id}");
    let new = NewChain {
        write: key.public(),
        read: vec![],
        recover: None,
        public: false,
    };
    client.call("PUT", &path, &new, &key).is(201);
    client.ask("GET", &format!("{path}/blocks"), &Key::new()).is(404);

    let second = output(&["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("another relay uses this data directory"));

    terminate(&child);
    assert!(child.wait().unwrap().success());
    assert!(
        !data.join("relay.sqlite-wal").exists() || std::fs::metadata(data.join("relay.sqlite-wal")).unwrap().len() == 0
    );
    // At the most talkative level the log names nobody.
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("/v1/chains/{id}") && log.contains("stopping"), "{log}");
    for secret in [
        id.to_string(),
        key.public().to_string(),
        "keyid".to_owned(),
        client.authority.clone(),
    ] {
        assert!(!log.contains(&secret), "{secret} in the log");
    }
}

#[test]
fn tokens_are_printed_and_work() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let printed = output(&["token", "--count", "3", "--data", data]);
    assert!(printed.status.success());
    let tokens: Vec<String> = String::from_utf8(printed.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(tokens.len(), 3);
    let (mut child, mut client, _out) = start(directory.path(), &["--invite-only"]);
    assert_eq!(
        client.get("/v1/relay").read::<RelayInformation>().mode,
        Mode::InviteOnly
    );
    let key = Key::new();
    let body = serde_json::to_vec(&NewChain {
        write: key.public(),
        read: vec![],
        recover: None,
        public: false,
    })
    .unwrap();
    for (token, status) in [(&tokens[0], 201), (&tokens[0], 403), (&tokens[1], 201)] {
        let path = format!("/v1/chains/{}", any());
        let mut headers = client.sign("PUT", &path, &body, &key);
        headers.push(("satchel-token".to_owned(), token.clone()));
        client.send("PUT", &path, &headers, &body).is(status);
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn settings_come_from_file_environment_and_flags() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("relay.toml");
    let check = |text: &str, arguments: &[&str], environment: &[(&str, &str)]| {
        std::fs::write(&file, text).unwrap();
        let mut command = program(&["check-config", "--config", file.to_str().unwrap()]);
        let output = command
            .args(arguments)
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    };
    assert!(check("", &[], &[]).0);
    assert!(check(include_str!("../relay.example.toml"), &[], &[]).0);
    let (good, reason) = check("listen = \"0.0.0.0:8470\"", &[], &[]);
    assert!(!good && reason.contains("public_url"), "{reason}");
    assert!(
        check(
            "listen = \"0.0.0.0:8470\"",
            &["--public-url", "https://relay.example.org"],
            &[]
        )
        .0
    );
    assert!(
        check(
            "listen = \"0.0.0.0:8470\"",
            &[],
            &[("RELAY_PUBLIC_URL", "https://relay.example.org")]
        )
        .0
    );
    assert!(
        check(
            "listen = \"0.0.0.0:8470\"",
            &["--listen", "127.0.0.1:1"],
            &[("RELAY_LISTEN", "0.0.0.0:2")]
        )
        .0
    );
    let (good, reason) = check("colour = \"blue\"", &[], &[]);
    assert!(!good && reason.contains("colour"), "{reason}");
    assert!(
        !output(&["check-config", "--config", "/does/not/exist"])
            .status
            .success()
    );
}

#[test]
fn the_description_is_printed() {
    let printed = output(&["openapi"]);
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), relay_server::OPENAPI);
}

#[test]
fn it_ends_with_its_input_where_that_was_asked() {
    let directory = tempfile::tempdir().unwrap();
    let mut child = program(&["--end-with-input", "--listen", "127.0.0.1:0", "--data"])
        .arg(directory.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("listening on") && child.try_wait().unwrap().is_none());
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}
