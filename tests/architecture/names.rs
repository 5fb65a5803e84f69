//! The features of the phones' apps: what `bindings/NAMES.md` lists, what Kotlin's presenters and Swift's view models offer, and what the
//! test main in Swift can play are the same, down to the names of parameters and members.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Source;

/// One feature: its actions with the names of their parameters in order, and the members of its content.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Feature {
    pub actions: BTreeMap<String, Vec<String>>,
    pub content: BTreeSet<String>,
}

/// Features by their stem, such as `Timeline`.
pub type Features = BTreeMap<String, Feature>;

/// The table of `NAMES.md`.
pub fn listed(text: &str) -> Features {
    let table = text.split("\n## Features\n").nth(1).unwrap_or_default();
    let table = table.split("\n## ").next().unwrap_or_default();
    let mut features = Features::new();
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).split(" | ").map(str::trim).collect();
        let [_, stem, actions, content] = cells.as_slice() else {
            continue;
        };
        let mut feature = Feature::default();
        for word in quoted(actions) {
            if let Some((name, rest)) = word.split_once('(') {
                let parameters = rest.trim_end_matches(')').split(", ").filter(|one| !one.is_empty());
                feature
                    .actions
                    .insert(name.to_owned(), parameters.map(first_word).collect());
            }
        }
        // What stands after a semicolon is beside the content.
        for member in quoted(content.split(';').next().unwrap_or_default())
            .iter()
            .flat_map(|text| text.split(", "))
        {
            feature.content.insert(first_word(member));
        }
        features.insert(stem.trim_matches('`').to_owned(), feature);
    }
    features
}

/// What is public in `…Presenter.kt`: the presenter's functions, the members of its content.
pub fn kotlin(sources: &[Source]) -> Features {
    let text = |name: &str| {
        sources
            .iter()
            .find(|source| source.path.ends_with(name))
            .map(|source| &source.text)
    };
    let inherited = text("/VaultPresenter.kt").is_some_and(|text| text.contains("suspend fun load()"));
    let mut features = Features::new();
    for source in sources {
        let file = source.path.rsplit('/').next().unwrap_or_default();
        let Some(stem) = file
            .strip_suffix("Presenter.kt")
            .filter(|stem| !["", "Vault"].contains(stem))
        else {
            continue;
        };
        let mut feature = Feature::default();
        let class = body(&source.text, &format!("class {stem}Presenter("), "\n}");
        if inherited && class.contains(&format!(") : VaultPresenter<{stem}Content>")) {
            feature.actions.insert("load".to_owned(), Vec::new());
        }
        for line in class.lines() {
            let line = line.strip_prefix("    ").unwrap_or_default();
            for start in ["suspend fun ", "fun "] {
                if let Some(rest) = line.strip_prefix(start) {
                    let (name, parameters) = signature(rest);
                    feature.actions.insert(name, parameters);
                }
            }
        }
        let content = body(&source.text, &format!("class {stem}Content("), "\n)");
        let members = content
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("val "));
        feature.content = members.map(first_word).collect();
        features.insert(stem.to_owned(), feature);
    }
    features
}

/// What is public in Swift's view models and their contents.
pub fn swift(sources: &[Source]) -> Features {
    let mut features = Features::new();
    for source in sources {
        for rest in source.text.split("public final class ").skip(1) {
            let Some((stem, _)) = rest.split_once("Model: ") else {
                continue;
            };
            let class = rest.split("\n}\n").next().unwrap_or_default();
            let functions = class.split("\n    public func ").skip(1).map(signature);
            let content = body(&source.text, &format!("struct {stem}Content: "), "\n}");
            let members = content
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix("public var "));
            let feature = Feature {
                actions: functions.collect(),
                content: members.map(first_word).collect(),
            };
            features.insert(stem.to_owned(), feature);
        }
    }
    features
}

/// What the test main in Swift plays: `extension TimelineModel: Playable` with a case for each action.
pub fn played(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let extensions = text.split("\nextension ").skip(1);
    extensions
        .filter_map(|rest| {
            let (stem, rest) = rest.split_once("Model: Playable")?;
            let cases = rest.split("\n        case \"").skip(1);
            Some((
                stem.to_owned(),
                cases
                    .map(|case| case.split('"').next().unwrap_or_default().to_owned())
                    .collect(),
            ))
        })
        .collect()
}

/// Where a language differs from what is listed. Content may hold more than is listed: what a language keeps beside it.
pub fn differences(language: &str, listed: &Features, given: &Features) -> Vec<String> {
    let mut found = Vec::new();
    for (stem, wanted) in listed {
        let Some(given) = given.get(stem) else {
            found.push(format!("{language} has no feature {stem}"));
            continue;
        };
        for (action, parameters) in &wanted.actions {
            match given.actions.get(action) {
                None => found.push(format!("{language}: {stem} has no action {action}")),
                Some(given) if given != parameters => found.push(format!(
                    "{language}: {stem}.{action} takes ({}), listed are ({})",
                    given.join(", "),
                    parameters.join(", ")
                )),
                Some(_) => {}
            }
        }
        let more = given
            .actions
            .keys()
            .filter(|action| !wanted.actions.contains_key(*action));
        found.extend(more.map(|action| format!("{language}: {stem}.{action} is not listed")));
        let missing = wanted.content.difference(&given.content);
        found.extend(missing.map(|member| format!("{language}: {stem}Content has no {member}")));
    }
    let more = given.keys().filter(|stem| !listed.contains_key(*stem));
    found.extend(more.map(|stem| format!("{language}: the feature {stem} is not listed")));
    found
}

