//! Release builds hold the portal's files: one that was built since makes them compile again.

fn main() {
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    println!("cargo:rerun-if-changed=build.rs");
    if release {
        // A folder that is not there counts as changed, so that the first build of a portal is seen.
        println!("cargo:rerun-if-changed=../web/portal/dist");
    }
}
