# SPDX-License-Identifier: Apache-2.0
"""Evaluations, findings, acknowledgements and waivers in the API."""

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.check import Acknowledgement, EvaluationState, Severity, Waiver, count_severities
from atr.domain.names import ProjectKey
from atr.schema.checks import (
    AcknowledgementAnswer,
    AcknowledgementCreate,
    ChecksAnswer,
    EvaluationAnswer,
    FindingAnswer,
    WaiverAnswer,
    WaiverCreate,
)
from atr.schema.pages import ItemPage
from atr.services.evaluations import RequestEvaluation
from atr.services.findings import (
    AcknowledgeFinding,
    ChecksView,
    ConfirmWaiver,
    DropWaiver,
    FindingView,
    ListWaivers,
    ShowChecks,
    WaiveRule,
)
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.parts import TheActor, TheDoor, WebRequest


@get("/checks", sync_to_thread=True)
def show_checks(
    actor: TheActor,
    door: TheDoor,
    release: TheRelease,
    severity: FromQuery[Severity | None] = None,
) -> ChecksAnswer:
    """Show the evaluation of the shown revision, worst findings first."""
    return _describe_checks(door.ask(actor, ShowChecks(release, severity)))


@post("/checks", sync_to_thread=True)
def request_evaluation(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
) -> Response[EvaluationAnswer]:
    """Have the shown revision examined again; what is known by content is not examined twice."""

    def describe(revision: int) -> Reply[EvaluationAnswer]:
        return Reply(EvaluationAnswer(release=str(release), revision=revision))

    return reply_once(Asking(request, door), RequestEvaluation(release), describe)


@post("/acknowledgements", sync_to_thread=True)
def acknowledge_finding(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    data: JSONBody[AcknowledgementCreate],
) -> Response[AcknowledgementAnswer]:
    """Go on in spite of a concern, with name and reason."""
    command = AcknowledgeFinding(release, data.finding, data.reason)

    def describe(decision: Acknowledgement) -> Reply[AcknowledgementAnswer]:
        return Reply(AcknowledgementAnswer.of(decision))

    return reply_once(Asking(request, door, data), command, describe)


@get("/projects/{project:str}/waivers", sync_to_thread=True)
def list_waivers(actor: TheActor, door: TheDoor, project: FromPath[ProjectKey]) -> ItemPage[WaiverAnswer]:
    """List a project's waivers."""
    waivers = door.ask(actor, ListWaivers(project))
    return ItemPage[WaiverAnswer](items=tuple(map(WaiverAnswer.of, waivers)), next=None)


@post("/projects/{project:str}/waivers", sync_to_thread=True)
def waive_rule(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], data: JSONBody[WaiverCreate]
) -> Response[WaiverAnswer]:
    """Accept what a rule finds at some paths; for blockers a second person has to confirm it."""
    command = WaiveRule(project, data.rule, data.paths, data.reason, data.expires_at)
    return reply_once(Asking(request, door, data), command, _reply_waiver)


@post("/projects/{project:str}/waivers/{waiver:int}/confirm", status_code=200, sync_to_thread=True)
def confirm_waiver(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], waiver: FromPath[int]
) -> WaiverAnswer:
    """Be the second person behind a waiver."""
    return WaiverAnswer.of(door.perform(actor, ConfirmWaiver(project, waiver)))


@delete("/projects/{project:str}/waivers/{waiver:int}", sync_to_thread=True)
def drop_waiver(actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], waiver: FromPath[int]) -> None:
    """Take a waiver back."""
    door.perform(actor, DropWaiver(project, waiver))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        RELEASE_PATH,
        route_handlers=[show_checks, request_evaluation, acknowledge_finding],
        dependencies=RELEASE_DEPENDENCY,
    ),
    list_waivers,
    waive_rule,
    confirm_waiver,
    drop_waiver,
)


def _reply_waiver(waiver: Waiver) -> Reply[WaiverAnswer]:
    return Reply(WaiverAnswer.of(waiver))


def _describe_checks(view: ChecksView) -> ChecksAnswer:
    evaluation = view.evaluation
    state: EvaluationState | None = evaluation.state if evaluation else None
    return ChecksAnswer(
        release=str(view.release),
        revision=view.revision,
        state=state,
        done=evaluation.done if evaluation else 0,
        total=evaluation.total if evaluation else 0,
        finished_at=evaluation.finished_at if evaluation else None,
        findings=tuple(map(_describe_finding, view.findings)),
        counts=count_severities(evaluation.findings if evaluation else ()),
        blocking=len(view.verdict.blocking),
        unacknowledged=len(view.verdict.unacknowledged),
    )


def _describe_finding(view: FindingView) -> FindingAnswer:
    finding, decision = view.finding, view.acknowledged
    return FindingAnswer(
        id=finding.id,
        rule=finding.rule,
        severity=finding.severity,
        artifact=finding.artifact,
        member=finding.member,
        message=finding.message,
        data=dict(finding.data),
        acknowledged=AcknowledgementAnswer.of(decision) if decision else None,
        waiver=view.waiver.id if view.waiver else None,
    )
