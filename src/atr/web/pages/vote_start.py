# SPDX-License-Identifier: Apache-2.0
"""All rounds of a release, and where one is started with the mail that will call for votes in sight."""

from dataclasses import dataclass
from datetime import datetime

from litestar import Response, Router, get, post
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Invalid
from atr.domain.vote import Round
from atr.services.vote_previews import PreviewVote, VotePreview
from atr.services.vote_views import ListRounds
from atr.services.votes import StartVote
from atr.web.api.release_key import TheRelease
from atr.web.components import Fact, FileView, PersonView
from atr.web.fields import PageForm
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, read_form, submit_form
from atr.web.pages.release_files import list_files
from atr.web.pages.release_findings import CheckState, describe_checks
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    ReleaseHead,
    TheVisit,
    Visit,
    make_head,
    open_visit,
    show_release_page,
)
from atr.web.pages.release_overview import list_rounds
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.release_votes import RoundSummary
from atr.web.pages.vote_paper import PaperPart, make_paper
from atr.web.parts import TheParts, WebRequest
from atr.web.rendering import go_to

_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class StartView:
    """What starting a vote would bring about: the mail, who is asked, and when it ends."""

    preview: VotePreview
    hours: str
    manifest_digest: str
    revision: int
    deadline_at: datetime | None
    members: tuple[PersonView, ...]
    facts: tuple[Fact, ...]
    parts: tuple[PaperPart, ...]
    files: tuple[FileView, ...]
    checks: CheckState


@dataclass(frozen=True, slots=True)
class VotesView:
    """What the page of all rounds shows; `start_reasons` say why none can be started."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    rounds: tuple[RoundSummary, ...]
    start_reasons: tuple[str, ...]
    start: StartView | None


class StartForm(PageForm):
    """How long the vote is open at least; empty as long as the policy says."""

    hours: int | None = None


@get("/votes", sync_to_thread=True)
def show_votes(visit: TheVisit, hours: FromQuery[str] = "") -> Response[bytes]:
    """Show all rounds, and where one is started; hours in the address are previewed."""
    return _show_votes(visit, FormView({"hours": hours}) if hours else EMPTY_FORM)


@post("/votes/preview", sync_to_thread=True, status_code=200)
def preview_vote(visit: TheVisit, data: FormData) -> Response[bytes]:
    """Show what would be sent, where no script does it while somebody types; nothing is written."""
    outcome = submit_form(StartForm, data, lambda form: form)
    form = outcome.form if isinstance(outcome, Rejected) else FormView(dict(data))
    return _show_votes(visit, form, outcome.status if isinstance(outcome, Rejected) else 200)


@post("/votes", sync_to_thread=True)
def start_vote(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Open the first round, and call for votes."""
    outcome = submit_form(
        StartForm, data, lambda form: parts.door.perform(request.user, StartVote(release, form.hours))
    )
    if isinstance(outcome, Rejected):
        return _show_votes(open_visit(request, parts, release), outcome.form, outcome.status)
    address = ReleasePaths(release).vote(outcome.result.number)
    return go_to(request, address, Flash("The vote is open."))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        PAGES_PATH,
        route_handlers=[show_votes, preview_vote, start_vote],
        dependencies=VISIT_DEPENDENCIES,
    ),
)


def _show_votes(visit: Visit, form: FormView, status: int = 200) -> Response[bytes]:
    listed = visit.parts.door.ask(visit.request.user, ListRounds(visit.key))
    preview, form = _preview(visit, form)
    reasons = (*listed.start_reasons, *(preview.reasons if preview else ()))
    view = VotesView(
        head=make_head(visit, visit.paths.votes),
        paths=visit.paths,
        form=form,
        rounds=list_rounds(visit),
        start_reasons=reasons,
        start=_show_start(visit, preview, preview.vote, form) if preview and preview.vote else None,
    )
    return show_release_page(visit, "votes.html", view, "Vote", status)


def _preview(visit: Visit, form: FormView) -> tuple[VotePreview | None, FormView]:
    """Return what a vote would be; hours that are not allowed are complained about beside the field."""
    door, actor = visit.parts.door, visit.request.user
    try:
        hours = read_form(StartForm, {"hours": form.value("hours")}).hours
        return door.ask(actor, PreviewVote(visit.key, hours)), form
    except Invalid as error:
        problems = {problem.field: problem.message for problem in error.problems}
        told = FormView(form.values, {**problems, **form.errors}, form.reasons)
        return door.ask(actor, PreviewVote(visit.key)), told


def _show_start(visit: Visit, preview: VotePreview, vote: Round, form: FormView) -> StartView:
    return StartView(
        preview=preview,
        hours=form.value("hours") or str(preview.policy.min_hours),
        manifest_digest=str(vote.manifest_digest),
        revision=vote.revision,
        deadline_at=vote.deadline_at,
        members=tuple(PersonView(user, preview.names.get(user, user)) for user in sorted(vote.roster)),
        facts=tuple(_list_facts(vote)),
        parts=make_paper(vote, EMPTY_FORM, "").parts,
        files=list_files(visit),
        checks=describe_checks(visit),
    )


def _list_facts(vote: Round) -> list[Fact]:
    policy = vote.policy
    facts = [Fact("Passes with", f"{policy.min_binding} binding +1 and more +1 than -1")]
    if not policy.manual_vote:
        facts.append(
            Fact("Closes", "by itself" if policy.auto_resolve else "when the release manager closes it")
        )
    if policy.pause_for_rm:
        facts.append(Fact("With a -1", "the release manager decides"))
    return [*facts, Fact("Policy version", vote.policy_version, mono=True)]
