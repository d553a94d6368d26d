# SPDX-License-Identifier: Apache-2.0
"""What a channel may be: its address, its automation endpoint, and the credentials its platform asks for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from atr.domain.distribution import Channel
from atr.domain.errors import Invalid, Problem
from atr.domain.keep import KEEP, Keep
from atr.domain.platform import ABILITIES, DESCRIPTORS, PlatformKey
from atr.domain.project import LONGEST_NAME

RESERVED_CHANNEL_KEYS = ("new",)
"""Words of the addresses below `/channels`, which no channel may take."""
LONGEST_ADDRESS = 2_000
LONGEST_SECRET = 10_000
_ADDRESS = re.compile(r"[!-~]+")
_WORKFLOW = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}\.ya?ml"
    r"@[A-Za-z0-9][A-Za-z0-9._/-]{0,199}"
)
_WORKFLOW_HINT = "an https address, or a GitHub workflow as owner/repository/workflow.yml@ref"


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """Which fields of a channel to change; its key and platform stay what they are."""

    name: str | Keep = KEEP
    url: str | Keep = KEEP
    is_test: bool | Keep = KEEP
    automation_endpoint: str | Keep | None = KEEP
    local: bool | Keep = KEEP
    promotes: bool | Keep = KEEP


def check_channel(channel: Channel) -> None:
    """Raise Invalid with every field that cannot stand."""
    problems = tuple(_explain_channel(channel))
    if problems:
        raise Invalid(*problems)


def check_credentials(platform: PlatformKey, given: Mapping[str, str]) -> None:
    """Raise Invalid unless these are the fields the platform asks for; no value is ever repeated."""
    problems = tuple(_explain_credentials(platform, given))
    if problems:
        raise Invalid(*problems)


def find_origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of a channel's address: where its credentials are sent."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port


def _explain_channel(channel: Channel) -> Iterator[Problem]:
    name = channel.name
    if channel.key in RESERVED_CHANNEL_KEYS:
        told = f"{channel.key} is a word of this site's own addresses: choose another key."
        yield Problem("key", told)
    if not (1 <= len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()):
        yield Problem("name", f"Give a name of 1 to {LONGEST_NAME} printable characters.")
    complaint = _explain_address(channel.url, local=channel.local)
    if complaint:
        yield Problem("url", complaint)
    endpoint = channel.automation_endpoint
    if endpoint is None or _WORKFLOW.fullmatch(endpoint):
        return
    complaint = (
        _explain_address(endpoint, local=channel.local) if "://" in endpoint else f"Write {_WORKFLOW_HINT}."
    )
    if complaint:
        yield Problem("automation_endpoint", complaint)


def _explain_address(text: str, *, local: bool) -> str:
    """Return why the address cannot be that of a channel; everybody reads it, so no secret belongs in it."""
    parts = _split_address(text)
    if parts is None or not parts.hostname:
        return "Write a whole address, such as https://registry.example.org/."
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        return "Write an https address; http is for local channels only."
    if parts.username is not None or parts.password is not None:
        return "Leave user and password out of the address: they belong to the credentials."
    if parts.query or parts.fragment or text.endswith(("?", "#")):
        return "Leave out what stands behind ? or #."
    if not local and _is_private(parts.hostname):
        return f"{parts.hostname} is a private address: only a local channel may have one."
    return ""


def _split_address(text: str) -> SplitResult | None:
    if len(text) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(text) or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        is_port = parts.port != 0
    except ValueError:
        return None
    return parts if is_port else None


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def _explain_credentials(platform: PlatformKey, given: Mapping[str, str]) -> Iterator[Problem]:
    asked, name = ABILITIES[platform].secret_fields, DESCRIPTORS[platform].name
    wanted = f"{name} asks for {' and '.join(asked)}" if asked else f"{name} asks for no credentials"
    for field in given:
        if field not in asked:
            yield Problem(f"credentials.{field}", f"{wanted}, and for nothing else.")
    for field in asked:
        secret = given.get(field, "")
        if not secret.strip():
            yield Problem(f"credentials.{field}", f"Give the {field}: {wanted}.")
        elif len(secret) > LONGEST_SECRET or not secret.isprintable():
            yield Problem(
                f"credentials.{field}", f"Give a {field} of one line, at most {LONGEST_SECRET} long."
            )
