# Lists the recipes.
default:
    @just --list

# What a change must pass.
ci:
    .ci/run

# Builds the linter and checks a platform that is full of mistakes.
demo:
    -cargo run --release -- check --root fixtures/platform

# Runs all tests.
test:
    cargo test --release --workspace

# Formats, and looks for what clippy finds.
lint:
    cargo fmt --all
    cargo clippy --release --workspace --all-targets -- -D warnings

# Writes the pages on rules.
docs:
    WRITE_DOCS=1 cargo test --release --test it docs::pages

# Packs a release of this machine's kind into target/packed, and tells whether each crate could be published.
dist:
    cargo build --locked --profile dist --package gitopslint
    dist/pack target/dist/gitopslint "$(rustc -vV | sed -n 's/^host: //p')" "v$(target/dist/gitopslint --version | cut -d' ' -f2)" target/packed
    cargo package --locked --workspace --exclude xtask --no-verify --allow-dirty

# Tries hooks, wheel, npm package and validators with the tools that they are for.
try:
    cargo build --locked --release --package gitopslint
    dist/try target/release/gitopslint
