# SPDX-License-Identifier: Apache-2.0
"""The steps of Nexus 2's staging: deploy into a repository of our own, close it, release it, or drop it.

A staging repository is ours if its description is the shipment's mark, so one that was opened by a call
whose answer was lost is found again. What Nexus is asked for is only accepted; another step waits for it.
"""

from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from atr.domain.errors import Refused
from atr.platforms._http import RegistryClient
from atr.platforms.maven.publicity import confirm_dropped, make_public_step, refuse_recall
from atr.platforms.maven.repository import Coverage, MavenRepository, refuse_others
from atr.platforms.maven.shipment import Piece, Shipment
from atr.platforms.maven.staging import SERVICE, StagedRepository, Staging
from atr.ports.platforms import NeedsPerson, NotYet, OtherBytes, Results, Step

ALREADY = "already public"
START = "start"
_POLL_SECONDS = 10.0
_BULK = f"{SERVICE}/staging/bulk"
_LOOK = f"GET {SERVICE}/staging/repository/{{start}}"


@dataclass(frozen=True, slots=True)
class NexusPlaces:
    """Where files are at one Nexus: released by it, and where everybody gets them."""

    client: RegistryClient
    home: str
    released: MavenRepository
    public: MavenRepository

    def open(self, repository: str) -> MavenRepository:
        """Return a staging repository."""
        return MavenRepository(self.client, f"{self.home}{SERVICE}/repositories/{repository}/content")


@dataclass(frozen=True, slots=True)
class _Transition:
    """What Nexus does some time after it was asked to."""

    action: str
    name: str
    before: str
    after: str


_CLOSING = _Transition("close", "close", "open", "closed")
_RELEASING = _Transition("promote", "release", "closed", "released")


