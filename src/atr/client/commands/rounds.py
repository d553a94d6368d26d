# SPDX-License-Identifier: Apache-2.0
"""`atr vote resolve`, `extend`, `cancel`, `confirm`, `record`: bringing a vote to its end."""

from collections.abc import Sequence

import click
from pydantic import BaseModel

from atr.client.addresses import address_release
from atr.client.arguments import MOMENT, release_argument
from atr.client.bodies import make_body
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.output import json_option, print_done, print_json
from atr.client.round_view import print_round
from atr.domain.names import ReleaseKey
from atr.schema.votes import (
    ManualResultCreate,
    RoundAnswer,
    RoundCancel,
    RoundConfirm,
    RoundExtend,
    RoundItem,
    RoundResolve,
    VotesAnswer,
)

round_option = click.option(
    "--round", "number", type=click.IntRange(1), help="Which round; the newest unless given."
)
_reason_option = click.option("--reason", required=True, help="Why; everybody can read it.")


def find_round(api: Api, release: ReleaseKey, number: object) -> RoundItem:
    """Return the round with the number, or the newest one; raise Failed when there is none."""
    rounds = api.get(address_release(release, "votes"), VotesAnswer)
    found = next((each for each in rounds.items if number in {None, each.round}), None)
    if found is None:
        what = "vote" if number is None else f"round {number}"
        raise Failed(f"There is no {what} on {release}.", *rounds.start_reasons)
    return found


@click.command("resolve")
@release_argument
@click.option("--failed", is_flag=True, help="Give up a vote whose time is over without passing.")
@round_option
@json_option
def resolve_round(release: ReleaseKey, failed: bool, number: int | None, as_json: bool) -> None:
    """Close a vote as what the count says; refused with every condition that is not met."""
    body = RoundResolve(outcome="failed" if failed else "passed")
    _change_round((release, number), "resolve", body, as_json=as_json)


@click.command("extend")
@release_argument
@click.option("--hours", type=click.IntRange(1), help="How many hours more.")
@click.option("--until", type=MOMENT, metavar="TIME", help="Until when.")
@round_option
@json_option
def extend_round(
    release: ReleaseKey, hours: int | None, until: str | None, number: int | None, as_json: bool
) -> None:
    """Give a vote more time, or have a vote that waits for its release manager take ballots again."""
    if (hours is None) == (until is None):
        raise click.UsageError("Give either --hours or --until.")
    body = make_body(RoundExtend, **({"hours": hours} if until is None else {"until": until}))
    _change_round((release, number), "extend", body, as_json=as_json)


@click.command("cancel")
@release_argument
@_reason_option
@round_option
@json_option
def cancel_round(release: ReleaseKey, reason: str, number: int | None, as_json: bool) -> None:
    """End a vote without a result; the release goes back to compose."""
    _change_round((release, number), "cancel", make_body(RoundCancel, reason=reason), as_json=as_json)


@click.command("confirm")
@release_argument
@click.option("--failed", is_flag=True, help="The vote does not proceed.")
@_reason_option
@round_option
@json_option
def confirm_round(release: ReleaseKey, failed: bool, reason: str, number: int | None, as_json: bool) -> None:
    """Decide, as its release manager, whether a vote that passed with a -1 proceeds."""
    body = make_body(RoundConfirm, passes=not failed, reason=reason)
    _change_round((release, number), "confirm", body, as_json=as_json)


@click.command("record")
@release_argument
@click.option("--passed/--failed", required=True, default=None, help="What came of it.")
@click.option("--thread", required=True, metavar="URL", help="Where the vote can be read.")
@click.option(
    "--binding", required=True, metavar="+1s,0s,-1s", help="Counts of binding votes, such as 3,0,0."
)
@click.option("--community", default="0,0,0", metavar="+1s,0s,-1s", help="Counts of the other votes.")
@click.option("--summary", default="", help="What is to be said about it.")
@round_option
@json_option
def record_result(release: ReleaseKey, passed: bool, number: int | None, as_json: bool, **said: str) -> None:
    """Record the result of a vote that was held elsewhere."""
    body = make_body(
        ManualResultCreate,
        passed=passed,
        summary=said["summary"],
        thread_url=said["thread"],
        binding=_read_counts(said["binding"]),
        community=_read_counts(said["community"]),
    )
    _change_round((release, number), "manual", body, as_json=as_json)


CLOSING: Sequence[click.Command] = (
    resolve_round,
    extend_round,
    cancel_round,
    confirm_round,
    record_result,
)
"""What `atr vote` takes from here."""


def _read_counts(text: str) -> dict[str, int]:
    parts = text.split(",")
    if len(parts) != 3 or not all(part.strip().isdecimal() for part in parts):
        raise click.UsageError(f"{text!r} are no counts: write +1s, 0s and -1s, such as 3,0,0.")
    return dict(zip(("in_favour", "abstained", "against"), map(int, parts), strict=True))


def _change_round(
    which: tuple[ReleaseKey, int | None], change: str, body: BaseModel, *, as_json: bool
) -> None:
    release, number = which
    with Api() as api:
        found = find_round(api, release, number)
        changed = api.post(address_release(release, "votes", found.round, change), body, RoundAnswer)
    if as_json:
        print_json(changed)
        return
    print_done(f"Round {changed.round} of {changed.release} is {changed.state}; phase {changed.phase}.")
    print_round(changed)
