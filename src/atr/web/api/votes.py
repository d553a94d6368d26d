# SPDX-License-Identifier: Apache-2.0
"""Votes in the API: rounds, ballots, and how a round comes to its end."""

from typing import Annotated

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler
from pydantic import JsonValue

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid, Refused
from atr.domain.vote import BallotDoor, ManualResult, Round
from atr.formats.dsse import list_fields
from atr.schema.pages import ItemPage
from atr.schema.votes import (
    BallotAnswer,
    BallotCast,
    BallotPut,
    CountsBody,
    ManualResultCreate,
    RoundAnswer,
    RoundCancel,
    RoundConfirm,
    RoundExtend,
    RoundResolve,
    TimelineAnswer,
    VotePreviewAnswer,
    VotesAnswer,
    VoteStart,
)
from atr.services.ballot_withdrawals import WithdrawOwnBallot
from atr.services.ballots import CastBallot
from atr.services.door import Command
from atr.services.live_tallies import ShowTimeline
from atr.services.receipts import Receipted, ShowReceipt, then_give_receipt
from atr.services.refused_ballots import noting_refusals
from atr.services.vote_previews import PreviewVote
from atr.services.vote_resolution import ConfirmRound, RecordManualResult, ResolveRound
from atr.services.vote_views import ListRounds, RoundView, ShowRound, then_show_round
from atr.services.votes import CancelRound, ExtendRound, StartVote
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.api.vote_answers import (
    describe_ballot,
    describe_cast,
    describe_preview,
    describe_round,
    describe_timeline,
    describe_votes,
)
from atr.web.parts import TheActor, TheDoor, WebRequest

_Hours = Annotated[
    int | None, QueryParameter(description="More hours than the policy asks for; never fewer.")
]


@get("/", sync_to_thread=True)
def list_rounds(actor: TheActor, door: TheDoor, release: TheRelease) -> VotesAnswer:
    """List all rounds, the newest first, each with its count."""
    return describe_votes(door.ask(actor, ListRounds(release)))


@post("/", sync_to_thread=True)
def start_vote(
    request: WebRequest, door: TheDoor, release: TheRelease, data: JSONBody[VoteStart]
) -> Response[RoundAnswer]:
    """Open the first round on the sealed revision and call for votes."""

    def describe(view: RoundView) -> Reply[RoundAnswer]:
        address = f"/api/v1/releases/{release.storage_key}/votes/{view.vote.number}"
        return Reply(describe_round(view), address)

    command = then_show_round(StartVote(release, data.hours))
    return reply_once(Asking(request, door, data), command, describe)


@get("/preview", sync_to_thread=True)
def preview_vote(
    actor: TheActor, door: TheDoor, release: TheRelease, hours: _Hours = None
) -> VotePreviewAnswer:
    """Show what starting a vote would bring about: its end, whose votes are binding, and the mail."""
    preview = door.ask(actor, PreviewVote(release, hours))
    if preview is None:
        raise Refused("There is nothing to vote on yet: add files first.")
    return describe_preview(preview, door.ask(actor, ListRounds(release)).start_reasons)


@get("/{number:int}", sync_to_thread=True)
def show_round(actor: TheActor, door: TheDoor, release: TheRelease, number: FromPath[int]) -> RoundAnswer:
    """Show a round with its ballots, its thread, and what the asker can do now."""
    return describe_round(door.ask(actor, ShowRound(release, number)))


@get("/{number:int}/ballots", sync_to_thread=True)
def list_ballots(
    actor: TheActor, door: TheDoor, release: TheRelease, number: FromPath[int]
) -> ItemPage[BallotAnswer]:
    """List the current ballots in order of casting, each with the earlier ones of its voter."""
    view = door.ask(actor, ShowRound(release, number))
    items = tuple(describe_ballot(view.vote, each) for each in view.ballots)
    return ItemPage[BallotAnswer](items=items)


@put("/{number:int}/ballots", sync_to_thread=True)
def cast_ballot(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    number: FromPath[int],
    data: JSONBody[BallotPut],
) -> Response[BallotCast]:
    """Vote, or change one's vote; a repeat with the same Idempotency-Key is no other ballot.

    The answer has a signed receipt.
    """
    command = CastBallot(
        release,
        number,
        data.choice,
        _read_digest(data.manifest_digest),
        data.comment,
        data.evidence.list_items(),
        BallotDoor(data.via),
    )

    def describe(given: Receipted) -> Reply[BallotCast]:
        return Reply(describe_cast(given), status=200)

    with noting_refusals(door, request.user, command):
        return reply_once(Asking(request, door, data), then_give_receipt(command), describe)


