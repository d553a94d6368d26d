# SPDX-License-Identifier: Apache-2.0
"""Waivers in the API."""

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.check import name_finding
from atr.domain.names import ProjectKey
from atr.domain.version_range import VersionRange
from atr.schema.checks import (
    MatchedFinding,
    WaiverAnswer,
    WaiverCreate,
    WaiverMatchAnswer,
    WaiverPreviewAnswer,
    WaiverPreviewCreate,
)
from atr.schema.pages import ItemPage
from atr.services.door import Door
from atr.services.waiver_previews import PreviewWaiver, WaiverMatch
from atr.services.waivers import (
    ConfirmWaiver,
    DropWaiver,
    ListWaivers,
    ShowWaiver,
    WaiveRule,
    WaiverView,
)
from atr.web.api.replies import Asking, Reply, read_expected, reply_once
from atr.web.conditional import make_etag
from atr.web.parts import TheActor, TheDoor, WebRequest


@get("/projects/{project:str}/waivers", sync_to_thread=True)
def list_waivers(actor: TheActor, door: TheDoor, project: FromPath[ProjectKey]) -> ItemPage[WaiverAnswer]:
    """List a project's waivers, those whose time is over too."""
    waivers = door.ask(actor, ListWaivers(project))
    return ItemPage[WaiverAnswer](items=tuple(map(_describe_waiver, waivers)), next=None)


@post("/projects/{project:str}/waivers", sync_to_thread=True)
def waive_rule(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], data: JSONBody[WaiverCreate]
) -> Response[WaiverAnswer]:
    """Accept what a rule finds at some paths; for blockers a second person has to confirm it."""
    versions = VersionRange.parse(data.versions)
    command = WaiveRule(project, data.rule, data.paths, data.reason, data.expires_at, versions)

    def describe(view: WaiverView) -> Reply[WaiverAnswer]:
        address = f"/api/v1/projects/{project}/waivers/{view.waiver.id}"
        return Reply(_describe_waiver(view), address, _tag_waiver(project, view))

    return reply_once(Asking(request, door, data), command, describe)


@post("/projects/{project:str}/waivers/preview", status_code=200, sync_to_thread=True)
def preview_waiver(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], data: JSONBody[WaiverPreviewCreate]
) -> WaiverPreviewAnswer:
    """Show which findings of open candidates and the newest releases a waiver would match; keep nothing."""
    asked = PreviewWaiver(project, data.rule, data.paths, VersionRange.parse(data.versions))
    preview = door.ask(actor, asked)
    return WaiverPreviewAnswer(
        total=preview.total,
        needs_second_person=preview.needs_second_person,
        releases=tuple(map(_describe_match, preview.matches)),
    )


@get("/projects/{project:str}/waivers/{waiver:int}", sync_to_thread=True)
def show_waiver(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], waiver: FromPath[int]
) -> Response[WaiverAnswer]:
    """Show one waiver."""
    return _send_waiver(project, door.ask(actor, ShowWaiver(project, waiver)))


@post("/projects/{project:str}/waivers/{waiver:int}/confirm", status_code=200, sync_to_thread=True)
def confirm_waiver(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], waiver: FromPath[int]
) -> Response[WaiverAnswer]:
    """Be the second person behind a waiver."""
    expected = _read_edition(request, door, project, waiver)
    return _send_waiver(project, door.perform(request.user, ConfirmWaiver(project, waiver, expected)))


@delete("/projects/{project:str}/waivers/{waiver:int}", sync_to_thread=True)
def drop_waiver(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], waiver: FromPath[int]
) -> None:
    """Take a waiver back."""
    expected = _read_edition(request, door, project, waiver)
    door.perform(request.user, DropWaiver(project, waiver, expected))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    list_waivers,
    waive_rule,
    preview_waiver,
    show_waiver,
    confirm_waiver,
    drop_waiver,
)


def _read_edition(request: WebRequest, door: Door, project: ProjectKey, waiver: int) -> int | None:
    if "if-match" not in request.headers:
        return None
    known = door.ask(request.user, ShowWaiver(project, waiver))
    return read_expected(request, _tag_waiver(project, known), known.waiver.edition)


def _tag_waiver(project: ProjectKey, view: WaiverView) -> str:
    return make_etag("waiver", project, view.waiver.id, view.waiver.edition)


def _send_waiver(project: ProjectKey, view: WaiverView) -> Response[WaiverAnswer]:
    return Response(_describe_waiver(view), headers={"etag": _tag_waiver(project, view)})


def _describe_waiver(view: WaiverView) -> WaiverAnswer:
    waiver = view.waiver
    return WaiverAnswer(
        id=waiver.id,
        rule=waiver.rule,
        paths=waiver.paths,
        versions=waiver.versions.text,
        reason=waiver.reason,
        by=waiver.by,
        at=waiver.at,
        confirmed_by=waiver.confirmed_by,
        expires_at=waiver.expires_at,
        state=view.state,
    )


def _describe_match(match: WaiverMatch) -> WaiverMatchAnswer:
    return WaiverMatchAnswer(
        release=str(match.release),
        phase=match.phase,
        revision=match.revision,
        total=match.total,
        counts={severity: count for severity, count in match.counts.items() if count},
        findings=tuple(
            MatchedFinding(
                id=name_finding(each.rule, each.artifact, each.member),
                severity=each.severity,
                artifact=each.artifact,
                member=each.member,
                acknowledged=each.is_acknowledged,
            )
            for each in match.findings
        ),
    )
