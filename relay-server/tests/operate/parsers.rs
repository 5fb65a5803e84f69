//! What an operator's own files hold is read without panic, whatever is in them: changed copies of a manifest and of a configuration.

use relay_server::Config;
use relay_server::operate::manifest::Manifest;

use crate::support::random;

fn changed(seed: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let [kind, a, b, value] = random::<4>();
    let place = usize::from(u16::from_be_bytes([a, b])) % bytes.len().max(1);
    match kind % 4 {
        0 => bytes[place] ^= 1 << (value % 8),
        1 => bytes.truncate(place),
        2 => bytes.insert(place, value),
        _ => {
            let piece = bytes[..place.min(64)].to_vec();
            bytes.splice(place..place, piece);
        }
    }
    bytes
}

#[test]
fn changed_files_are_refused_or_read_as_what_they_say() {
    let config = include_str!("../../relay.example.toml");
    let manifest = r#"{"format":"satchel-relay-backup-1","relay":"0.1.0","time":1,"origin":"a/log","log_key":"00","entries":1,"commits":2,
        "files":[{"path":"blobs/00/a","size":1,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}"#;
    assert!(Config::parse(config).is_ok() && Manifest::parse(manifest.as_bytes()).is_ok());
    for _ in 0..5000 {
        let bytes = changed(config.as_bytes());
        if let Ok(config) = Config::parse(&String::from_utf8_lossy(&bytes)) {
            // What is read is checked before it counts; neither may panic.
            _ = config.check();
        }
        let bytes = changed(manifest.as_bytes());
        if let Ok(manifest) = Manifest::parse(&bytes) {
            assert!(
                manifest
                    .files
                    .iter()
                    .all(|file| !file.path.contains("..") && !file.path.starts_with('/'))
            );
            assert_eq!(Manifest::parse(&manifest.encode().unwrap()).as_ref(), Ok(&manifest));
        }
    }
}
