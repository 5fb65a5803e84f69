//! check-config, health and retention.

use std::fs;
use std::time::{Duration, SystemTime};

use protocol::relay::message::MailboxSettings;

use crate::program::{Chain, Relay, blob_file, good, program, refused, text};
use crate::support::{Key, any, random};

#[test]
fn every_setting_is_printed_with_its_source() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("relay.toml");
    fs::write(
        &file,
        "connections = 7\nlisten = \"127.0.0.1:1\"\n[limits]\nblob = 1000000\n",
    )
    .unwrap();
    let data = place.path().join("data");
    let output = program(&["check-config", "--config", text(&file), "--listen", "127.0.0.1:2"])
        .env("RELAY_DATA", &data)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    let source = |setting: &str| {
        let line = said
            .lines()
            .find(|line| line.split_whitespace().nth(1) == Some(setting));
        let mut words = line.unwrap_or_default().split_whitespace().skip(2);
        (
            words.next().unwrap_or_default().to_owned(),
            words.last().unwrap_or_default().to_owned(),
        )
    };
    assert_eq!(source("connections"), ("7".into(), "file".into()));
    assert_eq!(source("listen"), ("127.0.0.1:2".into(), "flag".into()));
    assert_eq!(source("data"), (text(&data).into(), "environment".into()));
    assert_eq!(source("limits.blob"), ("1000000".into(), "file".into()));
    assert_eq!(source("limits.body"), ("1048576".into(), "default".into()));
    assert_eq!(source("rates.intake.burst"), ("60".into(), "default".into()));
    // Every setting of the example file is there.
    let settings = said.lines().filter(|line| line.starts_with("set ")).count();
    assert!(settings > 35, "only {settings} settings");
    assert!(!data.exists(), "a check makes nothing");
}

#[test]
fn what_keeps_a_relay_from_working_is_named() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name);
    let data = path("data");
    Relay::start(&data).kill();
    let check = |arguments: &[&str]| {
        let mut all = vec!["check-config", "--data", text(&data)];
        all.extend(arguments);
        refused(&all)
    };
    let said = check(&["--public-url", "http://relay.example.org"]);
    assert!(said.contains("FAIL  public_url"), "{said}");
    let certificate = rcgen::generate_simple_self_signed(vec!["relay.example.org".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(vec!["relay.example.org".to_owned()]).unwrap();
    fs::write(path("cert.pem"), certificate.cert.pem()).unwrap();
    fs::write(path("other.pem"), other.signing_key.serialize_pem()).unwrap();
    let (cert, none, wrong) = (path("cert.pem"), path("none.pem"), path("other.pem"));
    assert!(check(&["--tls", text(&cert), text(&none)]).contains("FAIL  tls "));
    assert!(check(&["--tls", text(&cert), text(&wrong)]).contains("FAIL  tls "));
    fs::write(path("file"), b"").unwrap();
    let inside = path("file/data");
    assert!(refused(&["check-config", "--data", text(&inside)]).contains("FAIL  data"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(data.join("log.key"), fs::Permissions::from_mode(0o644)).unwrap();
        let said = check(&[]);
        assert!(said.contains("log.key can be read by other users"), "{said}");
        // No secret is ever printed.
        let key: String = fs::read(data.join("log.key"))
            .unwrap()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert!(!said.contains(&key));
    }
}

#[test]
fn health_asks_the_relay_of_these_settings() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name);
    let relay = Relay::start(&path("data"));
    let address = relay.address.to_string();
    good(&["health", "--listen", &address]);
    relay.kill();
    assert!(refused(&["health", "--listen", &address]).contains("no relay listens"));

    let made = rcgen::generate_simple_self_signed(vec!["relay.example.org".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(vec!["relay.example.org".to_owned()]).unwrap();
    for (name, pem) in [
        ("cert", made.cert.pem()),
        ("key", made.signing_key.serialize_pem()),
        ("other", other.cert.pem()),
    ] {
        fs::write(path(name), pem).unwrap();
    }
    let (cert, key, wrong) = (path("cert"), path("key"), path("other"));
    let relay = Relay::with(&path("tls"), &["--tls", text(&cert), text(&key)]);
    let address = relay.address.to_string();
    good(&["health", "--listen", &address, "--tls", text(&cert), text(&key)]);
    // `Own`: another certificate than the settings name; and a relay that speaks TLS where none is expected.
    assert!(
        refused(&["health", "--listen", &address, "--tls", text(&wrong), text(&key)]).contains("another certificate")
    );
    refused(&["health", "--listen", &address]);
    relay.kill();
}

#[test]
fn retention_says_what_is_due_and_removes_it_while_the_relay_is_stopped() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let short = place.path().join("short.toml");
    fs::write(&short, "[limits]\nenvelope_time = 1\n").unwrap();
    let relay = Relay::start(&data);
    let mut client = relay.client();
    let (mailbox, read) = (format!("/v1/mailboxes/{}", any()), Key::new());
    let settings = MailboxSettings {
        read: read.public(),
        send: vec![],
        intake: true,
        contact: None,
    };
    client.call("PUT", &mailbox, &settings, &read).is(201);
    client
        .send("POST", &format!("{mailbox}/envelopes"), &Vec::new(), &random::<1024>())
        .is(202);
    let chain = Chain::new(&mut client);
    let blob = chain.blob(&mut client);
    // A file without a row, two hours old, as a cut upload would leave it.
    let orphan = blob_file(&data).with_file_name(format!("{}-{}", any(), "00".repeat(8)));
    fs::write(&orphan, vec![0; 5000]).unwrap();
    let old = SystemTime::now() - Duration::from_secs(7200);
    fs::File::options()
        .write(true)
        .open(&orphan)
        .unwrap()
        .set_modified(old)
        .unwrap();
    std::thread::sleep(Duration::from_millis(2100));

    let dry = ["retention", "--dry-run", "--data", text(&data)];
    let said = good(&dry);
    assert!(
        said.contains("0 envelopes") && said.contains("1 blob files") && said.contains("4.8 KiB"),
        "{said}"
    );
    // With a shorter time, to see what it would do.
    let tried = good(&[
        "retention",
        "--dry-run",
        "--data",
        text(&data),
        "--config",
        text(&short),
    ]);
    assert!(tried.contains("1 envelopes") && tried.contains("1.0 KiB"), "{tried}");
    for secret in [
        mailbox.rsplit('/').next().unwrap(),
        chain.path.rsplit('/').next().unwrap(),
    ] {
        assert!(!tried.contains(secret), "an id in {tried}");
    }
    assert!(
        tried.contains("chains by bytes: 1,") && tried.contains("mailboxes by envelopes: 1,"),
        "{tried}"
    );
    // A dry run removes nothing; a real one beside a running relay is refused.
    assert!(refused(&["retention", "--data", text(&data)]).contains("--dry-run"));
    assert!(orphan.exists());
    relay.stop();
    good(&["retention", "--data", text(&data), "--config", text(&short)]);
    assert!(!orphan.exists());
    let left = good(&[
        "retention",
        "--dry-run",
        "--data",
        text(&data),
        "--config",
        text(&short),
    ]);
    assert!(left.contains("0 envelopes") && left.contains("0 blob files"), "{left}");
    let relay = Relay::start(&data);
    assert_eq!(chain.read_blob(&mut relay.client(), &blob).is(200).body, blob);
    relay.kill();
    good(&["verify", "--data", text(&data)]);
}
