# SPDX-License-Identifier: Apache-2.0
"""The mails of a vote as they are shown: how each was read, what became of it, and why."""

from dataclasses import dataclass, replace
from typing import ClassVar

from atr.domain.names import ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.domain.vote_message import MessageState, VoteMessage
from atr.services.door import Place, Query, Work
from atr.services.rounds import find_round
from atr.services.voter_names import find_voter_names


@dataclass(frozen=True, slots=True)
class MessageView:
    """A mail with the name of whose ballot it is; `may_accept` says whether the asker can count it."""

    message: VoteMessage
    name: str
    may_accept: bool


@dataclass(frozen=True, slots=True)
class ListMessages(Query[tuple[MessageView, ...]]):
    """Every mail of a round in the order of coming in; addresses for those who run the vote alone."""

    release: ReleaseKey
    number: int

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> tuple[MessageView, ...]:
        """Return them; raise NotFound."""
        find_round(work, self.release, self.number)
        return list_messages(work, self.release, self.number)


def list_messages(work: Work, release: ReleaseKey, number: int) -> tuple[MessageView, ...]:
    """Return the mails of a round as the asker may see them."""
    runs = Activity.RUN_PHASE in work.permitted
    messages = work.unit.vote_messages.list(release, number)
    names = find_voter_names(work, (each.voter for each in messages if each.voter is not None))
    return tuple(
        MessageView(
            message=each if runs else replace(each, sender=None),
            name=names.get(each.voter or "", each.sender_name),
            may_accept=runs and each.state is MessageState.UNCONFIRMED and each.sender is not None,
        )
        for each in messages
    )


@dataclass(frozen=True, slots=True)
class PrepareImport(Query[None]):
    """Whether the asker may hand mails in for a round; they are read like those that come by themselves."""

    release: ReleaseKey
    number: int

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> None:
        """Raise Denied or NotFound unless they may."""
        find_round(work, self.release, self.number)