/// Actions that the test main cannot play.
pub fn unplayed(listed: &Features, played: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut found = Vec::new();
    for (stem, feature) in listed {
        let actions: BTreeSet<String> = feature.actions.keys().cloned().collect();
        if played.get(stem) != Some(&actions) {
            found.push(format!("the test main in Swift plays {:?} of {stem}", played.get(stem)));
        }
    }
    found
}

/// The texts between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// `records: [RecordSummary]` and `token?` without what follows the name.
fn first_word(text: &str) -> String {
    text.chars().take_while(|one| one.is_alphanumeric()).collect()
}

/// From a start to the end of what it opens.
fn body<'text>(text: &'text str, start: &str, end: &str) -> &'text str {
    let rest = text.split(start).nth(1).unwrap_or_default();
    rest.split(end).next().unwrap_or_default()
}

/// The name and the names of the parameters of `name(first: Type, second: Type) …`.
fn signature(text: &str) -> (String, Vec<String>) {
    let name = first_word(text);
    let mut depth = 0;
    let mut inside = String::new();
    for one in text.chars().skip(name.len()) {
        match one {
            '(' | '<' | '[' => depth += 1,
            ')' | '>' | ']' => depth -= 1,
            ',' if depth == 1 => inside.push('\n'),
            _ if depth == 1 => inside.push(one),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    let parameters = inside.lines().map(str::trim).filter(|one| !one.is_empty());
    (name, parameters.map(first_word).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "\n## Features\n| feature | stem | actions | content |\n| --- | --- | --- | --- |\n\
        | `share` | `Share` | `load()`, `offer(request: OfferRequest)`, `confirm(offer, symbols?)` → | `offers: [OfferView]`; `session` |\n\
        \n## Line protocol\n| `other` | `Other` | `no()` | `no` |\n";

    fn kotlin_source() -> Vec<Source> {
        vec![
            Source::planted(
                "feature/VaultPresenter.kt",
                "abstract class VaultPresenter {\n    open suspend fun load(): Outcome\n}\n",
            ),
            Source::planted(
                "feature/SharePresenter.kt",
                "data class ShareContent(\n    val offers: List<OfferView> = emptyList(),\n)\n\nclass SharePresenter(\n    session: Session,\n\
                 ) : VaultPresenter<ShareContent>(session) {\n    suspend fun offer(request: OfferRequest) = 1\n\n    \
                 suspend fun confirm(offer: String, symbols: List<String>? = null) =\n        2\n}\n",
            ),
        ]
    }

    fn swift_source(confirm: &str) -> Vec<Source> {
        let text = format!(
            "public struct ShareContent: Codable {{\n    public var offers: [OfferView]\n}}\n\npublic final class ShareModel: \
             SessionFeature<ShareContent> {{\n    public func load() async -> Outcome {{ 1 }}\n\n    public func offer(request: OfferRequest) \
             {{\n        2\n    }}\n\n    public func {confirm} {{ 3 }}\n}}\n"
        );
        vec![Source::planted("Kit/Models/SharingModels.swift", &text)]
    }

    #[test]
    fn the_same_names_are_no_difference() {
        let listed = listed(LIST);
        assert_eq!(listed.len(), 1);
        assert_eq!(
            differences("Kotlin", &listed, &kotlin(&kotlin_source())),
            Vec::<String>::new()
        );
        let same = swift_source("confirm(\n        offer: String, symbols: [String]? = nil\n    )");
        assert_eq!(differences("Swift", &listed, &swift(&same)), Vec::<String>::new());
    }

    #[test]
    fn another_parameter_a_missing_action_and_one_too_many_are_seen() {
        let listed = listed(LIST);
        for other in [
            "confirm(offer: String)",
            "confirm(grant: String, symbols: [String]?)",
            "affirm(offer: String, symbols: String)",
        ] {
            assert!(
                !differences("Swift", &listed, &swift(&swift_source(other))).is_empty(),
                "{other}"
            );
        }
        assert!(!differences("Swift", &listed, &Features::new()).is_empty());
        let renamed = LIST.replace("offers:", "codes:");
        assert!(!differences("Kotlin", &super::listed(&renamed), &kotlin(&kotlin_source())).is_empty());
    }

    #[test]
    fn an_action_that_cannot_be_played_is_seen() {
        let whole = "\nextension ShareModel: Playable {\n        case \"load\":\n        case \"offer\": 1\n        case \"confirm\": 2\n}";
        assert!(unplayed(&listed(LIST), &played(whole)).is_empty());
        assert!(!unplayed(&listed(LIST), &played(&whole.replace("\"offer\"", "\"other\""))).is_empty());
    }
}
