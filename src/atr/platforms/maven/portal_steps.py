# SPDX-License-Identifier: Apache-2.0
"""The steps of the Central Portal: a bundle is uploaded and validated, and published by a second call.

A deployment is ours if its name is the shipment's mark, so one whose upload was not answered is found again.
"""

from functools import partial

from atr.domain.errors import Refused
from atr.platforms.maven.deployments import API, Deployment, Deployments, DeploymentState, name_upload
from atr.platforms.maven.publicity import confirm_dropped, make_public_step, refuse_recall
from atr.platforms.maven.repository import Coverage, MavenRepository
from atr.platforms.maven.shipment import Shipment
from atr.ports.platforms import NeedsPerson, NotYet, OtherBytes, Results, Step

ALREADY = "already public"
UPLOAD = "upload"
_POLL_SECONDS = 10.0
_LOOK = f"POST {API}/status?id={{upload}}"
_FINISHED = frozenset({DeploymentState.PUBLISHED})
_PUBLISHED = frozenset({DeploymentState.PUBLISHING, DeploymentState.PUBLISHED})
_CHECKED = frozenset({DeploymentState.VALIDATED, *_PUBLISHED})
_DROPPABLE = frozenset({DeploymentState.VALIDATED, DeploymentState.FAILED})


class PortalSteps:
    """Makes the steps of all operations."""

    def __init__(
        self, deployments: Deployments, public: MavenRepository, home: str, *, promotes: bool
    ) -> None:
        self._deployments = deployments
        self._public = public
        self._home = home
        self._promotes = promotes

    def list_staging(self, shipment: Shipment) -> tuple[Step, ...]:
        """Return the steps up to a validated deployment."""
        call = f"POST {name_upload(shipment)}, {len(shipment.pieces)} files with their signatures, checksums"
        upload = Step(
            UPLOAD,
            call,
            partial(self._find_uploaded, shipment),
            partial(self._upload, shipment),
        )
        return (upload, self._make_waiting("await validation", shipment, _CHECKED))

    def list_publishing(self, shipment: Shipment) -> tuple[Step, ...]:
        """Return the steps from a validated deployment to what everybody gets."""
        publish = Step(
            "publish",
            f"POST {API}/deployment/{{upload}}",
            partial(self._find_state, shipment, _PUBLISHED),
            partial(self._publish if self._promotes else self._ask_person, shipment),
        )
        waiting = self._make_waiting("await publication", shipment, _FINISHED)
        return (publish, waiting, make_public_step(self._public, shipment))

    def list_dropping(self, shipment: Shipment) -> tuple[Step, ...]:
        """Return the step that takes a deployment away, which is possible before its publication only."""
        call = f"DELETE {API}/deployment/{{upload}}"
        return (Step("drop", call, partial(self._find_dropped, shipment), partial(self._drop, shipment)),)

    def find_deployment(self, shipment: Shipment, results: Results) -> str | None:
        """Return the id of our deployment, from the ledger or by its name; None if there is none."""
        if UPLOAD in results:
            return results[UPLOAD]
        listed = self._deployments.walk_usable(shipment.coordinates.folder)
        return next((each.id for each in listed if each.name == shipment.mark), None)

    def _make_waiting(self, name: str, shipment: Shipment, wanted: frozenset[DeploymentState]) -> Step:
        find = partial(self._find_state, shipment, wanted)
        return Step(name, _LOOK, find, partial(self._await, shipment, wanted))

    def _find_uploaded(self, shipment: Shipment, _: Results) -> str | None:
        if self._public.measure(shipment) is Coverage.ALL:
            return ALREADY
        for each in self._deployments.walk_usable(shipment.coordinates.folder):
            if each.name == shipment.mark:
                return each.id
            if shipment.has_rival(each.name):
                raise OtherBytes(
                    f"The deployment {each.id} holds other bytes as {shipment.title}: drop it first."
                )
        return None

    def _upload(self, shipment: Shipment, results: Results) -> str:
        return self._find_uploaded(shipment, results) or self._deployments.upload(shipment)

    def _look(self, shipment: Shipment, results: Results) -> Deployment | None:
        deployment = self.find_deployment(shipment, results)
        return None if deployment in {ALREADY, None} else self._deployments.look_at(str(deployment))

    def _look_at(self, shipment: Shipment, results: Results) -> Deployment:
        seen = self._look(shipment, results)
        if seen is None:
            raise Refused(
                f"The deployment of {shipment.title} is gone from the portal and not all of it is public: "
                "somebody dropped it. Take the release back there and stage it again."
            )
        return seen

    def _find_state(
        self, shipment: Shipment, wanted: frozenset[DeploymentState], results: Results
    ) -> str | None:
        seen = self._look(shipment, results)
        if seen is not None:
            return seen.state if seen.state in wanted else None
        return DeploymentState.PUBLISHED if self._public.measure(shipment) is Coverage.ALL else None

    def _await(self, shipment: Shipment, wanted: frozenset[DeploymentState], results: Results) -> str:
        seen = self._look_at(shipment, results)
        if seen.state is DeploymentState.FAILED:
            raise Refused(
                f"The portal does not accept the deployment {seen.id}.",
                *(seen.errors or ("It does not say why.",)),
                "Once that is repaired, take the release back there and stage it again.",
            )
        if seen.state not in wanted:
            raise NotYet(f"The deployment {seen.id} is {seen.state.lower()}.", _POLL_SECONDS)
        return seen.state

    def _publish(self, shipment: Shipment, results: Results) -> str:
        seen = self._look_at(shipment, results)
        if seen.state in _PUBLISHED:
            return seen.state
        if seen.state is not DeploymentState.VALIDATED:
            raise Refused(
                f"The deployment {seen.id} is {seen.state.lower()}; it can be published once it is validated."
            )
        self._deployments.publish(seen.id)
        return "accepted"

    def _ask_person(self, shipment: Shipment, results: Results) -> str:
        seen = self._look_at(shipment, results)
        raise NeedsPerson(
            f"Sign in at {self._home}/publishing/deployments, choose the deployment {seen.id} named "
            f"{seen.name!r} ({shipment.title}), and press Publish; then say here that it is done."
        )

    def _find_dropped(self, shipment: Shipment, results: Results) -> str | None:
        if self._look(shipment, results) is not None:
            return None
        return confirm_dropped(self._public, shipment)

    def _drop(self, shipment: Shipment, results: Results) -> str:
        seen = self._look(shipment, results)
        if seen is None:
            return confirm_dropped(self._public, shipment)
        if seen.state in _PUBLISHED:
            refuse_recall(shipment)
        if seen.state not in _DROPPABLE:
            raise NotYet(f"The deployment {seen.id} is {seen.state.lower()}.", _POLL_SECONDS)
        self._deployments.drop(seen.id)
        return "dropped"
