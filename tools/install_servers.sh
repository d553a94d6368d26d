#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Install the registries that tests talk to, from tests/servers/package-lock.json into .cache/servers.
# Every file is checked against its hash, no script of a package runs, and the second time is instant.
set -eu
cd "$(dirname "$0")/.."
source=tests/servers
target=.cache/servers

cmp -s $source/package-lock.json $target/installed-lock.json && exit 0
echo "Installing the registries that tests talk to"
rm -rf $target
mkdir -p $target
cp $source/package.json $source/package-lock.json $target/
(cd $target && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
cp $source/package-lock.json $target/installed-lock.json
