# SPDX-License-Identifier: Apache-2.0
"""Activity: releases by month, time in each phase, and findings by severity, as charts with tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.activity import PhaseStay, ReleaseActivity
from atr.domain.check import Severity
from atr.domain.names import ProjectKey
from atr.services.activity import ShowActivity
from atr.services.project_views import ShowProject
from atr.web.addresses import locate_project
from atr.web.charts import ChartText, ChartView, RowChart, RowValue, Series, Tick, lay_rows, stack_bars
from atr.web.components import PHASE_LABELS, Link
from atr.web.pages.administration import find_section, list_administration_tabs
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.rendering import Page, show_page

ACTIVITY_PATH = "/activity"
_JANUARY = 1


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """The charts of a project, or of all of them."""

    tabs: tuple[Link, ...]
    about: str
    releases: ChartView
    stays: RowChart
    findings: ChartView
    is_empty: bool
    events: Link


@get(ACTIVITY_PATH, sync_to_thread=True)
def show_activity(request: WebRequest, door: TheDoor, actor: TheActor) -> Response[bytes]:
    """Show what happened in all projects."""
    found = door.ask(actor, ShowActivity())
    tabs = list_administration_tabs(actor, ACTIVITY_PATH)
    view = _make_page(found, tabs, "All projects", Link("All releases", "/releases"))
    section = find_section(actor, "/releases")
    return show_page(request, Page("pages/activity.html", "Activity", view, section=section))


@get("/projects/{project:str}/activity", sync_to_thread=True)
def show_project_activity(
    request: WebRequest, door: TheDoor, actor: TheActor, project: FromPath[ProjectKey]
) -> Response[bytes]:
    """Show what happened in one project."""
    name = door.ask(actor, ShowProject(project)).project.name
    found = door.ask(actor, ShowActivity(project))
    view = _make_page(found, (), name, Link("Its events", f"/events?subject={project}"))
    crumbs = (Link("Projects", "/projects"), Link(name, locate_project(project)))
    page = Page("pages/activity.html", "Activity", view, crumbs, section="/projects")
    return show_page(request, page)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_activity, show_project_activity)


def draw_releases(found: ReleaseActivity) -> ChartView:
    """Return the chart of releases by month."""
    text = ChartText("releases-by-month", "Releases by month", "releases", "release")
    return stack_bars(text, list_ticks(found.months), (Series("Releases", found.releases),))


def draw_findings(found: ReleaseActivity) -> ChartView:
    """Return the chart of findings by month and severity, the worst lowest."""
    text = ChartText("findings-by-month", "Findings by severity", "findings", "finding")
    series = (Series(each.capitalize(), found.findings[str(each)], str(each)) for each in Severity)
    return stack_bars(text, list_ticks(found.months), tuple(each for each in series if any(each.values)))


def draw_stays(stays: tuple[PhaseStay, ...]) -> RowChart:
    """Return the chart of the median time in each phase."""
    text = ChartText("time-in-phase", "Time in each phase", "Median", heading="Phase")
    return lay_rows(text, tuple(_list_rows(stays)))


def list_ticks(months: tuple[date, ...]) -> tuple[Tick, ...]:
    """Return the months as an axis names them: the year stands with January and with the first."""
    first = months[:1]
    return tuple(
        Tick(f"{each:%B %Y}", f"{each:%b %Y}" if each.month == _JANUARY or each in first else f"{each:%b}")
        for each in months
    )


def say_length(length: timedelta) -> str:
    """Return a length of time with one decimal in its largest fitting unit."""
    seconds = length.total_seconds()
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} seconds"


def _make_page(found: ReleaseActivity, tabs: tuple[Link, ...], about: str, events: Link) -> ActivityPage:
    return ActivityPage(
        tabs=tabs,
        about=about,
        releases=draw_releases(found),
        stays=draw_stays(found.stays),
        findings=draw_findings(found),
        is_empty=found.is_empty,
        events=events,
    )


def _list_rows(stays: tuple[PhaseStay, ...]) -> Iterator[RowValue]:
    for each in stays:
        yield RowValue(PHASE_LABELS[each.phase], each.median.total_seconds(), say_length(each.median))
