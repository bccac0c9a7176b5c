# Every recipe also works with plain cargo.

# Format, lint, test and document: what a pull request must pass.
check:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings
    cargo test --locked
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items

# Accept the snapshots that changed; read the diff as if it were code.
bless:
    INSTA_UPDATE=always cargo test --locked
    git diff --stat -- tests fixtures src

# Throughput and start-up, as ratios within one run (docs/performance.md).
bench:
    cargo bench --locked
