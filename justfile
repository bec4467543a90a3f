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
