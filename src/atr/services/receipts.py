# SPDX-License-Identifier: Apache-2.0
"""Receipts: a voter can prove later what was taken, and that it is among the ballots of the result."""

from dataclasses import dataclass
from datetime import UTC

from atr.domain.ballot_hash import hash_ballot
from atr.domain.errors import NotFound
from atr.domain.names import ReleaseKey
from atr.domain.permissions import Permission, Standing
from atr.domain.vote import Ballot, Round, pick_current
from atr.formats.dsse import Envelope, Signature, encode_signed
from atr.formats.receipt import PAYLOAD_TYPE, Receipt, write_receipt
from atr.ports.repositories.service_keys import ServiceKey
from atr.services.ballots import CastBallot
from atr.services.door import Bookkeeping, Place, Query, Work
from atr.services.rounds import find_round, name_round
from atr.services.then_look import ThenLook


@dataclass(frozen=True, slots=True)
class Receipted:
    """A ballot that was taken in a round, and the signed receipt of it."""

    vote: Round
    ballot: Ballot
    receipt: Envelope


def sign_receipt(work: Work, vote: Round, ballot: Ballot) -> Envelope:
    """Return the receipt of a ballot; the same ballot always gets the same."""
    receipt = Receipt(
        ballot=str(hash_ballot(vote, ballot)),
        cast_at=ballot.cast_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        choice=ballot.text,
        manifest_digest=str(ballot.manifest_digest),
        release=vote.release.storage_key,
        round=vote.number,
        server=work.around.foundation.public_url,
        voter=str(ballot.voter),
    )
    payload = write_receipt(receipt)
    signer = work.around.signer
    signature = Signature(signer.key_id, signer.sign(encode_signed(PAYLOAD_TYPE, payload)))
    return Envelope(PAYLOAD_TYPE, payload, (signature,))


def then_give_receipt(command: CastBallot) -> ThenLook[Ballot, Receipted]:
    """Return the ballot's command answered with its receipt."""

    def give(work: Work, ballot: Ballot) -> Receipted:
        vote = find_round(work, command.release, command.number)
        return Receipted(vote, ballot, sign_receipt(work, vote, ballot))

    return ThenLook(command, give)


@dataclass(frozen=True, slots=True)
class ShowReceipt(Query[Envelope]):
    """The receipt of one's own current ballot in a round."""

    release: ReleaseKey
    number: int

    @property
    def permission(self) -> Permission:
        """Return that one has to be somebody."""
        return Standing.OWN_ACCOUNT

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> Envelope:
        """Return it; raise NotFound for a round without a ballot of the asker."""
        vote = find_round(work, self.release, self.number)
        ballots = pick_current(work.unit.votes.list_ballots(self.release, self.number))
        own = next((each for each in ballots if each.voter == work.actor.user), None)
        if own is None:
            raise NotFound("ballot", f"{work.actor.user} in {name_round(self.release, self.number)}")
        return sign_receipt(work, vote, own)


@dataclass(frozen=True, slots=True)
class NoteServiceKey(Bookkeeping[None]):
    """Remember the public part of the key that the service signs with from now on."""

    def note(self, work: Work) -> None:
        """Add it unless it is known."""
        signer = work.around.signer
        work.unit.service_keys.add(ServiceKey(signer.key_id, signer.public_key, work.now))


@dataclass(frozen=True, slots=True)
class ServiceKeysView:
    """Every key the service ever signed with, the newest first, and the name of the present one."""

    keys: tuple[ServiceKey, ...]
    current: str


class ListServiceKeys(Query[ServiceKeysView]):
    """The public keys with which receipts are checked."""

    def answer(self, work: Work) -> ServiceKeysView:
        """Return them; the present one even before it signed anything."""
        signer, known = work.around.signer, work.unit.service_keys.list()
        if all(key.key_id != signer.key_id for key in known):
            known = (ServiceKey(signer.key_id, signer.public_key, work.now), *known)
        return ServiceKeysView(known, signer.key_id)
