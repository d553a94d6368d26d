# SPDX-License-Identifier: Apache-2.0
"""Votes: starting one, casting a ballot, and what the release manager does with a round."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from pydantic import Field

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.domain.names import ReleaseKey
from atr.domain.vote import BallotDoor, ManualResult
from atr.formats.dsse import list_fields
from atr.services.ballot_withdrawals import WithdrawOwnBallot
from atr.services.ballots import CastBallot
from atr.services.door import Command
from atr.services.receipts import ShowReceipt
from atr.services.refused_ballots import noting_refusals
from atr.services.vote_previews import PreviewVote, VotePreview
from atr.services.vote_resolution import ConfirmRound, RecordManualResult, ResolveRound
from atr.services.vote_views import ListRounds, ShowRound
from atr.services.votes import CancelRound, ExtendRound, StartVote
from atr.web.api.release_key import TheRelease
from atr.web.fields import PageForm, Ticks
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
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
from atr.web.pages.vote_views import make_round_page
from atr.web.parts import TheParts, WebParts, WebRequest
from atr.web.rendering import go_to

F = TypeVar("F", bound=PageForm)
R = TypeVar("R")
Count = Annotated[int, Field(ge=0, le=1_000_000)]


@dataclass(frozen=True, slots=True)
class VotesView:
    """What the page of all rounds shows; `start_reasons` say why none can be started."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    rounds: tuple[RoundSummary, ...]
    start_reasons: tuple[str, ...]
    preview: VotePreview | None
    hours: str


class StartForm(PageForm):
    """How long the vote is open at least; empty as long as the policy says."""

    hours: int | None = None


class BallotForm(PageForm):
    """A ballot, and the bytes its voter looked at."""

    choice: Literal["+1", "0", "-1"]
    manifest_digest: str
    comment: str = ""
    done: Ticks = ()
    platform: str = ""

    def read_evidence(self) -> dict[str, str]:
        """Return what was ticked, and on which machine it was done."""
        ticked = dict.fromkeys(self.done, "done")
        return {**ticked, "platform": self.platform} if self.platform else ticked


class ResolveForm(PageForm):
    """How a round is closed."""

    outcome: Literal["passed", "failed"]


class ExtendForm(PageForm):
    """How many hours more."""

    hours: int


class CancelForm(PageForm):
    """Why there will be no result."""

    reason: str = ""


class ConfirmForm(PageForm):
    """What the release manager decides, and why."""

    outcome: Literal["passed", "failed"]
    reason: str = ""


class ResultForm(PageForm):
    """The result of a vote that was held elsewhere."""

    outcome: Literal["passed", "failed"]
    thread_url: str
    summary: str = ""
    binding_for: Count = 0
    binding_abstained: Count = 0
    binding_against: Count = 0
    community_for: Count = 0
    community_abstained: Count = 0
    community_against: Count = 0

    def read(self) -> ManualResult:
        """Return the result; raise Invalid."""
        return ManualResult(
            self.outcome == "passed",
            self.summary,
            self.thread_url,
            (self.binding_for, self.binding_abstained, self.binding_against),
            (self.community_for, self.community_abstained, self.community_against),
        )


@get("/votes", sync_to_thread=True)
def show_votes(visit: TheVisit, hours: FromQuery[str] = "") -> Response[bytes]:
    """Show all rounds, and where one is started with the mail that will call for votes."""
    return _show_votes(visit, hours)


