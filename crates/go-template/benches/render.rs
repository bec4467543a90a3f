//! How fast templates are parsed and rendered.
fn main() {
    divan::main();
}
