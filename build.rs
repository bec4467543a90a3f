//! Links the program at a fixed address where that spares the loader its work.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| std::env::var(key).is_ok_and(|own| own == value);
    let is_gnu_linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    let features = std::env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let is_static = features.split(',').any(|feature| feature == "crt-static");
    if is_gnu_linux && !is_static {
        // A program of this size holds tens of thousands of addresses in its tables, which the
        // loader would correct at every start: a millisecond, half of what a small run takes.
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