@post("/votes", sync_to_thread=True)
def start_vote(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Open the first round, and call for votes."""
    outcome = submit_form(
        StartForm, data, lambda form: parts.door.perform(request.user, StartVote(release, form.hours))
    )
    if isinstance(outcome, Rejected):
        visit = open_visit(request, parts, release)
        return _show_votes(visit, "", outcome.form, outcome.status)
    address = ReleasePaths(release).vote(outcome.result.number)
    return go_to(request, address, Flash("The vote is open."))


@get("/votes/{number:int}", sync_to_thread=True)
def show_round(visit: TheVisit, number: FromPath[int]) -> Response[bytes]:
    """Show a round: what is voted on, the count, every ballot, and what can be done."""
    return _show_round(visit, number)


@post("/votes/{number:int}/ballot", sync_to_thread=True)
def cast_ballot(
    request: WebRequest, parts: TheParts, release: TheRelease, number: FromPath[int], data: FormData
) -> Response[bytes] | Response[None]:
    """Vote, or change one's vote."""

    def make(form: BallotForm) -> CastBallot:
        seen = Digest.parse(form.manifest_digest)
        evidence = form.read_evidence()
        return CastBallot(release, number, form.choice, seen, form.comment, evidence, BallotDoor.WEB)

    asking = _Asking(request, parts, release, number)
    return _carry_out(
        asking, BallotForm, data, make, "Your vote is counted. You may change it until the end."
    )


@post("/votes/{number:int}/withdraw", sync_to_thread=True)
def withdraw_ballot(
    request: WebRequest, parts: TheParts, release: TheRelease, number: FromPath[int], data: FormData
) -> Response[bytes] | Response[None]:
    """Take one's ballot back."""

    def make(_form: PageForm) -> WithdrawOwnBallot:
        return WithdrawOwnBallot(release, number)

    done = "Your ballot is taken back and counts no more. You may vote again."
    return _carry_out(_Asking(request, parts, release, number), PageForm, data, make, done)


@get("/votes/{number:int}/receipt", sync_to_thread=True)
def send_receipt(visit: TheVisit, number: FromPath[int]) -> Response[bytes]:
    """Send the receipt of one's own ballot as a file."""
    envelope = visit.parts.door.ask(visit.request.user, ShowReceipt(visit.key, number))
    name = f"receipt-{visit.key.project}-{visit.key.version}-round-{number}.json"
    return Response(
        json.dumps(list_fields(envelope), indent=2).encode(),
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@post("/votes/{number:int}/resolve", sync_to_thread=True)
def resolve_round(
    request: WebRequest, parts: TheParts, release: TheRelease, number: FromPath[int], data: FormData
) -> Response[bytes] | Response[None]:
    """Close a round as what the count says, or give up an overdue one."""

    def make(form: ResolveForm) -> ResolveRound:
        return ResolveRound(release, number, form.outcome == "failed")

    return _carry_out(
        _Asking(request, parts, release, number), ResolveForm, data, make, "The count is closed."
    )


@post("/votes/{number:int}/extend", sync_to_thread=True)
def extend_round(
    request: WebRequest, parts: TheParts, release: TheRelease, number: FromPath[int], data: FormData
) -> Response[bytes] | Response[None]:
    """Give a round more time."""

    def make(form: ExtendForm) -> ExtendRound:
        return ExtendRound(release, number, form.hours)

    return _carry_out(_Asking(request, parts, release, number), ExtendForm, data, make, "There is more time.")


@post("/votes/{number:int}/cancel", sync_to_thread=True)
def cancel_round(
    request: WebRequest, parts: TheParts, release: TheRelease, number: FromPath[int], data: FormData
) -> Response[bytes] | Response[None]:
    """End a round without a result."""

    def make(form: CancelForm) -> CancelRound:
        return CancelRound(release, number, form.reason)

    done = "The vote was cancelled. The candidate is open for changes again."
    return _carry_out(_Asking(request, parts, release, number), CancelForm, data, make, done)


@post("/votes/{number:int}/confirm", sync_to_thread=True)
def confirm_round(
    request: WebRequest, parts: TheParts, release: TheRelease, number: FromPath[int], data: FormData
) -> Response[bytes] | Response[None]:
    """Decide whether a vote that passed with a -1 proceeds."""

    def make(form: ConfirmForm) -> ConfirmRound:
        return ConfirmRound(release, number, form.outcome == "passed", form.reason)

    return _carry_out(_Asking(request, parts, release, number), ConfirmForm, data, make, "It is decided.")


@post("/votes/{number:int}/result", sync_to_thread=True)
def record_result(
    request: WebRequest, parts: TheParts, release: TheRelease, number: FromPath[int], data: FormData
) -> Response[bytes] | Response[None]:
    """Record the result of a vote that was held elsewhere."""

    def make(form: ResultForm) -> RecordManualResult:
        return RecordManualResult(release, number, form.read())

    asking = _Asking(request, parts, release, number)
    return _carry_out(asking, ResultForm, data, make, "The result was recorded.")


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        PAGES_PATH,
        route_handlers=[
            show_votes,
            start_vote,
            show_round,
            cast_ballot,
            withdraw_ballot,
            send_receipt,
            resolve_round,
            extend_round,
            cancel_round,
            confirm_round,
            record_result,
        ],
        dependencies=VISIT_DEPENDENCIES,
    ),
)


@dataclass(frozen=True, slots=True)
class _Asking:
    request: WebRequest
    parts: WebParts
    release: ReleaseKey
    number: int


def _carry_out(
    asking: _Asking, model: type[F], data: FormData, make: Callable[[F], Command[R]], done: str
) -> Response[bytes] | Response[None]:
    """Carry out what the form asks for and show the round again, with what was wrong if it was refused."""
    request, parts = asking.request, asking.parts

    def act(form: F) -> R:
        command = make(form)
        with noting_refusals(parts.door, request.user, command):
            return parts.door.perform(request.user, command)

    outcome = submit_form(model, data, act)
    if isinstance(outcome, Rejected):
        visit = open_visit(request, parts, asking.release)
        is_ballot = model is BallotForm
        forms = (outcome.form, EMPTY_FORM) if is_ballot else (EMPTY_FORM, outcome.form)
        return _show_round(visit, asking.number, forms, outcome.status)
    return go_to(request, ReleasePaths(asking.release).vote(asking.number), Flash(done))


def _show_round(
    visit: Visit, number: int, forms: tuple[FormView, FormView] = (EMPTY_FORM, EMPTY_FORM), status: int = 200
) -> Response[bytes]:
    shown = visit.parts.door.ask(visit.request.user, ShowRound(visit.key, number))
    view = make_round_page(visit, shown, *forms)
    return show_release_page(visit, "vote.html", view, f"Vote, round {number}", status)


def _show_votes(visit: Visit, hours: str, form: FormView = EMPTY_FORM, status: int = 200) -> Response[bytes]:
    door, actor = visit.parts.door, visit.request.user
    listed = door.ask(actor, ListRounds(visit.key))
    preview = _preview(visit, hours or form.value("hours"))
    view = VotesView(
        head=make_head(visit, visit.paths.votes),
        paths=visit.paths,
        form=form,
        rounds=list_rounds(visit),
        start_reasons=(*listed.start_reasons, *(preview.reasons if preview else ())),
        preview=preview,
        hours=hours or (str(preview.policy.min_hours) if preview else ""),
    )
    return show_release_page(visit, "votes.html", view, "Vote", status)


def _preview(visit: Visit, hours: str) -> VotePreview | None:
    """Return what a vote would be; hours that are not allowed are complained about when they are sent."""
    door, actor = visit.parts.door, visit.request.user
    try:
        return door.ask(actor, PreviewVote(visit.key, int(hours) if _is_number(hours) else None))
    except Invalid:
        return door.ask(actor, PreviewVote(visit.key))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 7
