# SPDX-License-Identifier: Apache-2.0
"""`atr vote`: beginning a vote, voting, and looking at the count."""

from pathlib import Path

import click

from atr.client.addresses import address_release
from atr.client.arguments import FILE, Parsed, release_argument
from atr.client.bodies import make_body
from atr.client.commands.mail_readings import read_mail
from atr.client.commands.receipts import NEW_FILE, receipt, write_receipt_file
from atr.client.commands.rounds import CLOSING, find_round, round_option
from atr.client.commands.vote_mail import MAIL_COMMANDS
from atr.client.evidence import read_evidence, tick_items
from atr.client.http import Api, read_answer
from atr.client.output import json_option, print_done, print_facts, print_json
from atr.client.round_view import print_preview, print_round
from atr.domain.names import ReleaseKey
from atr.domain.vote import parse_choice
from atr.schema.votes import BallotCast, BallotPut, RoundAnswer, VotePreviewAnswer, VoteStart


def _read_choice(text: str) -> str:
    return parse_choice(text)[1]


@click.group()
def vote() -> None:
    """Call for a vote, vote, and bring the vote to its end."""


for _command in (*CLOSING, *MAIL_COMMANDS, receipt):
    vote.add_command(_command)
vote.add_command(read_mail)


@vote.command("start")
@release_argument
@click.option("--hours", type=click.IntRange(1), help="More hours than the policy asks for.")
@click.option("--preview", is_flag=True, help="Only show what would be: the mail, the end, who is binding.")
@json_option
def start_vote(release: ReleaseKey, hours: int | None, preview: bool, as_json: bool) -> None:
    """Open a vote on the sealed revision and call for votes by mail."""
    if preview:
        _preview_vote(release, hours, as_json=as_json)
        return
    with Api() as api:
        body = make_body(VoteStart, **({} if hours is None else {"hours": hours}))
        made = api.post(address_release(release, "votes"), body, RoundAnswer)
    if as_json:
        print_json(made)
        return
    print_done(f"Round {made.round} of {made.release} is open.")
    print_round(made)


def _preview_vote(release: ReleaseKey, hours: int | None, *, as_json: bool) -> None:
    with Api() as api:
        found = api.get(address_release(release, "votes", "preview"), VotePreviewAnswer, {"hours": hours})
    if as_json:
        print_json(found)
    else:
        print_preview(found)


# A vote against looks like an option to click, which passes on what it does not know.
@vote.command("cast", context_settings={"ignore_unknown_options": True})
@release_argument
@click.argument("choice", type=Parsed("choice", _read_choice), metavar="+1|0|-1")
@click.option("--comment", default="", help="What you want to say with it.")
@click.option("--evidence", type=FILE, help="What you did: a JSON object, or what atr verify --report wrote.")
@click.option(
    "--done", multiple=True, type=click.IntRange(1), help="An item of the round's checklist, by number."
)
@click.option("--receipt", "receipt_file", type=NEW_FILE, help="Keep the signed receipt in this file.")
@round_option
@json_option
def cast_ballot(
    release: ReleaseKey, choice: str, done: tuple[int, ...], as_json: bool, **said: str | int | Path | None
) -> None:
    """Vote, or change your vote; the latest one counts.

    The ballot names the bytes that are voted on: those of the report given as evidence, otherwise the
    round's. Whether a vote is binding is decided by the roster. `atr vote show` lists the checklist.
    """
    evidence = read_evidence(Path(str(said["evidence"])) if said["evidence"] else None)
    with Api() as api:
        found = find_round(api, release, said["number"])
        body = make_body(
            BallotPut,
            choice=choice,
            manifest_digest=evidence.manifest_digest or found.manifest_digest,
            comment=str(said["comment"]),
            evidence=tick_items(evidence.items, done),
            via="command line",
        )
        cast = api.put(address_release(release, "votes", found.round, "ballots"), body, BallotCast)
    if said["receipt_file"]:
        write_receipt_file(Path(str(said["receipt_file"])), cast.receipt)
    if as_json:
        print_json(cast)
        return
    print_done(f"You voted {cast.text} on {release}, round {found.round}.")
    facts = (("on the bytes", cast.manifest_digest), ("comment", cast.comment), ("ballot", cast.hash))
    print_facts((*facts, ("receipt", said["receipt_file"])))


@vote.command("withdraw")
@release_argument
@round_option
@json_option
def withdraw_ballot(release: ReleaseKey, number: int | None, as_json: bool) -> None:
    """Take your vote back while the vote is open; it stays in the history and counts no more."""
    with Api() as api:
        found = find_round(api, release, number)
        address = address_release(release, "votes", found.round, "ballots")
        made = read_answer(api.request("DELETE", address), RoundAnswer)
    if as_json:
        print_json(made)
        return
    print_done(f"Your vote on {release}, round {found.round}, is taken back.")
    print_round(made)


@vote.command("show")
@release_argument
@round_option
@json_option
def show_vote(release: ReleaseKey, number: int | None, as_json: bool) -> None:
    """Show the count with one sentence for each condition that is not met, and every ballot."""
    with Api() as api:
        item = find_round(api, release, number)
        found = api.get(address_release(release, "votes", item.round), RoundAnswer)
    if as_json:
        print_json(found)
    else:
        print_round(found)
