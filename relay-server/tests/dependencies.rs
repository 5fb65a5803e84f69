//! The relay cannot decrypt: its dependency tree holds no content cipher, no HPKE, none of our crates but `protocol`.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::process::Command;

#[test]
fn no_cipher_but_inside_tls() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "-p",
            "relay-server",
            "-e",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(
        names.contains(&"protocol") && names.contains(&"ring") && names.len() > 50,
        "the tree was not read"
    );
    let forbidden = [
        "vault",
        "clinical",
        "hpke",
        "aes",
        "aes-gcm",
        "aes-gcm-siv",
        "chacha20",
        "chacha20poly1305",
        "salsa20",
        "xsalsa20poly1305",
        "crypto_box",
        "age",
        "ml-kem",
        "x-wing",
        "x25519-dalek",
        "aead",
        "cipher",
        "openssl",
        "openssl-sys",
        "native-tls",
        "aws-lc-rs",
        "argon2",
        "bip39",
        "orion",
        "sodiumoxide",
    ];
    for name in forbidden {
        assert!(!names.contains(&name), "{name} in the relay's tree");
    }
    // ring serves TLS and nothing else.
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "-p",
            "relay-server",
            "-e",
            "normal",
            "-i",
            "ring",
            "--depth",
            "1",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let users = String::from_utf8(output.stdout).unwrap();
    for user in users.lines().skip(1).filter_map(|line| line.split(' ').next()) {
        assert!(user.starts_with("rustls"), "{user} uses ring");
    }
}
