# SPDX-License-Identifier: Apache-2.0
"""The mails of a round as its page lists them: what came, how it was read, why, and what makes it count."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from atr.domain.vote_message import MessageState, explain_remedy
from atr.services.vote_message_views import MessageView
from atr.web.components import Badge, Link
from atr.web.flash import Tone
from atr.web.pages.vote_ballots import CHOICE_TONES, Narrowing

MOST_MAILS = 30
"""How many mails a page lists unless all are asked for."""

_STATES: Mapping[MessageState, Badge] = MappingProxyType(
    {
        MessageState.RECEIVED: Badge("Being read", Tone.INFO),
        MessageState.COUNTED: Badge("Counted", Tone.GOOD),
        MessageState.UNCONFIRMED: Badge("Unconfirmed", Tone.WARN),
        MessageState.REJECTED: Badge("Not counted", Tone.BAD),
        MessageState.NO_BALLOT: Badge("No vote in it"),
    }
)


@dataclass(frozen=True, slots=True)
class ReadMailRow:
    """A mail that came in; `reading` and `identity` say how it was read and who sent it."""

    id: int
    badge: Badge
    vote: Badge | None
    name: str
    sender: str
    subject: str
    at: datetime
    reading: str
    identity: str
    comment: str
    reasons: tuple[str, ...]
    decided: str
    remedy: str
    may_accept: bool


@dataclass(frozen=True, slots=True)
class ReadMailList:
    """The mails in sight, in order of coming in, with the states there are."""

    rows: tuple[ReadMailRow, ...]
    total: int
    states: tuple[Link, ...]
    hidden: int
    all_href: str


def list_mails(here: str, messages: tuple[MessageView, ...], narrowing: Narrowing) -> ReadMailList:
    """Return the mails that were asked for."""
    state = next((each for each in MessageState if each.name.lower() == narrowing.mails), None)
    wanted = [each for each in messages if state is None or each.message.state is state]
    in_sight = wanted if narrowing.everything else wanted[:MOST_MAILS]
    query = f"mails={narrowing.mails}&" if state else ""
    return ReadMailList(
        rows=tuple(map(_show_mail, in_sight)),
        total=len(messages),
        states=tuple(_list_states(here, messages, state)),
        hidden=len(wanted) - len(in_sight),
        all_href=f"{here}?{query}all=true#messages",
    )


def _list_states(
    here: str, messages: tuple[MessageView, ...], current: MessageState | None
) -> Iterator[Link]:
    counts = Counter(each.message.state for each in messages)
    if len(counts) < 2:
        return
    yield Link("All", f"{here}#messages", current=current is None, count=len(messages))
    for state, badge in _STATES.items():
        if counts[state]:
            address = f"{here}?mails={state.name.lower()}#messages"
            yield Link(badge.label, address, current=state is current, count=counts[state])


def _show_mail(view: MessageView) -> ReadMailRow:
    mail = view.message
    return ReadMailRow(
        id=mail.id,
        badge=_STATES[mail.state],
        vote=Badge(mail.text, CHOICE_TONES[mail.choice]) if mail.choice is not None else None,
        name=view.name or "Somebody",
        sender=mail.sender or "",
        subject=mail.subject,
        at=mail.received_at,
        reading=mail.explanation,
        identity=mail.identity,
        comment=mail.comment,
        reasons=mail.reasons,
        decided=mail.decided_reason,
        remedy=explain_remedy(mail),
        may_accept=view.may_accept,
    )
