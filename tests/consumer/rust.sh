#!/bin/sh
# SPDX-License-Identifier: MIT
# The Rust workspace. $CARGO: the program. The crates need no other crate; the features
# "ndarray" and "sprs" are tested where their crates can be had.
. "$(dirname "$0")/prefix.sh"
cargo=${CARGO:-cargo}
need "$cargo" pkg-config
cp -r "$ROOT/examples/rust" "$SCRATCH/rust"
rm -rf "$SCRATCH/rust/target"
cd "$SCRATCH/rust"
expected >/dev/null
export SCILAMA_EXPECTED="$SCRATCH/expected" CARGO_TERM_COLOR=never CARGO_NET_RETRY=1
bindings() {
    python3 "$ROOT/examples/rust/scilama-sys/generate.py" >"$SCRATCH/bindings.rs" &&
        diff "$ROOT/examples/rust/scilama-sys/src/bindings.rs" "$SCRATCH/bindings.rs" ||
        { echo "the headers have changed: sh tests/abi/accept.sh"; return 1; }
}
# Cargo wants to know even crates that it does not build. Where the registry cannot be reached,
# the copy under test goes without them.
fetch() {
    timeout 180 "$cargo" fetch --locked >"$SCRATCH/fetch.log" 2>&1 && return 0
    rm -f Cargo.lock
    sed -i '/^ndarray = /d; /^sprs = /d' scilama/Cargo.toml
    return 1
}
ndarray() {
    [ "$fetched" = yes ] || { cat "$SCRATCH/fetch.log"; echo "the crates of the features ndarray and sprs cannot be had"; return 77; }
    "$cargo" test --offline --features scilama/ndarray,scilama/sprs --tests
}
fetched=no
fetch && fetched=yes
check "Rust, committed bindings" bindings
check "Rust, cargo test" "$cargo" test --offline --tests
check "Rust, static library" env SCILAMA_STATIC=1 "$cargo" test --offline --tests
check "Rust, ndarray and sprs" ndarray
finish
