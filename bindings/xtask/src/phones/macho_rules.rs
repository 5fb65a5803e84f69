//! What a static library for iOS must be: for the right machine and system, and asking for nothing beyond Apple's libSystem.

use super::facts::{Facts, stray_exports};
use crate::sysroot::IOS_OLDEST;

/// The list, reviewed by hand: a name a line, in groups.
const LIST: &str = include_str!("ios-imports.txt");

/// Names that libSystem offers and that we use.
pub(crate) fn allowed() -> Vec<&'static str> {
    let lines = LIST.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// Everything that is wrong with a library; empty when it is fit. `system` is `ios` or `ios-simulator`.
pub(crate) fn faults(facts: &Facts, machine: &str, system: &str, allowed: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let given = |kind: &str| facts.all(kind).into_iter().collect::<Vec<_>>().join(", ");
    if given("machine") != machine {
        faults.push(format!("is for {}, not for {machine}", given("machine")));
    }
    let wanted = format!("{system} {}", IOS_OLDEST.1);
    let systems = facts.all("system");
    // The toolchain's own members may serve older systems too.
    let serves = |one: &&str| {
        let (name, version) = one.rsplit_once(' ').unwrap_or((one, ""));
        name == system && parts(version).is_some_and(|version| Some(version) <= parts(IOS_OLDEST.1))
    };
    if !systems.contains(wanted.as_str()) || !systems.iter().all(serves) {
        faults.push(format!("is for {}, not for {wanted}", given("system")));
    }
    for name in facts.all("import") {
        if !allowed.contains(&name) {
            faults.push(format!("imports {name}, which is not in ios-imports.txt"));
        }
    }
    faults.extend(stray_exports(facts, "_", is_rusts));
    faults
}

/// A version's numbers.
fn parts(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// What Rust's own runtime leaves visible in a static library: names that nothing but another Rust library has.
fn is_rusts(name: &str) -> bool {
    name == "_rust_eh_personality" || name.starts_with("__RNv")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "machine arm64\nsystem ios 17.0\nimport _malloc\nexport _uniffi_satchel_fn_method_vault_list";

    #[test]
    fn a_fit_library_has_no_fault_and_every_fault_is_seen() {
        let faults_of = |text: &str| faults(&Facts::parse(text), "arm64", "ios", &["_malloc"]).len();
        assert_eq!(faults_of(GOOD), 0);
        assert_eq!(faults_of(&format!("{GOOD}\nsystem ios 10.0")), 0);
        let runtime = "export _rust_eh_personality\nexport __RNvNtCs1_3std9panicking11EMPTY_PANIC";
        assert_eq!(faults_of(&format!("{GOOD}\n{runtime}")), 0);
        let bad = [
            GOOD.replace("arm64", "x86_64"),
            GOOD.replace("ios 17.0", "ios 10.0"),
            GOOD.replace("ios 17.0", "ios 17.1"),
            GOOD.replace("ios 17.0", "ios-simulator 17.0"),
            format!("{GOOD}\nsystem ios 26.0"),
            format!("{GOOD}\nsystem ios-simulator 10.0"),
            format!("{GOOD}\nimport _SecRandomCopyBytes"),
            format!("{GOOD}\nexport _malloc"),
            GOOD.replace("export _uniffi_satchel_fn_method_vault_list", ""),
        ];
        for text in bad {
            assert_eq!(faults_of(&text), 1, "{text}");
        }
    }

    #[test]
    fn each_group_of_the_list_is_in_order_and_nothing_is_there_twice() {
        for group in LIST.split("\n\n") {
            let names: Vec<&str> = group.lines().filter(|line| !line.starts_with('#')).collect();
            assert!(names.is_sorted_by(|left, right| left < right), "{group}");
        }
        let all = allowed();
        let once: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(once.len(), all.len());
        assert!(all.len() > 10);
    }
}
