# SPDX-License-Identifier: Apache-2.0
"""The links by which visitors come back: a random id that only this installation can have signed."""

from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest

from atr.domain.credential import hash_secret
from atr.domain.errors import Invalid, NotFound
from atr.domain.names import ParticipantId
from atr.domain.privacy import Participant
from atr.domain.visitor_ballot import Confirmation, SignedLink
from atr.services.door import Work

_ID_DIGITS = 32


class LinkPurpose(StrEnum):
    """What a link is for; a link for one is worth nothing for the other."""

    CONFIRM = "confirm-ballot"
    CONFIRM_MAIL = "confirm-mail"
    PARTICIPANT = "participants"


def make_id(work: Work) -> str:
    """Return a new random id, 32 hexadecimal digits."""
    return sha256(work.around.make_secret().encode()).hexdigest()[:_ID_DIGITS]


def sign_link(work: Work, purpose: LinkPurpose, name: str) -> SignedLink:
    """Return the end of the link to what has this id."""
    return SignedLink(name, work.around.vault.digest(f"link {purpose}", name))


def make_address(work: Work, purpose: LinkPurpose, name: str) -> str:
    """Return the whole link."""
    return f"{work.around.foundation.public_url.rstrip('/')}/{purpose}/{sign_link(work, purpose, name)}"


def link_participant(work: Work, participant: ParticipantId) -> SignedLink:
    """Return the end of the link with which a visitor sees and changes what is kept."""
    return sign_link(work, LinkPurpose.PARTICIPANT, participant.partition(":")[2])


def open_link(work: Work, purpose: LinkPurpose, token: str) -> str:
    """Return the id in the link; raise NotFound when it was not made here for this purpose."""
    try:
        given = SignedLink.parse(token)
    except Invalid:
        given = SignedLink("", "")
    if not compare_digest(given.signature, sign_link(work, purpose, given.id).signature):
        raise NotFound("such link:", "copy it whole from the mail, or ask for a new one")
    return given.id


def find_linked(work: Work, token: str) -> Participant:
    """Return the visitor a link belongs to; raise NotFound."""
    name = open_link(work, LinkPurpose.PARTICIPANT, token)
    found = work.unit.participants.find(ParticipantId(f"participant:{name}"))
    if found is None:
        raise NotFound("vote", "behind this link any more: it was never confirmed")
    return found


def find_confirmation(work: Work, token: str) -> Confirmation:
    """Return what a link confirms, used up or over included; raise NotFound."""
    name = open_link(work, LinkPurpose.CONFIRM, token)
    found = work.unit.participants.find_confirmation(name)
    if found is None or not compare_digest(found.token_hash, hash_secret(token)):
        raise NotFound("ballot", "to confirm behind this link any more: vote again")
    return found
