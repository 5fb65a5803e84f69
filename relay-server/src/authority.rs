//! The relay's name as requests are signed for it: lower case, the port left out where it is the scheme's own (RELAY-13).
//!
//! With a `public_url` that name alone counts. Without one the name the client used counts, but only when it names this machine:
//! otherwise a foreign page or a captured request could speak through any name that happens to lead here.

use std::net::IpAddr;

/// The authority of an origin such as `https://relay.example.org:8443`; none when it is anything else.
pub(crate) fn of_url(url: &str) -> Option<String> {
    let (rest, port) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (rest, ":443"),
        (_, Some(rest)) => (rest, ":80"),
        _ => return None,
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let valid = !rest.is_empty()
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    valid.then(|| normal(rest, port))
}

/// A name as received, in its signed form.
pub(crate) fn of_host(host: &str, tls: bool) -> String {
    normal(host, if tls { ":443" } else { ":80" })
}

fn normal(name: &str, own_port: &str) -> String {
    let name = name.to_ascii_lowercase();
    name.strip_suffix(own_port).map_or_else(|| name.clone(), str::to_owned)
}

/// Whether the name leads to this machine and nowhere else.
pub(crate) fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{is_loopback, of_host, of_url};

    #[test]
    fn one_form_of_a_name() {
        assert_eq!(
            of_url("https://Relay.Example.ORG:443/").as_deref(),
            Some("relay.example.org")
        );
        assert_eq!(
            of_url("https://relay.example.org:80").as_deref(),
            Some("relay.example.org:80")
        );
        assert_eq!(of_url("http://127.0.0.1:8470").as_deref(), Some("127.0.0.1:8470"));
        for refused in [
            "relay.example.org",
            "ftp://a",
            "https://",
            "https://a/b",
            "https://a?b",
            "https://u@a",
            "https://a b",
        ] {
            assert_eq!(of_url(refused), None, "{refused}");
        }
        assert_eq!(of_host("LOCALHOST:80", false), "localhost");
        assert_eq!(of_host("localhost:80", true), "localhost:80");
    }

    #[test]
    fn loopback_names() {
        for name in [
            "localhost",
            "localhost:8470",
            "a.localhost",
            "127.0.0.1:1",
            "127.9.9.9",
            "[::1]:8470",
            "[::1]",
        ] {
            assert!(is_loopback(name), "{name}");
        }
        for name in [
            "relay.example.org",
            "10.0.0.1",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "[::2]",
            "",
        ] {
            assert!(!is_loopback(name), "{name}");
        }
    }
}
