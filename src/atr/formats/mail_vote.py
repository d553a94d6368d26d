# SPDX-License-Identifier: Apache-2.0
"""A mail of a vote thread, read: its facts, and the ballot in it or the reason why there is none.

Pure, and total: whatever the bytes are, a reading comes back, in time linear in their number.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from atr.domain.names import MailAddress
from atr.domain.vote import LONGEST_COMMENT, Choice, parse_choice
from atr.formats.mail_headers import Headers, decode_words, read_date, read_ids, split_head
from atr.formats.mail_machines import ends_vote, is_automatic, is_bounce
from atr.formats.mail_parts import Bounds, Said, read_parts
from atr.formats.mail_sender import read_author
from atr.formats.quoting import close_gaps, find_authored
from atr.formats.vote_line import VoteLine, find_votes

LONGEST_MAIL = 4 * 1024 * 1024
"""How many bytes of a mail are looked at."""
_LONGEST_SUBJECT = 500
_LONGEST_AUTHORED = 20_000
_MENTION = re.compile(r"(?<![\w.+-])[+-][01](?!\d|\.\d)")


class NoBallotReason(StrEnum):
    """Why a mail holds no ballot."""

    NO_TEXT = "no text"
    NO_VOTE = "no vote"
    PROSE = "prose"
    QUOTED = "quoted"
    AMBIGUOUS = "ambiguous"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    RESULT = "result"
    TOO_LONG = "too long"
    TOO_COMPLEX = "too complex"


_EXPLANATIONS = {
    NoBallotReason.NO_TEXT: "The mail has no text.",
    NoBallotReason.NO_VOTE: "No line begins with a vote.",
    NoBallotReason.PROSE: "A vote is mentioned, but no line begins with one.",
    NoBallotReason.QUOTED: "Votes stand only in quotes, signatures, footers, forwarded mail or the call.",
    NoBallotReason.AMBIGUOUS: "The mail has different votes: {votes}.",
    NoBallotReason.AUTOMATIC: "A program answered by itself.",
    NoBallotReason.BOUNCE: "The mail reports the delivery of another one.",
    NoBallotReason.RESULT: "The subject says that the vote is over.",
    NoBallotReason.TOO_LONG: "The text of the mail is longer than what is read.",
    NoBallotReason.TOO_COMPLEX: "The mail has more parts, or parts nested deeper, than are read.",
}


@dataclass(frozen=True, slots=True)
class BallotRead:
    """A ballot: `text` is the vote as written, `comment` what else its author wrote; a claim is only that."""

    choice: Choice
    text: str
    comment: str
    claims_binding: bool | None

    @property
    def explanation(self) -> str:
        """Return how the mail was read, as a sentence."""
        claim = {None: "", True: ", said to be binding", False: ", said not to be binding"}[
            self.claims_binding
        ]
        return f"A line begins with {self.text}{claim}."


@dataclass(frozen=True, slots=True)
class NoBallot:
    """No ballot, and why."""

    reason: NoBallotReason
    explanation: str


Reading = BallotRead | NoBallot


@dataclass(frozen=True, slots=True)
class VoteMail:
    """A mail as it was read.

    `sender` is who wrote it; `from_address` is the address in From. They differ where a list has rewritten
    From: then `sender` is only what the list or a forger says, a signature that is aligned with From proves
    nothing about it, and only a seal (ARC) by a trusted host of lists does.
    """

    message_id: str
    in_reply_to: str | None
    references: tuple[str, ...]
    sender: MailAddress | None
    sender_name: str
    from_address: MailAddress | None
    subject: str
    sent_at: datetime | None
    authored_text: str
    reading: Reading

    @property
    def is_rewritten(self) -> bool:
        """Tell whether From does not name the author."""
        return self.sender != self.from_address


def read_vote_mail(raw: bytes, template: str = "") -> VoteMail:
    """Read a mail; `template` is the text of the call for votes, whose lines nobody's answer consists of."""
    data = raw[:LONGEST_MAIL].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    headers, body = split_head(data)
    bounds = Bounds()
    said = read_parts(data, headers, body, bounds)
    bounds.too_long |= len(raw) > LONGEST_MAIL and not any(each.usual.strip() for each in said)
    authored = "\n\n".join(filter(None, (find_authored(each.usual, template) for each in said)))
    subject = decode_words(headers.get("subject"))[:_LONGEST_SUBJECT]
    reason = _find_refusal(headers, subject, bounds)
    reading = _read_text(said, authored, template) if reason is None else _refuse(reason)
    author = read_author(headers)
    return VoteMail(
        message_id=_find_id(headers, authored),
        in_reply_to=next(iter(read_ids(headers.get("in-reply-to"))), None),
        references=read_ids(headers.get("references")),
        sender=author.address,
        sender_name=author.name,
        from_address=author.from_address,
        subject=subject,
        sent_at=read_date(headers.get("date")),
        authored_text=authored[:_LONGEST_AUTHORED],
        reading=reading,
    )


