#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Make sure that Debian packages are there: install_debian.sh PACKAGE[=COMMAND]...
# A package counts as there when its command (by default of the same name) is found, whoever installed it.
# As root on Debian the missing ones are installed; anybody else is told exactly what to type.
set -eu

missing=""
for wanted in "$@"; do
    package=${wanted%%=*}
    command -v "${wanted#*=}" >/dev/null 2>&1 && continue
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && continue
    missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing:$missing. Install them with your system's package manager, then try again." >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "Missing:$missing. Type this, then try again:" >&2
    echo "    sudo apt-get update && sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
echo "Installing the Debian packages:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # one word a package
apt-get install -qq --yes --no-install-recommends $missing </dev/null >/dev/null
