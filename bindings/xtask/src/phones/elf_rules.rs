//! What a shared library for Android must be: loadable on pages of 16 KB, hardened, and asking for nothing that Android
//! does not offer.

use super::facts::{Facts, stray_exports};
use super::stubs::Library;

/// Android from 15 on has devices with such pages.
const PAGE: u64 = 16384;

/// Everything that is wrong with a library; empty when it is fit.
pub(crate) fn faults(facts: &Facts, machine: &str, allowed: &[Library]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |held: bool, fault: String| {
        if !held {
            faults.push(fault);
        }
    };
    let given = |kind: &str| facts.all(kind).into_iter().collect::<Vec<_>>().join(" ");
    must(
        given("machine") == machine,
        format!("is for {}, not for {machine}", given("machine")),
    );
    must(
        given("soname") == "libsatchel.so",
        format!("calls itself `{}`, not libsatchel.so", given("soname")),
    );
    must(facts.has("load"), "has nothing to load".to_owned());
    for page in facts.all("load") {
        let fits = page
            .parse::<u64>()
            .is_ok_and(|page| page >= PAGE && page.is_multiple_of(PAGE));
        must(fits, format!("has a segment aligned to {page}, not to 16 KB"));
    }
    must(
        facts.has("relro"),
        "leaves its relocations writable (no RELRO)".to_owned(),
    );
    must(facts.has("bind-now"), "binds its symbols late (no BIND_NOW)".to_owned());
    must(
        !facts.has("textrel"),
        "has relocations in its code (TEXTREL)".to_owned(),
    );
    must(!facts.has("executable-stack"), "wants an executable stack".to_owned());
    for name in facts.all("needed") {
        let known = allowed.iter().any(|library| library.name == name);
        must(
            known,
            format!("needs {name}, which is not among Android's libraries that we use"),
        );
    }
    let always = |name: &str| {
        let mut names = allowed.iter().flat_map(|library| &library.functions);
        names.any(|known| known == name)
    };
    let newer = |name: &str| {
        allowed
            .iter()
            .flat_map(|library| &library.weak)
            .any(|known| known == name)
    };
    for name in facts.all("import") {
        must(
            always(name),
            format!("imports {name}, which is not in android-imports.txt"),
        );
    }
    for name in facts.all("weak") {
        must(
            always(name) || newer(name),
            format!("asks for {name}, which is not in android-imports.txt"),
        );
    }
    faults.extend(stray_exports(facts, "", |_| false));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "machine aarch64\nsoname libsatchel.so\nneeded libc.so\nload 16384\nload 16384\nrelro\nbind-now\n\
        import abort\nweak getrandom\nexport uniffi_satchel_fn_method_vault_list\nexport ffi_satchel_rust_future_poll_u8\nexport UNIFFI_META_X";

    fn faults_of(text: &str) -> Vec<String> {
        let allowed = [Library {
            name: "libc.so".to_owned(),
            functions: vec!["abort".to_owned()],
            weak: vec!["getrandom".to_owned()],
        }];
        faults(&Facts::parse(text), "aarch64", &allowed)
    }

    #[test]
    fn a_fit_library_has_no_fault() {
        assert_eq!(faults_of(GOOD), Vec::<String>::new());
    }

    #[test]
    fn every_fault_is_seen_by_itself() {
        let bad = [
            GOOD.replace("machine aarch64", "machine x86_64"),
            GOOD.replace("soname libsatchel.so\n", ""),
            GOOD.replace("soname libsatchel.so", "soname libother.so"),
            GOOD.replacen("load 16384", "load 4096", 1),
            GOOD.replace("load 16384\n", ""),
            GOOD.replace("relro\n", ""),
            GOOD.replace("bind-now\n", ""),
            format!("{GOOD}\ntextrel"),
            format!("{GOOD}\nexecutable-stack"),
            format!("{GOOD}\nneeded libcrypto.so"),
            format!("{GOOD}\nimport getrandom"),
            format!("{GOOD}\nimport _Unwind_Resume"),
            format!("{GOOD}\nweak pthread_cancel"),
            format!("{GOOD}\nexport malloc"),
            GOOD.replace("export uniffi_satchel_fn_method_vault_list\n", ""),
        ];
        for text in bad {
            assert_eq!(faults_of(&text).len(), 1, "{text}");
        }
    }
}
