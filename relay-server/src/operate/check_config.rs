//! Every setting in force, where it comes from, and what is wrong with it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use protocol::relay::message::Mode;
use serde_json::Value;

use super::fact::Report;
use super::{bytes, mark};
use crate::authority;
use crate::config::Config;
use crate::keys::LOG_KEY;
use crate::token::TOKEN_KEY;

/// Where settings come from, by name: `file`, `environment`, `flag`; whatever is not named is a default.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sources {
    pub(crate) given: Vec<(&'static str, &'static str)>,
    pub(crate) file: Option<toml::Table>,
}

impl Sources {
    fn of(&self, path: &[String]) -> &'static str {
        let top = path.first().map_or("", String::as_str);
        if let Some((_, source)) = self.given.iter().find(|(name, _)| *name == top) {
            return source;
        }
        let mut table = self.file.as_ref();
        for (place, name) in path.iter().enumerate() {
            match table.and_then(|table| table.get(name)) {
                Some(toml::Value::Table(inner)) => table = Some(inner),
                Some(_) if place + 1 == path.len() => return "file",
                _ => return "default",
            }
        }
        "default"
    }
}

/// Prints settings and problems; an error when the relay could not work.
pub(crate) fn run(config: &Config, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let settings = serde_json::to_value(config).map_err(io::Error::other)?;
    print(&settings, &mut Vec::new(), sources, out)?;
    let report = problems(config, sources);
    report.print(out)?;
    match report.failures() {
        0 => writeln!(out, "the settings can work"),
        1 => Err(io::Error::other("1 problem keeps the relay from working")),
        count => Err(io::Error::other(format!(
            "{count} problems keep the relay from working"
        ))),
    }
}

fn print(value: &Value, path: &mut Vec<String>, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let Value::Object(members) = value else {
        let text = match value {
            Value::Null => "(none)".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        return writeln!(out, "set   {:<28} {text:<32} {}", path.join("."), sources.of(path));
    };
    for (name, member) in members {
        path.push(name.clone());
        print(member, path, sources, out)?;
        path.pop();
    }
    Ok(())
}

fn problems(config: &Config, sources: &Sources) -> Report {
    let mut report = Report::default();
    if let Err(error) = config.check() {
        report.fail("settings", error.to_string());
    }
    tls(config, &mut report);
    public_url(config, &mut report);
    data(config, &mut report);
    limits(config, sources, &mut report);
    exposure(config, &mut report);
    report
}

fn tls(config: &Config, report: &mut Report) {
    if let Some(tls) = &config.tls {
        match crate::connection::acceptor(tls) {
            Ok(_) => report.pass("tls", "certificate and key can be read and fit each other"),
            Err(error) => report.fail("tls", error.to_string()),
        }
        readable_by_others(&tls.key, "tls.key", report);
    }
}

fn public_url(config: &Config, report: &mut Report) {
    let Some(url) = &config.public_url else {
        return report.note("public_url", "there is none: only this machine can use the relay");
    };
    let loopback = authority::of_url(url).is_some_and(|name| authority::is_loopback(&name));
    if url.starts_with("https://") {
        report.pass("public_url", "clients reach the relay by https");
        if config.tls.is_none() {
            report.note(
                "public_url",
                "the relay itself speaks no TLS: a proxy in front of it must",
            );
        }
    } else if loopback {
        report.note("public_url", "http, for this machine only");
    } else {
        report.fail(
            "public_url",
            "it must begin with https://: browsers and phones refuse to send to anything else",
        );
    }
}

/// The data directory takes files, and its secrets are private.
fn data(config: &Config, report: &mut Report) {
    let folder = &config.data;
    let place = folder
        .ancestors()
        .filter(|ancestor| !ancestor.as_os_str().is_empty())
        .find(|ancestor| ancestor.exists())
        .unwrap_or_else(|| Path::new("."));
    let probe = place.join(format!(".relay-check-{}", std::process::id()));
    let written = fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe));
    match written {
        Ok(()) if place == folder => report.pass("data", "the data directory can be written"),
        Ok(()) => report.note(
            "data",
            "the data directory does not exist yet; it will be made at the first start",
        ),
        Err(error) => report.fail("data", format!("{}: {error}", place.display())),
    }
    for name in [LOG_KEY, TOKEN_KEY, crate::store::sqlite::FILE] {
        readable_by_others(&folder.join(name), "data", report);
    }
    if config.mode == Mode::InviteOnly && !folder.join(TOKEN_KEY).exists() {
        report.note(
            "mode",
            "invite_only, and no token was made yet: `relay-server token --count 10`",
        );
    }
    match &config.high_water {
        Some(path) => match mark::usable(path) {
            Ok(()) => report.pass("high_water", "outside the data directory: a rolled-back disk is noticed too"),
            Err(error) => report.fail("high_water", error.to_string()),
        },
        None => report.note(
            "high_water",
            "it lies in the data directory: if the whole directory is put back, the relay cannot notice. Name a file on another disk",
        ),
    }
    if let Some(free) = free(place) {
        let words = format!(
            "{} free, one chain may grow to {}",
            bytes(free),
            bytes(config.limits.chain_bytes)
        );
        if free < config.limits.chain_bytes {
            report.note("disk", format!("{words}: less than one full chain"));
        } else {
            report.pass("disk", words);
        }
    }
}

