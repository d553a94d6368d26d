# SPDX-License-Identifier: Apache-2.0
"""Votes in the API: rounds, ballots, and how a round comes to its end."""

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.domain.vote import Ballot, BallotDoor, ManualResult, Round
from atr.schema.pages import ItemPage
from atr.schema.votes import (
    BallotAnswer,
    BallotPut,
    BallotVersion,
    CountsBody,
    ManualResultCreate,
    RoundAnswer,
    RoundCancel,
    RoundConfirm,
    RoundExtend,
    RoundResolve,
    VotesAnswer,
    VoteStart,
)
from atr.services.ballots import CastBallot
from atr.services.door import Command
from atr.services.vote_resolution import ConfirmRound, RecordManualResult, ResolveRound
from atr.services.vote_views import ListRounds, RoundView, ShowRound, ThenShowRound
from atr.services.votes import CancelRound, ExtendRound, StartVote
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.api.vote_answers import describe_ballot, describe_round, describe_version, describe_votes
from atr.web.parts import TheActor, TheDoor, WebRequest


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

    command = ThenShowRound(StartVote(release, data.hours))
    return reply_once(Asking(request, door, data), command, describe)


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
    return ItemPage[BallotAnswer](items=tuple(map(describe_ballot, view.ballots)))


@put("/{number:int}/ballots", sync_to_thread=True)
def cast_ballot(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    number: FromPath[int],
    data: JSONBody[BallotPut],
) -> Response[BallotVersion]:
    """Vote, or change one's vote; a repeat with the same Idempotency-Key is no other ballot."""
    command = CastBallot(
        release,
        number,
        data.choice,
        _read_digest(data.manifest_digest),
        data.comment,
        data.evidence,
        BallotDoor(data.via),
    )

    def describe(ballot: Ballot) -> Reply[BallotVersion]:
        return Reply(describe_version(ballot), status=200)

    return reply_once(Asking(request, door, data), command, describe)


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
            show_round,
            list_ballots,
            cast_ballot,
            resolve_round,
            extend_round,
            cancel_round,
            confirm_round,
            record_result,
        ],
        dependencies=RELEASE_DEPENDENCY,
    ),
)


def _reply(asking: Asking, command: Command[Round]) -> Response[RoundAnswer]:
    def describe(view: RoundView) -> Reply[RoundAnswer]:
        return Reply(describe_round(view), status=200)

    return reply_once(asking, ThenShowRound(command), describe)


def _read_digest(text: str) -> Digest:
    try:
        return Digest.parse(text)
    except Invalid as refusal:
        raise Invalid.field("manifest_digest", str(refusal)) from None


def _read_counts(body: CountsBody) -> tuple[int, int, int]:
    return body.in_favour, body.abstained, body.against
