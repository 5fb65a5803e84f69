//! A full disk: refused with a code, nothing acknowledged is lost, and the relay goes on when there is room again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use protocol::hash::{Hash, sha256};
use protocol::relay::message::Admitted;

use crate::program::{Chain, Relay, good, run, text};
use crate::support::{Answer, random};

/// A small disk of its own; unmounted at the end.
struct Disk(PathBuf);

impl Disk {
    /// None where this process may not mount.
    fn new(at: &Path) -> Option<Self> {
        fs::create_dir(at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"])
            .arg(at)
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then(|| Self(at.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Writes blocks until one is refused; the rest of the answers are checked by the caller.
fn fill(chain: &Chain, relay: &Relay, acknowledged: &mut Vec<Hash>) -> Answer {
    let mut client = relay.client();
    for _ in 0..2000 {
        let (commit, answer) = chain.append(&mut client, 30_000);
        if answer.status != 201 {
            return answer;
        }
        answer.read::<Admitted>();
        acknowledged.push(commit);
    }
    panic!("the disk never filled up");
}

#[test]
fn a_full_disk_refuses_loses_nothing_and_recovers() {
    let place = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::new(&place.path().join("disk")) else {
        println!("skipped: this process may not mount a small disk");
        return;
    };
    let (ballast, data) = (disk.0.join("ballast"), disk.0.join("data"));
    fs::write(&ballast, vec![0; 2 << 20]).unwrap();
    let relay = Relay::start(&data);
    let mut client = relay.client();
    let chain = Chain::new(&mut client);
    let blob = chain.blob(&mut client);
    let health = || run(&["health", "--listen", &relay.address.to_string()]);
    assert!(health().0);
    let mut acknowledged = Vec::new();
    let answer = fill(&chain, &relay, &mut acknowledged);
    answer.refused(507, "relay.storage");
    assert_eq!(answer.header("retry-after"), Some("30"));
    assert!(acknowledged.len() > 10);
    // The last bytes are taken by small writes, then nothing fits any more; blobs are files of their own.
    fs::write(disk.0.join("rest"), vec![0; 6 << 20]).unwrap_err();
    let large: Vec<u8> = (0..10_000).flat_map(|_| random::<32>()).collect();
    let target = format!("{}/blobs/{}", chain.path, sha256(&[&large]));
    client
        .signed("PUT", &target, &large, &chain.write)
        .refused(507, "relay.storage");
    chain.append(&mut client, 30_000).1.refused(507, "relay.storage");
    assert_eq!(
        fs::read_dir(data.join("uploads")).unwrap().count(),
        0,
        "half a blob was left"
    );
    // Smaller writes may still fit where larger ones do not; readiness is found out by the smallest, every five seconds.
    while chain.append(&mut client, 200).1.status == 201 {
        acknowledged.push(*chain.commits(&mut client).last().unwrap());
    }
    let unready = (0..8).any(|_| {
        std::thread::sleep(Duration::from_millis(5100));
        !health().0
    });
    assert!(
        unready && health().2.contains("503"),
        "a relay without disk calls itself ready"
    );
    // Reading goes on.
    let mut client = relay.client();
    assert_eq!(chain.commits(&mut client), acknowledged);
    assert_eq!(chain.read_blob(&mut client, &blob).is(200).body, blob);

    fs::remove_file(&ballast).unwrap();
    fs::remove_file(disk.0.join("rest")).unwrap();
    acknowledged.push(chain.admitted(&mut client));
    client.signed("PUT", &target, &large, &chain.write).is(201);
    assert!(health().0, "ready again");
    assert_eq!(chain.commits(&mut client), acknowledged);
    relay.kill();
    // Also after a restart, and as files.
    let relay = Relay::start(&data);
    assert_eq!(chain.commits(&mut relay.client()), acknowledged);
    relay.kill();
    good(&["verify", "--data", text(&data)]);
}

/// A relay whose files may not grow beyond some KiB: a full disk for every process, mounting or not.
fn bounded(data: &Path, kibibytes: u32) -> Relay {
    let mut command = Command::new("sh");
    // The signal that comes with the limit is ignored, so that the write itself is refused.
    command.args(["-c", "trap '' XFSZ; ulimit -f $((LIMIT * 2)); exec \"$0\" \"$@\""]);
    let program = crate::program::program(&["--listen", "127.0.0.1:0", "--data", text(data)]);
    command.arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    // `ulimit -f` counts 512 bytes.
    command.env("LIMIT", kibibytes.to_string());
    Relay::spawn(command)
}

#[test]
#[cfg(unix)]
fn a_disk_that_takes_no_more_refuses_and_loses_nothing() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let relay = bounded(&data, 2048);
    let mut client = relay.client();
    let chain = Chain::new(&mut client);
    let blob = chain.blob(&mut client);
    let mut acknowledged = Vec::new();
    let answer = fill(&chain, &relay, &mut acknowledged);
    answer.refused(507, "relay.storage");
    assert_eq!(answer.header("retry-after"), Some("30"));
    assert!(acknowledged.len() > 10);
    let large: Vec<u8> = (0..80_000).flat_map(|_| random::<32>()).collect();
    let target = format!("{}/blobs/{}", chain.path, sha256(&[&large]));
    client
        .signed("PUT", &target, &large, &chain.write)
        .refused(507, "relay.storage");
    assert_eq!(
        fs::read_dir(data.join("uploads")).unwrap().count(),
        0,
        "half a blob was left"
    );
    // Reading goes on.
    assert_eq!(chain.commits(&mut client), acknowledged);
    assert_eq!(chain.read_blob(&mut client, &blob).is(200).body, blob);
    relay.kill();
    // With room again everything is there, and goes on.
    let relay = Relay::start(&data);
    let mut client = relay.client();
    assert_eq!(chain.commits(&mut client), acknowledged);
    acknowledged.push(chain.admitted(&mut client));
    client.signed("PUT", &target, &large, &chain.write).is(201);
    assert_eq!(chain.commits(&mut client), acknowledged);
    relay.kill();
    good(&["verify", "--data", text(&data)]);
}