class NexusSteps:
    """Makes the steps of all operations."""

    def __init__(self, staging: Staging, places: NexusPlaces, *, promotes: bool) -> None:
        self._staging = staging
        self._places = places
        self._promotes = promotes

    def list_staging(self, shipment: Shipment) -> tuple[Step, ...]:
        """Return the steps up to a closed staging repository."""
        evaluation = self._staging.name_evaluation(shipment.coordinates)
        return (
            Step("profile", f"GET {evaluation}", _ask_nothing, partial(self._find_profile, shipment)),
            Step(
                START,
                f"POST {SERVICE}/staging/profiles/{{profile}}/start [{shipment.key}]",
                partial(self._find_started, shipment),
                partial(self._start, shipment),
            ),
            *(self._make_deployment(piece) for piece in shipment.pieces),
            *self._list_transition(_CLOSING, shipment),
        )

    def list_releasing(self, shipment: Shipment) -> tuple[Step, ...]:
        """Return the steps from a closed staging repository to what everybody gets."""
        return (*self._list_transition(_RELEASING, shipment), make_public_step(self._places.public, shipment))

    def list_dropping(self, shipment: Shipment) -> tuple[Step, ...]:
        """Return the steps that take a staging repository away, which is possible before its release only."""
        find = partial(self._find_dropped, shipment)
        return (
            Step("drop", f"POST {_BULK}/drop {{start}}", find, partial(self._drop, shipment)),
            Step("await drop", _LOOK, find, partial(self._await_drop, shipment)),
        )

    def find_repository(self, shipment: Shipment, results: Results) -> str | None:
        """Return the name of our staging repository, from the ledger or by its key; None if there is none."""
        if START in results:
            return results[START]
        listed = self._staging.list_repositories(self._find_profile(shipment, results))
        ours = [each.id for each in listed if each.description == shipment.mark]
        if len(ours) > 1:
            raise Refused(f"The staging repositories {', '.join(ours)} hold the same: drop all but one.")
        return ours[0] if ours else None

    def _find_profile(self, shipment: Shipment, results: Results) -> str:
        return results.get("profile") or self._staging.find_profile(shipment.coordinates)

    def _find_started(self, shipment: Shipment, results: Results) -> str | None:
        if self._places.released.measure(shipment) is Coverage.ALL:
            return ALREADY
        profile = self._find_profile(shipment, results)
        for each in self._staging.list_repositories(profile):
            if shipment.has_rival(each.description):
                raise OtherBytes(
                    f"The staging repository {each.id} holds other bytes as {shipment.title}: drop it first."
                )
        return self.find_repository(shipment, {"profile": profile})

    def _start(self, shipment: Shipment, results: Results) -> str:
        found = self._find_started(shipment, results)
        profile = self._find_profile(shipment, results)
        return found or self._staging.start(profile, shipment.mark)

    def _make_deployment(self, piece: Piece) -> Step:
        path = f"{SERVICE}/staging/deployByRepositoryId/{{start}}/{piece.target}"
        beside = "checksums" if piece.signature is None else "checksums and signature"
        return Step(
            f"deploy {piece.target}",
            f"PUT {path}, {beside}",
            partial(self._find_deployed, piece),
            partial(self._deploy, piece),
        )

    def _find_deployed(self, piece: Piece, results: Results) -> str | None:
        if results[START] == ALREADY:
            return ALREADY
        found = self._places.open(results[START]).compare(piece)
        if others := [each for each in found if each.seen is not None and not each.matches]:
            refuse_others(others)
        return _name_piece(piece) if all(each.matches for each in found) else None

    def _deploy(self, piece: Piece, results: Results) -> str:
        """Put what is not there yet; what a call brought whose answer was lost is there."""
        repository = results[START]
        place = self._places.open(repository)
        for outgoing in piece.list_outgoing():
            if place.find_digest(outgoing.target) is None:
                self._staging.deploy(repository, outgoing)
        return _name_piece(piece)

    def _list_transition(self, transition: _Transition, shipment: Shipment) -> tuple[Step, ...]:
        asks = transition is _CLOSING or self._promotes
        request = partial(self._request, transition, shipment)
        person = partial(self._ask_person, shipment)
        return (
            Step(
                transition.name,
                f"POST {_BULK}/{transition.action} {{start}}",
                partial(self._find_begun, transition, shipment),
                request if asks else person,
            ),
            Step(
                f"await {transition.name}",
                _LOOK,
                partial(self._find_ended, transition, shipment),
                partial(self._await, transition, shipment),
            ),
        )

    def _find_begun(self, transition: _Transition, shipment: Shipment, results: Results) -> str | None:
        seen = self._look(shipment, results)
        if seen is not None and seen.transitioning:
            return "accepted"
        return self._judge(transition, shipment, seen)

    def _find_ended(self, transition: _Transition, shipment: Shipment, results: Results) -> str | None:
        return self._judge(transition, shipment, self._look(shipment, results))

    def _judge(
        self, transition: _Transition, shipment: Shipment, seen: StagedRepository | None
    ) -> str | None:
        """Return the state it ended in; a released repository may be gone, its files are not."""
        if seen is None:
            return self._find_released(shipment)
        has_ended = seen.type in {transition.after, "released"} and not seen.transitioning
        return seen.type if has_ended else None

    def _find_released(self, shipment: Shipment) -> str | None:
        return "released" if self._places.released.measure(shipment) is Coverage.ALL else None

    def _look(self, shipment: Shipment, results: Results) -> StagedRepository | None:
        repository = self.find_repository(shipment, results)
        return None if repository in {ALREADY, None} else self._staging.look_at(str(repository))

    def _look_at(self, shipment: Shipment, results: Results) -> StagedRepository:
        seen = self._look(shipment, results)
        if seen is None:
            _refuse_gone(shipment)
        return seen

    def _request(self, transition: _Transition, shipment: Shipment, results: Results) -> str:
        begun = self._find_begun(transition, shipment, results)
        if begun is not None:
            return begun
        seen = self._look_at(shipment, results)
        if seen.type != transition.before:
            raise Refused(
                f"The staging repository {seen.id} is {seen.type}, but has to be {transition.before} before "
                f"it can be {transition.after}."
            )
        self._staging.transit(seen.id, transition.action, shipment.mark)
        return "accepted"

    def _ask_person(self, shipment: Shipment, results: Results) -> str:
        seen = self._look_at(shipment, results)
        raise NeedsPerson(
            f"Sign in at {self._places.home}/#stagingRepositories, choose the staging repository {seen.id} "
            f"({shipment.title}), press Release and confirm; then say here that it is done."
        )

    def _await(self, transition: _Transition, shipment: Shipment, results: Results) -> str:
        seen = self._look(shipment, results)
        ended = self._judge(transition, shipment, seen)
        if ended is not None:
            return ended
        if seen is None:
            _refuse_gone(shipment)
        if not seen.transitioning:
            self._refuse_failed(transition, seen.id)
        raise NotYet(f"The staging repository {seen.id} is not {transition.after} yet.", _POLL_SECONDS)

    def _refuse_failed(self, transition: _Transition, repository: str) -> None:
        activity = self._staging.find_activity(repository, transition.name)
        if activity is not None and activity.ended and activity.failures:
            raise Refused(
                f"Nexus does not {transition.name} the staging repository {repository}.",
                *activity.failures,
                f"Once that is repaired, {transition.name} it at "
                f"{self._places.home}/#stagingRepositories and resume.",
            )

    def _find_dropped(self, shipment: Shipment, results: Results) -> str | None:
        if self._look(shipment, results) is not None:
            return None
        return confirm_dropped(self._places.released, shipment)

    def _drop(self, shipment: Shipment, results: Results) -> str:
        seen = self._look(shipment, results)
        if seen is None:
            return confirm_dropped(self._places.released, shipment)
        if seen.type == "released":
            refuse_recall(shipment)
        self._staging.transit(seen.id, "drop", shipment.mark)
        return "accepted"

    def _await_drop(self, shipment: Shipment, results: Results) -> str:
        if self._find_dropped(shipment, results) is None:
            raise NotYet(f"The staging repository of {shipment.title} is still there.", _POLL_SECONDS)
        return "dropped"


def _ask_nothing(_: Results) -> None:
    return None


def _name_piece(piece: Piece) -> str:
    return str(piece.parcel.content.sha512)


def _refuse_gone(shipment: Shipment) -> NoReturn:
    raise Refused(
        f"The staging repository of {shipment.title} is gone and not all of it was released: "
        "somebody dropped it. Take the release back there and stage it again."
    )
