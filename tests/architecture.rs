//! The rules of the house, checked on the sources and on the dependency tree.
//!
//! Each rule is a function from sources (or a tree, or texts) to a list of violations, in a file of its own. There it
//! is tried on a planted violation too, so that a rule that has stopped seeing anything is noticed.

#[path = "architecture/codes.rs"]
mod codes;
#[path = "architecture/dependencies.rs"]
mod dependencies;
#[path = "architecture/house.rs"]
mod house;
#[path = "architecture/labels.rs"]
mod labels;
#[path = "architecture/names.rs"]
mod names;
#[path = "architecture/parity.rs"]
mod parity;
#[path = "architecture/purity.rs"]
mod purity;
#[path = "architecture/signature.rs"]
mod signature;
#[path = "architecture/source.rs"]
mod source;

use source::Source;

/// Fails with one line for each violation.
#[track_caller]
fn none(violations: Vec<String>) {
    assert!(
        violations.is_empty(),
        "{} violations:\n{}",
        violations.len(),
        violations.join("\n")
    );
}

#[test]
fn own_crates_depend_downwards_only() {
    none(dependencies::directions(&dependencies::own()));
}

#[test]
fn the_relay_holds_no_vault_and_no_content_cipher() {
    let tree = dependencies::tree("relay-server");
    assert!(tree.contains("protocol"), "the tree was not read");
    none(dependencies::forbidden(
        "relay-server",
        &tree,
        dependencies::NOT_IN_THE_RELAY,
    ));
}

#[test]
fn the_core_brings_no_input_output_clock_or_randomness() {
    for package in ["protocol", "clinical", "vault"] {
        let tree = dependencies::tree(package);
        assert!(tree.contains("serde_json"), "the tree of {package} was not read");
        none(dependencies::forbidden(package, &tree, dependencies::NOT_IN_THE_CORE));
    }
}

#[test]
fn the_core_is_synchronous_and_pure() {
    let sources = core();
    assert!(sources.len() > 20, "the sources of the core were not found");
    none(sources.iter().flat_map(purity::violations).collect());
}

#[test]
fn labels_are_distinct_and_prefix_free() {
    let signed = protocol::label::Label::ALL
        .iter()
        .map(|label| label.as_str().to_owned());
    let hashed = labels::written(&core());
    assert!(signed.len() > 5 && hashed.len() > 10, "the labels were not found");
    for label in protocol::label::HashLabel::ALL {
        let text = String::from_utf8_lossy(label.as_bytes()).into_owned();
        assert!(hashed.contains(&text), "{text} was not found in the sources");
    }
    none(labels::violations(&signed.chain(hashed).collect::<Vec<_>>()));
}

#[test]
fn error_codes_are_unique_and_each_has_a_sentence() {
    let declared: Vec<codes::Declared> = core().iter().flat_map(codes::declared).collect();
    assert!(declared.len() > 50, "the error codes were not found");
    let mut violations = codes::repeated(&declared);
    let catalog = source::read("core/clinical/catalog/en.json");
    // A key that stands twice loses a sentence silently: readers of JSON keep the last.
    let mut keys = std::collections::BTreeSet::new();
    violations.extend(
        catalog
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix('"')?.split_once("\": "))
            .filter(|(key, _)| !keys.insert((*key).to_owned()))
            .map(|(key, _)| format!("{key} stands twice in the catalogue")),
    );
    let catalog: serde_json::Value = serde_json::from_str(&catalog).expect("the English catalogue is JSON");
    violations.extend(codes::without_sentence(&declared, &catalog));
    none(violations);
}

#[test]
fn the_apps_features_have_the_same_names_in_every_language() {
    let listed = names::listed(&source::read("bindings/NAMES.md"));
    assert!(listed.len() > 15, "the table of features was not found");
    let kotlin = source::below("mobile-android/core/src/main/kotlin/satchel/core/feature", "kt");
    none(names::differences("Kotlin", &listed, &names::kotlin(&kotlin)));
    let swift = source::below("mobile-ios/Kit/Models", "swift");
    none(names::differences("Swift", &listed, &names::swift(&swift)));
    let played = names::played(&source::read("mobile-ios/DoctorMain/Playable.swift"));
    none(names::unplayed(&listed, &played));
}

#[test]
fn the_bindings_export_the_same_names_fields_and_nullability() {
    let facade = parity::facade(&source::below("core/vault/src/facade", "rs"), &core());
    assert!(
        facade.functions.len() >= parity::FEWEST_FUNCTIONS,
        "the façade has {} functions",
        facade.functions.len()
    );
    let mut browser = source::below("bindings/wasm/src", "rs");
    browser.extend(source::below("bindings/wasm/src", "ts"));
    let wasm = parity::binding(&browser);
    let mobile = parity::binding(&source::below("bindings/mobile/src", "rs"));
    none(parity::differences("bindings/wasm", &facade, &wasm));
    none(parity::differences("bindings/mobile", &facade, &mobile));
    none(parity::beyond_the_facade(
        &facade,
        &source::below("bindings/cli/src", "rs"),
    ));
}

#[test]
fn files_stay_readable() {
    none(house::too_long(&source::all()));
}

#[test]
fn top_level_folders_are_fixed() {
    none(house::stray_folders(&source::top_level_folders()));
}

#[test]
fn no_registry_host_and_no_machine_path_is_committed() {
    none(house::forbidden_texts(&source::all()));
}

/// All sources of the core, without its tests.
fn core() -> Vec<Source> {
    ["protocol", "clinical", "vault"]
        .iter()
        .flat_map(|package| source::below(&format!("core/{package}/src"), "rs"))
        .collect()
}