def _find_refusal(headers: Headers, subject: str, bounds: Bounds) -> NoBallotReason | None:
    """Return why the mail is not read for votes at all."""
    found = (
        (NoBallotReason.BOUNCE, is_bounce(headers)),
        (NoBallotReason.AUTOMATIC, is_automatic(headers)),
        (NoBallotReason.RESULT, ends_vote(subject)),
        (NoBallotReason.TOO_COMPLEX, bounds.too_complex),
        (NoBallotReason.TOO_LONG, bounds.too_long),
    )
    return next((reason for reason, applies in found if applies), None)


def _refuse(reason: NoBallotReason, votes: Sequence[str] = ()) -> NoBallot:
    return NoBallot(reason, _EXPLANATIONS[reason].format(votes=", ".join(votes)))


def _read_text(said: Sequence[Said], authored: str, template: str) -> Reading:
    votes = find_votes(authored)
    texts = list(dict.fromkeys(vote.text for vote in votes))
    if not votes:
        return _refuse(_tell_why(said, authored))
    texts += [each for each in _find_hidden(said, template) if each not in texts]
    if len(texts) > 1:
        return _refuse(NoBallotReason.AMBIGUOUS, texts)
    claims = {vote.claims_binding for vote in votes} - {None}
    choice, text = parse_choice(texts[0])
    return BallotRead(
        choice, text, _make_comment(authored, votes), claims.pop() if len(claims) == 1 else None
    )


def _find_hidden(said: Sequence[Said], template: str) -> list[str]:
    """Return the votes of HTML beside the plain text: no mail may say two things to two readers."""
    beside = (each.html for each in said if each.html and each.usual is not each.html)
    return [vote.text for html in beside for vote in find_votes(find_authored(html, template))]


def _tell_why(said: Sequence[Said], authored: str) -> NoBallotReason:
    if not any(each.usual.strip() for each in said):
        return NoBallotReason.NO_TEXT
    if _MENTION.search(authored):
        return NoBallotReason.PROSE
    quoted = any(_MENTION.search(each.usual) for each in said)
    return NoBallotReason.QUOTED if quoted else NoBallotReason.NO_VOTE


def _make_comment(authored: str, votes: Sequence[VoteLine]) -> str:
    """Return what the author wrote besides the votes."""
    pieces, at = [], 0
    for vote in votes:
        pieces.append(authored[at : max(at, vote.start)])
        at = max(at, vote.end)
    rest = authored[at:].lstrip(" \t.,;:*_)-\u2013\u2014")
    return close_gaps("".join((*pieces, rest))).strip()[:LONGEST_COMMENT]


def _find_id(headers: Headers, authored: str) -> str:
    """Return the message id; if there is none, one made of the content, the same by every door."""
    found = read_ids(headers.get("message-id"))
    if found:
        return found[0]
    told = "\0".join((headers.get("from"), headers.get("date"), headers.get("subject"), authored))
    return f"<{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:40]}@missing.invalid>"
