#!/usr/bin/env bash
# Compile the lock files: exact versions with hashes, at least a week old, and no address of where they came from.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3.11}
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$python" -m venv "$tools"
"$tools/bin/python" -m pip --disable-pip-version-check --quiet install uv

compile() {
  local out=$1
  shift
  "$tools/bin/uv" pip compile --quiet --python-version 3.11 --universal --generate-hashes --exclude-newer "7 days" \
    --no-emit-index-url --no-emit-find-links --no-header --output-file "$out" "$@"
  sed -i '1i # Compiled by `make lock`. Do not edit.' "$out"
}

upgrade=(${UPGRADE:+--upgrade})
compile requirements/dev.txt "${upgrade[@]}" --extra dev pyproject.toml requirements/build.in
compile requirements/run.txt --constraints requirements/dev.txt pyproject.toml requirements/build.in
echo "compiled requirements/dev.txt and requirements/run.txt"
