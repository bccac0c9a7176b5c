#!/usr/bin/env bash
# Runs `guard check` with the inputs of the action. The exit code is guard's own.
set -euo pipefail

# Nothing of the inputs is ever part of a command: each line is one word.
words=(check)
lines() {
  local line
  while IFS= read -r line; do
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    if [ -n "$line" ]; then words+=("$@" "$line"); fi
  done
}
option() { if [ -n "$2" ]; then words+=("$1" "$2"); fi; }

lines <<<"${INPUT_ARGUMENTS:-}"
option --policies "${INPUT_POLICIES:-}"
option --approvals "${INPUT_APPROVALS:-}"
option --workspace "${INPUT_WORKSPACE:-}"
option --actor "${INPUT_ACTOR:-}"
lines --report <<<"${INPUT_REPORTS:-}"
report="${RUNNER_TEMP:?}/guard.json"
words+=(--report "json=$report" --report "markdown=$RUNNER_TEMP/guard.md" --report "text=$RUNNER_TEMP/guard.txt")
words+=(--format github)
if [ -n "${INPUT_TRUST_ROOT:-}" ]; then
  printf '%s\n' "$INPUT_TRUST_ROOT" >"$RUNNER_TEMP/guard-trust-root"
  words+=(--trust-root "$RUNNER_TEMP/guard-trust-root")
fi
words+=(--)
lines <<<"${INPUT_PATHS:?}"

code=0
guard "${words[@]}" || code=$?

if [ -s "$RUNNER_TEMP/guard.txt" ]; then cat "$RUNNER_TEMP/guard.txt"; fi
if [ -s "$RUNNER_TEMP/guard.md" ]; then cat "$RUNNER_TEMP/guard.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"; fi
verdict=""
case "$code" in
  0 | 1)
    verdict=$(sed -n 's/^ *"verdict": "\([a-z_]*\)",*$/\1/p' "$report" | head -n 1)
    ;;
esac
{
  echo "verdict=$verdict"
  echo "exit-code=$code"
  echo "report=$report"
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
