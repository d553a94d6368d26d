# SPDX-License-Identifier: Apache-2.0
"""One file a subject; `COMMANDS` says where each command of the program is found."""

from collections.abc import Mapping
from types import MappingProxyType

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "login": "atr.client.commands.accounts:login",
        "logout": "atr.client.commands.accounts:logout",
        "whoami": "atr.client.commands.accounts:whoami",
        "project": "atr.client.commands.projects:project",
        "product": "atr.client.commands.products:product",
        "key": "atr.client.commands.keys:key",
        "release": "atr.client.commands.releases:release",
        "upload": "atr.client.commands.uploads:upload",
        "download": "atr.client.commands.downloads:download",
        "verify": "atr.client.commands.downloads:verify",
        "check": "atr.client.commands.check:check",
        "evaluate": "atr.client.commands.checks:evaluate",
        "checks": "atr.client.commands.checks:checks",
        "waive": "atr.client.commands.checks:waive",
        "acknowledge": "atr.client.commands.checks:acknowledge",
        "vote": "atr.client.commands.votes:vote",
        "announce": "atr.client.commands.announcements:announce",
        "archive": "atr.client.commands.releases:archive",
        "events": "atr.client.commands.events:events",
    }
)
