# SPDX-License-Identifier: Apache-2.0
"""What Pony Mail's API is asked and what it answers, in its form for GET (`.lua`).

Rules: docs/API.md and docs/api_client_guide.md of apache/incubator-ponymail-foal, and docs/API.md of
apache/incubator-ponymail. Answers are read tolerantly: the original server writes an empty list as an object.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from atr.domain.errors import Invalid
from atr.domain.names import MailAddress
from atr.domain.vote_message import ArchivedMail
from atr.formats.mail_headers import decode_words, read_ids

MOST_MAILS = 20_000
_LONGEST_NAME = 500
Request = tuple[str, dict[str, str]]
"""A path, and its parameters."""


def ask_for_thread(address: MailAddress, message_id: str) -> Request:
    """Return the request for the mails that answer one."""
    return "/api/thread.lua", {"id": message_id, "listid": _name_list(address)}


def ask_for_days(address: MailAddress, since: datetime, until: datetime) -> Request:
    """Return the request for the mails of a list from one day to another, both in UTC and included."""
    name, _, domain = address.partition("@")
    first, last = (moment.astimezone(UTC).date().isoformat() for moment in (since, until))
    span = f"dfr={first}|dto={last}"
    return "/api/stats.lua", {"list": name, "domain": domain, "d": span, "emailsOnly": "1"}


def ask_for_source(name: str) -> Request:
    """Return the request for a mail as it came."""
    return "/api/source.lua", {"id": name}


def read_listing(data: bytes) -> tuple[ArchivedMail, ...]:
    """Return the mails that an answer names, each once; raise Invalid when it is no answer of Pony Mail's."""
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        raise Invalid.field("archive", "The answer is no JSON.") from None
    if answer is None:  # how a thread that is not there is answered
        return ()
    if not isinstance(answer, dict):
        raise Invalid.field("archive", "The answer is no JSON object.")
    found = {each.name: each for each in _find_mails(answer.get("emails"))}
    return tuple(found.values())[:MOST_MAILS]


def _find_mails(emails: Any) -> Iterator[ArchivedMail]:
    rows = emails.values() if isinstance(emails, dict) else emails if isinstance(emails, list) else ()
    for row in rows:
        name = (row.get("id") or row.get("mid")) if isinstance(row, dict) else None
        if isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME:
            ids = read_ids(str(row.get("message-id") or ""))
            yield ArchivedMail(name, ids[0] if ids else "", decode_words(str(row.get("subject") or "")))


def _name_list(address: MailAddress) -> str:
    name, _, domain = address.partition("@")
    return f"<{name}.{domain}>"
