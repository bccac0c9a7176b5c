#!/usr/bin/env bash
# Puts `guard` on PATH: the released binary where there is one for this machine and its checksum
# is right, else built from the source that this action came with.
set -euo pipefail

bin="${RUNNER_TEMP:?}/guard-bin"
mkdir -p "$bin"

build() {
  echo "guard: building from source ($1)"
  cargo install --locked --quiet --path "$GITHUB_ACTION_PATH" --root "$bin/.."
  mv "$bin/../bin/guard"* "$bin/"
}

version="${VERSION:-}"
if [ -z "$version" ]; then
  case "${ACTION_REF:-}" in
    v[0-9]*.[0-9]*.[0-9]*) version="$ACTION_REF" ;;
  esac
fi

case "$OS/$ARCH" in
  Linux/X64) target=x86_64-unknown-linux-musl ;;
  Linux/ARM64) target=aarch64-unknown-linux-musl ;;
  macOS/ARM64) target=aarch64-apple-darwin ;;
  macOS/X64) target=x86_64-apple-darwin ;;
  Windows/X64) target=x86_64-pc-windows-msvc ;;
  *) target="" ;;
esac

if [ -z "$version" ] || [ "$version" = source ] || [ -z "$target" ] || [ -z "${REPOSITORY:-}" ]; then
  build "no release was asked for"
else
  archive="guard-$version-$target.tar.gz"
  from="$SERVER/$REPOSITORY/releases/download/$version"
  cd "$bin"
  if curl --fail --silent --show-error --location --remote-name-all "$from/$archive" "$from/$archive.sha256"; then
    # A checksum that is wrong ends the job: what was fetched is not what was released.
    if command -v sha256sum >/dev/null; then sha256sum --check "$archive.sha256"; else shasum -a 256 --check "$archive.sha256"; fi
    tar -xzf "$archive"
  else
    build "no release $version for $target"
  fi
fi

echo "$bin" >>"${GITHUB_PATH:?}"
