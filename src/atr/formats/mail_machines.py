# SPDX-License-Identifier: Apache-2.0
"""Mails that no person wrote as an answer: bounces, automatic replies, receipts, and results."""

import re

from atr.formats.mail_headers import Headers, decode_words, read_address, read_parameters
from atr.formats.quoting_words import join_words

_AWAY = re.compile(join_words("away"), re.IGNORECASE)
_BOUNCED = re.compile(join_words("bounced"), re.IGNORECASE)
_OVER = re.compile(r"\[\s{0,3}(?:result|cancel(?:l?ed|lation)?|closed)\b", re.IGNORECASE)
_AUTOMATIC_FIELDS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")
_DAEMONS = frozenset({"mailer-daemon", "postmaster", "mail-daemon"})


def is_bounce(headers: Headers) -> bool:
    """Tell whether the mail reports what became of another one (RFC 3464, RFC 8098)."""
    kind = read_parameters(headers.get("content-type"))
    if (
        kind.value in ("multipart/report", "message/delivery-status")
        or "x-failed-recipients" in headers.fields
    ):
        return True
    if headers.get("return-path").replace(" ", "") == "<>":
        return True
    sender = read_address(headers.get("from"))[0]
    user = "" if sender is None else sender.partition("@")[0].lower()
    return user in _DAEMONS or _BOUNCED.match(decode_words(headers.get("subject"))) is not None


def is_automatic(headers: Headers) -> bool:
    """Tell whether a program answered or wrote, by its own word (RFC 3834) or by what it calls itself.

    `Precedence: bulk` and `list` say nothing: lists write them on every mail.
    """
    submitted = headers.get("auto-submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return True
    if headers.get("precedence").strip().lower().replace("-", "_") == "auto_reply":
        return True
    if any(headers.get(name).strip().lower() not in ("", "no", "false") for name in _AUTOMATIC_FIELDS):
        return True
    return _AWAY.match(decode_words(headers.get("subject"))) is not None


def ends_vote(subject: str) -> bool:
    """Tell whether the subject says that a vote has a result or is cancelled; such mails list votes."""
    return _OVER.search(subject) is not None
