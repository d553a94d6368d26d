# SPDX-License-Identifier: Apache-2.0
"""The ballots of a round as its page lists them, narrowed to what somebody looks for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from markupsafe import Markup, escape

from atr.domain.ballot_hash import hash_ballot
from atr.domain.checklist import list_items
from atr.domain.evidence import DONE, EvidenceItem
from atr.domain.names import ParticipantId
from atr.domain.permissions import administers_foundation
from atr.domain.vote import Ballot, BallotDoor, Choice, Round, parse_choice
from atr.services.vote_views import BallotView, RoundView, WithdrawnView
from atr.web.components import Badge, Link, PersonView
from atr.web.flash import Tone
from atr.web.markdown import render_inline
from atr.web.pages.release_frame import Visit

MOST_BALLOTS = 12
"""How many ballots a page lists unless all are asked for."""

CHOICE_TONES: Mapping[Choice, Tone] = MappingProxyType(
    {Choice.FOR: Tone.GOOD, Choice.ABSTAIN: Tone.NEUTRAL, Choice.AGAINST: Tone.BAD}
)
DOORS: Mapping[BallotDoor, str] = MappingProxyType(
    {
        BallotDoor.WEB: "on this page",
        BallotDoor.API: "by the API",
        BallotDoor.COMMAND_LINE: "by command line",
        BallotDoor.MAIL: "by mail",
    }
)
_KINDS: Mapping[str, tuple[str, Callable[[BallotView], bool]]] = MappingProxyType(
    {
        "": ("All", lambda _: True),
        "binding": ("Binding", lambda view: view.binding),
        "community": ("Community", lambda view: not view.binding),
        "against": ("-1", lambda view: view.ballot.choice is Choice.AGAINST),
        "comment": ("With a comment", lambda view: bool(view.ballot.comment or view.remark)),
    }
)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which ballots and mails somebody wants to see; `everything` of them rather than the first."""

    ballots: str = ""
    mails: str = ""
    everything: bool = False


ALL = Narrowing()


@dataclass(frozen=True, slots=True)
class DoneView:
    """One thing that a voter did; `said` are the words to it, if there are any."""

    label: Markup
    said: str


@dataclass(frozen=True, slots=True)
class BallotRow:
    """Somebody's current ballot with the earlier ones; `mark` says why it is not binding."""

    voter: PersonView
    badge: Badge
    binding: bool
    mark: str
    at: datetime
    door: str
    comment: str
    earlier: tuple[tuple[str, datetime, str], ...]
    done: tuple[DoneView, ...]
    did: str
    hash: str
    contact_href: str = ""


@dataclass(frozen=True, slots=True)
class BallotList:
    """The ballots in sight, the newest first; `hidden` are not shown unless all are asked for."""

    rows: tuple[BallotRow, ...]
    total: int
    kinds: tuple[Link, ...]
    hidden: int
    all_href: str


@dataclass(frozen=True, slots=True)
class WithdrawnRow:
    """A ballot that its voter took back."""

    voter: PersonView
    badge: Badge
    at: datetime
    withdrawn_at: datetime


def list_ballots(visit: Visit, shown: RoundView, narrowing: Narrowing) -> BallotList:
    """Return the ballots that were asked for; sysadmins are led to the contacts of visitors."""
    here = visit.paths.vote(shown.vote.number)
    kind = narrowing.ballots if narrowing.ballots in _KINDS else ""
    wanted = [each for each in reversed(shown.ballots) if _KINDS[kind][1](each)]
    in_sight = wanted if narrowing.everything else wanted[:MOST_BALLOTS]
    teller = BallotTeller.of(shown.vote)
    leads_on = administers_foundation(visit.request.user)
    return BallotList(
        rows=tuple(_lead_on(teller.show(each), each) if leads_on else teller.show(each) for each in in_sight),
        total=len(shown.ballots),
        kinds=tuple(_list_kinds(here, shown, kind)),
        hidden=len(wanted) - len(in_sight),
        all_href=f"{here}?{f'ballots={kind}&' if kind else ''}all=true#ballots",
    )


def _lead_on(row: BallotRow, view: BallotView) -> BallotRow:
    voter = view.ballot.voter
    return replace(row, contact_href=f"/contacts/{voter}") if isinstance(voter, ParticipantId) else row


def _list_kinds(here: str, shown: RoundView, current: str) -> Iterator[Link]:
    for name, (label, fits) in _KINDS.items():
        count = sum(map(fits, shown.ballots))
        if count and (not name or count < len(shown.ballots)):
            address = f"{here}?ballots={name}#ballots" if name else f"{here}#ballots"
            yield Link(label, address, current=name == current, count=count)


@dataclass(frozen=True, slots=True)
class BallotTeller:
    """Says what ballots of one round say; `labels` are of everything that a voter can have done."""

    vote: Round
    labels: Mapping[str, Markup]
    own: int

    @classmethod
    def of(cls, vote: Round) -> "BallotTeller":
        """Return the teller of a round."""
        items = list_items(vote.policy.release_checklist)
        labels = {str(item): escape(item.label) for item in EvidenceItem}
        return cls(vote, {**labels, **{part.name: render_inline(part.text) for part in items}}, len(items))

    def show(self, view: BallotView) -> BallotRow:
        """Return the row of a ballot."""
        ballot = view.ballot
        return BallotRow(
            voter=PersonView(ballot.voter, view.name),
            badge=Badge(ballot.text, CHOICE_TONES[ballot.choice]),
            binding=view.binding,
            mark=_say_mark(view),
            at=ballot.cast_at,
            door=DOORS[ballot.door],
            comment=ballot.comment or view.remark,
            earlier=tuple((each.text, each.cast_at, each.comment) for each in reversed(view.earlier)),
            done=tuple(self._list_done(ballot)),
            did=self._sum_up(ballot),
            hash=str(hash_ballot(self.vote, ballot)),
        )

    def _list_done(self, ballot: Ballot) -> Iterator[DoneView]:
        for name, said in ballot.evidence.items():
            yield DoneView(self.labels.get(name, escape(name)), "" if said == DONE else said)

    def _sum_up(self, ballot: Ballot) -> str:
        own = sum(name.startswith("checklist.") for name in ballot.evidence)
        others = len(ballot.evidence) - own
        things = f"{others} thing{'' if others == 1 else 's'}"
        if not own:
            return f"Did {things}" if others else ""
        ticked = f"Did {own} of {self.own} on the checklist"
        return f"{ticked}, and {things} more" if others else ticked


def show_withdrawn(view: WithdrawnView) -> WithdrawnRow:
    """Return the row of a ballot that was taken back."""
    ballot = view.ballot
    badge = Badge(ballot.text, Tone.NEUTRAL)
    return WithdrawnRow(PersonView(ballot.voter, view.name), badge, ballot.cast_at, view.withdrawn_at)


def make_choice_badge(text: str) -> Badge:
    """Return the badge of an answer as it was written."""
    return Badge(text, CHOICE_TONES[parse_choice(text)[0]])


def _say_mark(view: BallotView) -> str:
    if view.left:
        return "left the PMC since, so it is not binding"
    if view.on_roster and not view.binding:
        return "only a whole +1, 0 or -1 is binding"
    return ""
