# SPDX-License-Identifier: Apache-2.0
"""Votes: casting a ballot, and what the release manager does with a round."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
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
from atr.services.vote_resolution import ConfirmRound, RecordManualResult, ResolveRound
from atr.services.vote_views import ShowRound
from atr.services.votes import CancelRound, ExtendRound
from atr.web.api.release_key import TheRelease
from atr.web.fields import PageForm, Ticks
from atr.web.flash import Flash
from atr.web.forms import FormData, Rejected, submit_form
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    TheVisit,
    Visit,
    open_visit,
    show_release_page,
)
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.vote_ballots import Narrowing
from atr.web.pages.vote_paper import read_ticks
from atr.web.pages.vote_views import RoundForms, make_round_page
from atr.web.parts import TheParts, WebParts, WebRequest
from atr.web.rendering import go_to

F = TypeVar("F", bound=PageForm)
R = TypeVar("R")
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class BallotForm(PageForm):
    """A ballot, and the bytes its voter looked at."""

    choice: Literal["+1", "0", "-1"]
    manifest_digest: str
    comment: str = ""
    done: Ticks = ()
    platform: str = ""

    def read_evidence(self) -> dict[str, str]:
        """Return what was ticked, and on which machine it was done."""
        ticked = read_ticks(self.done)
        return {**ticked, "platform": self.platform} if self.platform else ticked


class ResolveForm(PageForm):
    """How a round is closed."""

    outcome: Literal["passed", "failed"]


class ExtendForm(PageForm):
    """How many hours more: one of those on offer, or `other`."""

    hours: int | None = None
    other: int | None = None

    def read(self) -> int:
        """Return the hours; raise Invalid without any."""
        hours = self.other if self.other is not None else self.hours
        if hours is None:
            raise Invalid.field("hours", "Choose how much more time there is.")
        return hours


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


@get("/votes/{number:int}", sync_to_thread=True)
def show_round(
    visit: TheVisit,
    number: FromPath[int],
    ballots: FromQuery[str] = "",
    mails: FromQuery[str] = "",
    everything: Annotated[bool, QueryParameter(name="all")] = False,
) -> Response[bytes]:
    """Show a round: what is voted on, the count, the ballots, and what can be done."""
    return _show_round(visit, number, RoundForms(narrowing=Narrowing(ballots, mails, everything)))


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
        return ExtendRound(release, number, form.read())

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
        forms = RoundForms(ballot=outcome.form) if is_ballot else RoundForms(step=outcome.form)
        return _show_round(visit, asking.number, forms, outcome.status)
    return go_to(request, ReleasePaths(asking.release).vote(asking.number), Flash(done))


def _show_round(visit: Visit, number: int, forms: RoundForms, status: int = 200) -> Response[bytes]:
    shown = visit.parts.door.ask(visit.request.user, ShowRound(visit.key, number))
    view = make_round_page(visit, shown, forms)
    return show_release_page(visit, "vote.html", view, f"Vote, round {number}", status)
