# SPDX-License-Identifier: Apache-2.0
"""How releases come along, in the API."""

from litestar import get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.activity import ReleaseActivity
from atr.domain.names import ProjectKey
from atr.schema.activity import ActivityAnswer, MonthAnswer, PhaseStayAnswer
from atr.services.activity import ShowActivity
from atr.web.parts import TheActor, TheDoor


@get("/activity", sync_to_thread=True)
def show_activity(actor: TheActor, door: TheDoor) -> ActivityAnswer:
    """Count releases and findings by month over all projects, and measure the time in each phase."""
    return _describe_activity(door.ask(actor, ShowActivity()))


@get("/projects/{project:str}/activity", sync_to_thread=True)
def show_project_activity(actor: TheActor, door: TheDoor, project: FromPath[ProjectKey]) -> ActivityAnswer:
    """Count releases and findings by month in one project, and measure the time in each phase."""
    return _describe_activity(door.ask(actor, ShowActivity(project)))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_activity, show_project_activity)


def _describe_activity(found: ReleaseActivity) -> ActivityAnswer:
    months = (
        MonthAnswer(
            month=month,
            releases=found.releases[index],
            findings={severity: counts[index] for severity, counts in found.findings.items()},
        )
        for index, month in enumerate(found.months)
    )
    phases = (
        PhaseStayAnswer(phase=each.phase, stays=each.stays, median_seconds=each.median.total_seconds())
        for each in found.stays
    )
    return ActivityAnswer(months=tuple(months), phases=tuple(phases))