fn free(place: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let room = rustix::fs::statvfs(place).ok()?;
        Some(room.f_bavail.saturating_mul(room.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = place;
        None
    }
}

fn readable_by_others(path: &Path, name: &'static str, report: &mut Report) {
    #[cfg(unix)]
    if let Ok(metadata) = fs::metadata(path)
        && std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0
    {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let words = format!("{file} can be read by other users of this machine: chmod 600");
        // The database lies in a folder that only its owner may enter.
        if name == "data" && file.ends_with(".sqlite") {
            let closed = path
                .parent()
                .and_then(|folder| fs::metadata(folder).ok())
                .is_some_and(|folder| std::os::unix::fs::PermissionsExt::mode(&folder.permissions()) & 0o077 == 0);
            if !closed {
                report.note(name, words);
            }
        } else {
            report.fail(name, words);
        }
    }
    #[cfg(not(unix))]
    let _ = (path, name, report);
}

fn limits(config: &Config, sources: &Sources, report: &mut Report) {
    let limits = &config.limits;
    let known = serde_json::to_value(limits).unwrap_or_default();
    let given = sources.file.as_ref().and_then(|file| file.get("limits"));
    for name in given
        .and_then(toml::Value::as_table)
        .into_iter()
        .flat_map(toml::Table::keys)
    {
        if known.get(name).is_none() {
            report.fail("limits", format!("there is no limit `{name}`"));
        }
    }
    // Bytes travel as base64url in JSON: four characters for three bytes, and room for names.
    let encoded = |size: u64| size.div_ceil(3).saturating_mul(4).saturating_add(1024);
    let request = encoded(limits.block.saturating_add(limits.slot).saturating_add(limits.body));
    for (bad, words) in [
        (
            limits.request < request,
            format!("request must be at least {request}: a full block with slot and body must fit into one request"),
        ),
        (
            limits.request < encoded(limits.offer.max(limits.statement).max(limits.sealed)),
            "request is smaller than an offer, a statement or a locator that it would have to hold".to_owned(),
        ),
        (
            limits.chain_bytes < limits.blob,
            "chain_bytes is smaller than one blob".to_owned(),
        ),
        (
            limits.pending_bytes < limits.envelope,
            "pending_bytes is smaller than one envelope".to_owned(),
        ),
        (
            limits.chain_items == 0 || limits.pending == 0,
            "chain_items and pending must be at least 1".to_owned(),
        ),
        (
            limits.envelope_time < 86_400,
            "envelope_time is under a day: letters would vanish before phones come online".to_owned(),
        ),
    ] {
        if bad {
            report.fail("limits", words);
        }
    }
}

fn exposure(config: &Config, report: &mut Report) {
    let open = !config.listen.ip().is_loopback();
    if config.behind_proxy && open {
        report.note(
            "behind_proxy",
            "whoever reaches the port past the proxy can claim any address: let only the proxy reach it",
        );
    }
    if config.metrics.is_some_and(|address| !address.ip().is_loopback()) {
        report.note(
            "metrics",
            "they can be read from other machines: let only your monitoring reach that port",
        );
    }
    if config.mode == Mode::Open && open {
        report.note("mode", "open: anybody may create chains, within the rate limits");
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, Sources, problems};

    fn failing(text: &str) -> usize {
        let config: Config = toml::from_str(text).unwrap();
        let sources = Sources {
            file: Some(toml::from_str(text).unwrap()),
            ..Sources::default()
        };
        problems(&config, &sources).failures()
    }

    #[test]
    fn limits_that_contradict_each_other_are_problems() {
        assert_eq!(failing(""), 0);
        for text in [
            "[limits]\nrequest = 100000",
            "[limits]\nchain_bytes = 1000",
            "[limits]\npending_bytes = 1000",
            "[limits]\npending = 0",
            "[limits]\nenvelope_time = 60",
            "[limits]\nblobs = 7",
            "public_url = \"http://relay.example.org\"",
            "[tls]\ncertificate = \"/none/cert.pem\"\nkey = \"/none/key.pem\"",
            "data = \"/proc/none\"",
        ] {
            assert_eq!(failing(text), 1, "{text}");
        }
    }

    #[test]
    fn a_setting_has_one_source() {
        let sources = Sources {
            given: vec![("listen", "flag")],
            file: Some(toml::from_str("listen = \"127.0.0.1:1\"\n[limits]\nblob = 7").unwrap()),
        };
        let of = |path: &[&str]| sources.of(&path.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            (
                of(&["listen"]),
                of(&["limits", "blob"]),
                of(&["limits", "body"]),
                of(&["demo"])
            ),
            ("flag", "file", "default", "default")
        );
    }
}
