# SPDX-License-Identifier: Apache-2.0
"""One file a subject; `COMMANDS` says where each command of the program is found, and what it does."""

from collections.abc import Mapping
from types import MappingProxyType

_HERE = "atr.client.commands"

COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "login": (f"{_HERE}.accounts:login", "Remember who you are on a server."),
        "logout": (
            f"{_HERE}.accounts:logout",
            "End the remembered token on the server, and forget it here.",
        ),
        "whoami": (f"{_HERE}.accounts:whoami", "Say who you are to the server, and what you may do there."),
        "project": (f"{_HERE}.projects:project", "Look at projects, and set their vote policies."),
        "policy": (f"{_HERE}.policies:policy", "Show, try and change the policy of a project."),
        "product": (f"{_HERE}.products:product", "Look at product lines, add them and change them."),
        "platform": (f"{_HERE}.platforms:platform", "List the platforms that releases can go to."),
        "channel": (f"{_HERE}.channels:channel", "Set up and test the places that releases go to."),
        "key": (f"{_HERE}.keys:key", "Add signing keys, look at them, and revoke them."),
        "release": (f"{_HERE}.releases:release", "Begin releases, look at them, and see what blocks them."),
        "upload": (f"{_HERE}.uploads:upload", "Send files and make them one new revision of a candidate."),
        "download": (f"{_HERE}.downloads:download", "Receive all files of a release."),
        "verify": (f"{_HERE}.verify:verify", "Say what the files of a release prove."),
        "check": (f"{_HERE}.check:check", "Examine a release on this machine, without a server."),
        "evaluate": (f"{_HERE}.checks:evaluate", "Seal a candidate and have it examined."),
        "checks": (f"{_HERE}.checks:checks", "List what the checks found, the worst first."),
        "waive": (f"{_HERE}.waivers:waive", "Accept what a rule finds."),
        "acknowledge": (f"{_HERE}.checks:acknowledge", "Go on in spite of a concern."),
        "vote": (f"{_HERE}.votes:vote", "Call for a vote, vote, and bring the vote to its end."),
        "distribute": (
            f"{_HERE}.distributions:distribute",
            "Bring a release to its channels, and take it back from there.",
        ),
        "announce": (f"{_HERE}.announcements:announce", "Approve the announcement of a release."),
        "archive": (f"{_HERE}.releases:archive", "Stop offering a release."),
        "events": (f"{_HERE}.events:events", "List what happened, newest first."),
    }
)
"""By name: module and command, and the line of `atr --help`, which imports none of them."""

COMPANIONS: Mapping[str, str] = MappingProxyType(
    {
        "serve": "Run everything on this machine: web, API, a worker and a database.",
        "worker": "Run one more worker for the same database and store.",
        "admin": "Look after an installation.",
        "demo": "Take a real archive from candidate to announced release.",
    }
)
"""What `atr[server]` brings along as entry points, with the line of `atr --help`."""
