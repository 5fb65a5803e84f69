//! Who may depend on whom, and what must never come along.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use crate::source;

/// What each of our packages may use of the others in what it ships. A package that is not named may use none.
const ALLOWED: &[(&str, &[&str])] = &[
    ("protocol", &[]),
    ("clinical", &["protocol"]),
    ("vault", &["clinical", "protocol"]),
    ("relay-server", &["protocol"]),
    ("bindings-wasm", &["clinical", "protocol", "vault"]),
    ("bindings-mobile", &["clinical", "protocol", "vault"]),
    ("bindings-mobile-probe", &["bindings-mobile", "protocol", "vault"]),
    ("cli", &["clinical", "protocol", "vault"]),
    ("tests", &["cli", "clinical", "protocol", "relay-server", "vault"]),
    ("xtask", &[]),
];

/// Nothing may need these, not even for its tests.
const LEAVES: &[&str] = &["bindings-mobile-probe", "tests", "xtask"];

/// That the relay cannot decrypt is a fact of its dependency tree. TLS (rustls with ring) is not content encryption.
pub const NOT_IN_THE_RELAY: &[&str] = &[
    "vault",
    "clinical",
    "hpke",
    "aes-gcm",
    "aes-gcm-siv",
    "aes",
    "argon2",
    "bip39",
    "ml-kem",
    "x-wing",
    "x25519-dalek",
    "chacha20poly1305",
    "openssl",
    "native-tls",
    "aws-lc-rs",
];

/// Input and output, clocks, randomness, `async` and the bindings' own libraries.
pub const NOT_IN_THE_CORE: &[&str] = &[
    "tokio",
    "async-std",
    "async-trait",
    "futures",
    "futures-core",
    "mio",
    "socket2",
    "reqwest",
    "hyper",
    "ureq",
    "rusqlite",
    "getrandom",
    "rand",
    "fastrand",
    "chrono",
    "time",
    "web-time",
    "log",
    "tracing",
    "wasm-bindgen",
    "js-sys",
    "web-sys",
    "uniffi",
];

/// One of our packages and what it names.
pub struct Package {
    pub name: String,
    /// In what it ships, build scripts included.
    pub shipped: BTreeSet<String>,
    /// For its tests.
    pub tested: BTreeSet<String>,
}

/// Our packages, as cargo sees them.
pub fn own() -> Vec<Package> {
    let text = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&text).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    packages
        .iter()
        .map(|package| {
            let mut found = Package {
                name: text_of(&package["name"]),
                shipped: BTreeSet::new(),
                tested: BTreeSet::new(),
            };
            for dependency in package["dependencies"].as_array().into_iter().flatten() {
                let list = if dependency["kind"] == "dev" {
                    &mut found.tested
                } else {
                    &mut found.shipped
                };
                list.insert(text_of(&dependency["name"]));
            }
            found
        })
        .collect()
}

fn text_of(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The packages whose dependencies on other packages of ours are not allowed.
pub fn directions(packages: &[Package]) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let own: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut violations = Vec::new();
    for package in packages {
        let Some(may) = allowed.get(package.name.as_str()) else {
            violations.push(format!("{} is not in the list of packages", package.name));
            continue;
        };
        for used in package.shipped.iter().filter(|used| own.contains(used.as_str())) {
            if !may.contains(&used.as_str()) {
                violations.push(format!("{} depends on {used}", package.name));
            }
        }
        for used in package
            .shipped
            .union(&package.tested)
            .filter(|used| LEAVES.contains(&used.as_str()))
        {
            violations.push(format!(
                "{} depends on {used}, on which nothing may depend",
                package.name
            ));
        }
    }
    violations
}

/// The names of everything a package brings along, on all targets, with its usual features.
pub fn tree(package: &str) -> BTreeSet<String> {
    let text = cargo(&[
        "tree",
        "--package",
        package,
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--target",
        "all",
    ]);
    names(&text)
}

fn names(tree: &str) -> BTreeSet<String> {
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

pub fn forbidden(package: &str, tree: &BTreeSet<String>, never: &[&str]) -> Vec<String> {
    never
        .iter()
        .filter(|name| tree.contains(**name))
        .map(|name| format!("{package} brings {name} along"))
        .collect()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(source::root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

#[cfg(test)]
mod planted {
    use super::*;

    fn package(name: &str, shipped: &[&str], tested: &[&str]) -> Package {
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Package {
            name: name.to_owned(),
            shipped: set(shipped),
            tested: set(tested),
        }
    }

    #[test]
    fn an_upward_dependency_is_seen() {
        let good = [
            package("protocol", &["sha2"], &[]),
            package("relay-server", &["protocol", "axum"], &[]),
        ];
        assert!(directions(&good).is_empty());
        let bad = [package("protocol", &["vault"], &[]), package("vault", &[], &[])];
        assert_eq!(directions(&bad).len(), 1);
        let bad = [package("relay-server", &["vault"], &[]), package("vault", &[], &[])];
        assert_eq!(directions(&bad).len(), 1);
    }

    #[test]
    fn a_dependency_on_a_leaf_is_seen_even_for_tests() {
        let bad = [package("vault", &[], &["tests"]), package("tests", &[], &[])];
        assert_eq!(directions(&bad).len(), 1);
    }

    #[test]
    fn an_unlisted_package_is_seen() {
        assert_eq!(directions(&[package("helpers", &[], &[])]).len(), 1);
    }

    #[test]
    fn a_cipher_in_a_tree_is_seen() {
        let tree = names("relay-server v0.1.0 (here)\nprotocol v0.1.0\naes-gcm v0.11.0\nsha2 v0.11.0 (*)\n");
        assert_eq!(
            forbidden("relay-server", &tree, NOT_IN_THE_RELAY),
            ["relay-server brings aes-gcm along"]
        );
        assert!(forbidden("vault", &tree, NOT_IN_THE_CORE).is_empty());
    }

    #[test]
    fn the_vaults_real_tree_would_be_refused_in_the_relay() {
        assert!(forbidden("vault", &tree("vault"), NOT_IN_THE_RELAY).len() >= 4);
    }
}
