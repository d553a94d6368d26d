#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prepare .venv from requirements/dev.txt: every file is checked against its hash. `make setup` calls this when needed.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
bin=.venv/bin

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 || sh tools/install_debian.sh python3 python3-venv=
command -v "$python" >/dev/null 2>&1 || fail "There is no $python: install Python 3.11 or newer."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old: ATR needs Python 3.11 or newer." \
        "Name a newer one like this: make setup PYTHON=python3.12"

if [ ! -x $bin/pip ]; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || sh tools/install_debian.sh python3-venv=
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python cannot make virtual environments: its modules venv and ensurepip are missing." \
            "On Debian they are in the package python3-venv."
    echo "Making the virtual environment .venv"
    "$python" -m venv .venv
fi

export PIP_DISABLE_PIP_VERSION_CHECK=1
echo "Installing the locked requirements"
# uv takes a fifth of pip's time; pip follows when uv cannot reach an index that only pip is told about.
$bin/pip install --quiet --require-hashes -r requirements/uv.txt
$bin/uv pip install --quiet --compile-bytecode --python $bin/python --require-hashes -r requirements/dev.txt ||
    $bin/pip install --quiet --require-hashes -r requirements/dev.txt
$bin/pip install --quiet --no-deps --no-build-isolation --editable .
# Where Python is told to write no bytecode, every start would compile everything again: a second of CPU.
$bin/python -m compileall -q src
