# SPDX-License-Identifier: Apache-2.0
"""People on the wire."""

from atr.schema.wire import WireAnswer


class PersonAnswer(WireAnswer):
    """Somebody in the directory."""

    id: str
    name: str
    addresses: tuple[str, ...]
    foundation_member: bool
    sysadmin: bool


class MemberAnswer(WireAnswer):
    """Somebody on a roster."""

    user: str
    name: str
    roles: tuple[str, ...]
