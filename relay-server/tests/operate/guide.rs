//! The operator's guide: every command in it works, in its order.

use std::net::TcpListener;
use std::path::Path;

use crate::program::{Chain, Relay, program};

#[test]
fn every_command_of_the_guide_works() {
    let guide = include_str!("../../README.md");
    let mut lines = Vec::new();
    for block in guide.split("```sh\n").skip(1) {
        lines.extend(block.split("```").next().unwrap().lines());
    }
    let commands: Vec<&str> = lines
        .into_iter()
        .filter(|line| !line.starts_with("cargo build "))
        .collect();
    assert!(commands.len() >= 8, "the guide's commands were not found: {commands:?}");
    let place = tempfile::tempdir().unwrap();
    // The guide's own port may be taken by somebody who follows it.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let relay = Relay::spawn({
        let mut serve = program(&["serve"]);
        serve.current_dir(place.path()).env("RELAY_LISTEN", &listen);
        serve
    });
    let mut client = relay.client();
    let chain = Chain::new(&mut client);
    chain.admitted(&mut client);
    chain.blob(&mut client);
    for line in commands {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[0], "relay-server", "{line}");
        let output = program(&words[1..])
            .current_dir(place.path())
            .env("RELAY_LISTEN", &listen)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{line}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(words[1] == "health" || !output.stdout.is_empty(), "{line} says nothing");
    }
    relay.kill();
    // And as the guide says: the restored one does not start.
    let restored = program(&["serve", "--data", "restored"])
        .current_dir(place.path())
        .env("RELAY_LISTEN", &listen)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&restored.stderr);
    let quoted = guide.lines().find_map(|line| line.strip_prefix("> ")).unwrap();
    assert!(said.contains(quoted.trim_end_matches('.')), "{said}");
    assert!(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("relay.example.toml")
            .exists()
    );
}