@delete("/{number:int}/ballots", sync_to_thread=True, status_code=200)
def withdraw_ballot(
    request: WebRequest, door: TheDoor, release: TheRelease, number: FromPath[int]
) -> Response[RoundAnswer]:
    """Take one's ballot back while the vote is open: it is kept, shown as such, and counts no more."""
    return _reply(Asking(request, door), WithdrawOwnBallot(release, number))


@get("/{number:int}/receipt", sync_to_thread=True)
def show_receipt(
    actor: TheActor, door: TheDoor, release: TheRelease, number: FromPath[int]
) -> dict[str, JsonValue]:
    """Return the receipt of one's current ballot: a DSSE envelope, signed with a key of `/service-keys`."""
    return list_fields(door.ask(actor, ShowReceipt(release, number)))


@get("/{number:int}/timeline", sync_to_thread=True)
def show_timeline(
    actor: TheActor, door: TheDoor, release: TheRelease, number: FromPath[int]
) -> TimelineAnswer:
    """Show how the count came about, ballot by ballot."""
    return describe_timeline(door.ask(actor, ShowTimeline(release, number)))


@post("/{number:int}/resolve", sync_to_thread=True, status_code=200)
def resolve_round(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    number: FromPath[int],
    data: JSONBody[RoundResolve],
) -> Response[RoundAnswer]:
    """Close a round as what the count says, or give up an overdue one."""
    command = ResolveRound(release, number, data.outcome == "failed")
    return _reply(Asking(request, door, data), command)


@post("/{number:int}/extend", sync_to_thread=True, status_code=200)
def extend_round(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    number: FromPath[int],
    data: JSONBody[RoundExtend],
) -> Response[RoundAnswer]:
    """Give a round more time."""
    return _reply(Asking(request, door, data), ExtendRound(release, number, data.hours, data.until))


@post("/{number:int}/cancel", sync_to_thread=True, status_code=200)
def cancel_round(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    number: FromPath[int],
    data: JSONBody[RoundCancel],
) -> Response[RoundAnswer]:
    """End a round without a result; the release goes back to compose."""
    return _reply(Asking(request, door, data), CancelRound(release, number, data.reason))


@post("/{number:int}/confirm", sync_to_thread=True, status_code=200)
def confirm_round(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    number: FromPath[int],
    data: JSONBody[RoundConfirm],
) -> Response[RoundAnswer]:
    """Decide whether a vote that passed with a -1 proceeds."""
    return _reply(Asking(request, door, data), ConfirmRound(release, number, data.passes, data.reason))


@post("/{number:int}/manual", sync_to_thread=True, status_code=200)
def record_result(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    number: FromPath[int],
    data: JSONBody[ManualResultCreate],
) -> Response[RoundAnswer]:
    """Record the result of a vote that was held elsewhere."""
    result = ManualResult(
        data.passed, data.summary, data.thread_url, _read_counts(data.binding), _read_counts(data.community)
    )
    return _reply(Asking(request, door, data), RecordManualResult(release, number, result))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        f"{RELEASE_PATH}/votes",
        route_handlers=[
            list_rounds,
            start_vote,
            preview_vote,
            show_round,
            list_ballots,
            cast_ballot,
            withdraw_ballot,
            resolve_round,
            extend_round,
            cancel_round,
            confirm_round,
            record_result,
            show_receipt,
            show_timeline,
        ],
        dependencies=RELEASE_DEPENDENCY,
    ),
)


def _reply(asking: Asking, command: Command[Round]) -> Response[RoundAnswer]:
    def describe(view: RoundView) -> Reply[RoundAnswer]:
        return Reply(describe_round(view), status=200)

    return reply_once(asking, then_show_round(command), describe)


def _read_digest(text: str) -> Digest:
    try:
        return Digest.parse(text)
    except Invalid as refusal:
        raise Invalid.field("manifest_digest", str(refusal)) from None


def _read_counts(body: CountsBody) -> tuple[int, int, int]:
    return body.in_favour, body.abstained, body.against
