# SPDX-License-Identifier: Apache-2.0
"""The personal data of somebody with an account, visits to votes included, and its erasure."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from atr.domain.event import Subject
from atr.domain.people import Person
from atr.domain.permissions import Permission, Standing
from atr.domain.privacy import Participant
from atr.domain.visitor_ballot import SignedLink
from atr.services.accounts import require_user
from atr.services.door import Command, Done, Query, Work
from atr.services.participants import erase
from atr.services.people import find_person
from atr.services.visitor_links import link_participant
from atr.services.visitors import Contact, hash_contact


@dataclass(frozen=True, slots=True)
class Visit:
    """A vote in which somebody took part as a visitor, and the link to everything that is kept of it."""

    participant: Participant
    link: SignedLink = field(repr=False)


@dataclass(frozen=True, slots=True)
class ListVisits(Query[tuple[Visit, ...]]):
    """The votes in which one took part as a visitor, found by one's own verified addresses."""

    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def answer(self, work: Work) -> tuple[Visit, ...]:
        """Return them, as long as their contacts are kept."""
        person = find_person(work, require_user(work))
        return tuple(Visit(each, link_participant(work, each.id)) for each in _find_own(work, person))


@dataclass(frozen=True, slots=True)
class EraseOwnData(Command[int]):
    """End all sessions and tokens of one's own, and erase what is kept of visits to votes.

    Name, roles, votes and acts of an account are the foundation's record, and stay.
    """

    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def carry_out(self, work: Work) -> Done[int]:
        """Return how many visits were erased."""
        user = require_user(work)
        person = find_person(work, user)
        visits = [each for each in _find_own(work, person) if each.erased_at is None]
        for each in visits:
            erase(work, each)
        for token in work.unit.credentials.list_tokens(user):
            work.unit.credentials.save_token(replace(token, revoked_at=token.revoked_at or work.now))
        work.unit.credentials.end_other_sessions(user, "")
        return Done(len(visits), "person.erased_data", Subject("person", user), {"visits": len(visits)})


def _find_own(work: Work, person: Person) -> tuple[Participant, ...]:
    contacts = [Contact.of_mail(address) for address in person.addresses]
    found = (
        work.unit.participants.find_by_contact(release, number, hash_contact(work, (release, number), each))
        for release, number in work.unit.participants.list_rounds()
        for each in contacts
    )
    return tuple({each.id: each for each in found if each is not None}.values())
