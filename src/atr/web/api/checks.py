# SPDX-License-Identifier: Apache-2.0
"""Evaluations, findings and acknowledgements in the API."""

from typing import Annotated

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, JSONBody, QueryParameter, SkipValidation
from litestar.types import ControllerRouterHandler

from atr.domain.check import Severity
from atr.domain.errors import Invalid
from atr.domain.verdict import DecidedFinding, FindingTally
from atr.ports.repositories.findings import MOST_FINDINGS, FindingFilter
from atr.ports.repositories.paging import PageRequest
from atr.schema.checks import (
    AcknowledgedAnswer,
    AcknowledgementAnswer,
    AcknowledgementCreate,
    BasisAnswer,
    ChecksAnswer,
    EvaluationAnswer,
    FindingAnswer,
    RuleGroup,
    WaiverUse,
)
from atr.services.evaluations import RequestEvaluation
from atr.services.findings import Acknowledged, AcknowledgeFindings, ChecksView, ShowChecks
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.paging import CursorParameter
from atr.web.parts import TheActor, TheDoor, TheParts, WebParts, WebRequest

DEFAULT_FINDINGS = 1_000
_Limit = Annotated[
    int, QueryParameter(name="limit", ge=1, le=MOST_FINDINGS, description="The most findings to return.")
]
_First = Annotated[
    int | None,
    QueryParameter(name="first", ge=1, le=MOST_FINDINGS, description="Only so many findings of each rule."),
]
_Artifact = Annotated[str | None, QueryParameter(description="Only findings on this file.")]
_Text = Annotated[
    str,
    QueryParameter(max_length=200, description="Only with this in rule, place or message; groups count all."),
]

TheFilter = NamedDependency[SkipValidation[FindingFilter]]


def read_filter(
    severity: FromQuery[Severity | None] = None,
    rule: FromQuery[str | None] = None,
    first: _First = None,
    artifact: _Artifact = None,
    q: _Text = "",
) -> FindingFilter:
    """Return what a list of findings is narrowed to."""
    return FindingFilter(severity, rule, first, artifact, q.strip())


@get("/checks", dependencies={"which": Provide(read_filter, sync_to_thread=False)}, sync_to_thread=True)
def show_checks(
    actor: TheActor,
    parts: TheParts,
    release: TheRelease,
    which: TheFilter,
    cursor: CursorParameter = None,
    limit: _Limit = DEFAULT_FINDINGS,
) -> ChecksAnswer:
    """Show the evaluation of the shown revision, worst findings first, all of them counted by rule."""
    return _describe_checks(
        parts, parts.door.ask(actor, ShowChecks(release, which, PageRequest(limit, cursor)))
    )


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
def acknowledge_findings(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    data: JSONBody[AcknowledgementCreate],
) -> Response[AcknowledgedAnswer]:
    """Go on in spite of concerns, with name and reason: one, several, or all of a rule."""
    named = (*data.findings, *((data.finding,) if data.finding is not None else ()))
    if bool(named) == (data.rule is not None):
        raise Invalid.field("finding", "Name the finding or findings, or else their rule.")
    command = AcknowledgeFindings(release, named, data.reason, data.rule)

    def describe(made: Acknowledged) -> Reply[AcknowledgedAnswer]:
        decision = made.decision
        answer = AcknowledgedAnswer(
            by=decision.by, reason=decision.reason, at=decision.at, carried_from=None, count=made.count
        )
        return Reply(answer)

    return reply_once(Asking(request, door, data), command, describe)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        RELEASE_PATH,
        route_handlers=[show_checks, request_evaluation, acknowledge_findings],
        dependencies=RELEASE_DEPENDENCY,
    ),
)


def _describe_checks(parts: WebParts, view: ChecksView) -> ChecksAnswer:
    evaluation, basis = view.evaluation, view.basis
    return ChecksAnswer(
        release=str(view.release),
        revision=view.revision,
        state=evaluation.state if evaluation else None,
        done=evaluation.done if evaluation else 0,
        total=evaluation.total if evaluation else 0,
        finished_at=evaluation.finished_at if evaluation else None,
        basis=BasisAnswer(
            policy=basis.used.policy,
            rules=basis.used.rules,
            policy_now=basis.now.policy,
            rules_now=basis.now.rules,
            current=basis.is_current,
        ),
        groups=tuple(_describe_group(parts, each) for each in view.groups),
        findings=tuple(map(describe_finding, view.findings)),
        next=view.next,
        counts=view.verdict.count_severities(),
        blocking=view.verdict.blocking,
        unacknowledged=view.verdict.unacknowledged,
    )


def _describe_group(parts: WebParts, group: FindingTally) -> RuleGroup:
    rule = parts.rules.get(group.rule)
    return RuleGroup(
        rule=group.rule,
        severity=group.severity,
        title=rule.title if rule else group.rule,
        fix=rule.fix if rule else "",
        total=group.total,
        undecided=group.undecided,
        acknowledged=group.acknowledged,
        waived=group.waived,
    )


def describe_finding(view: DecidedFinding) -> FindingAnswer:
    """Return a finding as it is sent, with what people decided about it."""
    finding, decision, waiver = view.finding, view.acknowledged, view.waiver
    return FindingAnswer(
        id=finding.id,
        rule=finding.rule,
        severity=finding.severity,
        artifact=finding.artifact,
        member=finding.member,
        message=finding.message,
        data=dict(finding.data),
        acknowledged=AcknowledgementAnswer.of(decision) if decision else None,
        waiver=waiver.id if waiver else None,
        waived=WaiverUse.of(waiver) if waiver else None,
        standing=view.standing,
    )
