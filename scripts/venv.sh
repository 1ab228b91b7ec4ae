#!/usr/bin/env bash
# Build .venv from the lock file, once for every change of it.
set -euo pipefail
cd "$(dirname "$0")/.."

lock=requirements/dev.txt
stamp=.venv/.ready

find_python() {
  local name
  for name in ${PYTHON:-python3.11 python3.12 python3.13 python3}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  echo "Copydesk needs Python 3.11 or newer and found none. On Debian: apt-get install python3" >&2
  return 1
}

make_venv() {
  rm -rf .venv
  "$1" -m venv .venv >/dev/null 2>&1
}

install_venv_module() {
  local version
  version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "python3-venv is missing: installing it"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "python$version-venv" >/dev/null ||
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
  else
    echo "$1 cannot create a virtual environment: its venv module is missing." >&2
    echo "On Debian or Ubuntu: sudo apt-get install python$version-venv" >&2
    return 1
  fi
}

python=$(find_python)
pip=(.venv/bin/python -m pip --disable-pip-version-check --quiet)
wanted=$( (pwd; "$python" -V; cat "$lock" "$0") | sha256sum)

if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  echo "setting up .venv with $("$python" -V) from $lock"
  if ! make_venv "$python"; then
    install_venv_module "$python"
    make_venv "$python" || { echo "$python still cannot create .venv" >&2; exit 1; }
  fi
  "${pip[@]}" install --require-hashes --only-binary :all: -r "$lock"
fi
"${pip[@]}" install --no-deps --no-build-isolation --editable .
echo "$wanted" >"$stamp"
