# SPDX-License-Identifier: Apache-2.0
"""`atr vote messages`, `import-mail`, `accept`: the mails of a vote; `reveal`: whose a visitor's is."""

from collections import Counter
from pathlib import Path
from urllib.parse import quote

import click

from atr.client.addresses import address_release
from atr.client.arguments import release_argument
from atr.client.bodies import make_body
from atr.client.commands.rounds import find_round, round_option
from atr.client.failures import Failed
from atr.client.http import Api, Request, raise_for_problem, read_answer
from atr.client.output import json_option, print_done, print_facts, print_json
from atr.domain.errors import Invalid
from atr.domain.names import ReleaseKey
from atr.formats.mail_archives import read_mails
from atr.schema.pages import ItemPage
from atr.schema.visitors import ContactAnswer, ContactReveal
from atr.schema.vote_messages import LARGEST_MAIL, MessageAccept, MessageAnswer

_MAILS = click.Path(exists=True, path_type=Path)


@click.command("messages")
@release_argument
@round_option
@json_option
def list_messages(release: ReleaseKey, number: int | None, as_json: bool) -> None:
    """Show every mail of a vote with how it was read, what became of it, and why."""
    with Api() as api:
        found = find_round(api, release, number)
        listed = api.get(address_release(release, "votes", found.round, "messages"), ItemPage[MessageAnswer])
    if as_json:
        print_json(listed)
        return
    for each in listed.items:
        _print_message(each)


def _print_message(message: MessageAnswer) -> None:
    click.echo(f"{message.id}  {message.state}  {message.text or '-'}  {message.name}: {message.subject}")
    for sentence in (message.explanation, message.identity, *message.reasons, message.decided_reason):
        if sentence:
            click.echo(f"    {sentence}")


@click.command("import-mail")
@release_argument
@click.argument("mails", type=_MAILS, metavar="MBOX|MAILDIR|JSON|FILE")
@round_option
def import_mail(release: ReleaseKey, mails: Path, number: int | None) -> None:
    """Hand in the mails of a vote's thread from an mbox, a maildir, Pony Mail's JSON or a file with
    one mail; of each no more is held in memory than is read for votes.

    Those that came in before count once all the same; those of other threads are left out.
    """
    outcomes: Counter[str] = Counter()
    with Api() as api:
        found = find_round(api, release, number)
        address = address_release(release, "votes", found.round, "messages")
        try:
            for raw in read_mails(mails):
                outcomes[_send_mail(api, address, raw)] += 1
        except (Invalid, OSError) as error:
            raise Failed(str(error)) from error
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    print_done(f"Round {found.round} of {release}: {told or 'no mails'}.")


def _send_mail(api: Api, address: str, raw: bytes) -> str:
    if len(raw) > LARGEST_MAIL:
        return "too large"
    try:
        response = api.send_once(Request("POST", address, {}, raw, {"Content-Type": "message/rfc822"}))
        raise_for_problem(response)
    except Failed as failure:
        if failure.status == 409:
            return "of other threads"
        raise
    return read_answer(response, MessageAnswer).state


@click.command("accept")
@release_argument
@click.argument("ballot", type=click.IntRange(1))
@click.option("--reason", required=True, help="Why it counts; everybody can read it.")
@round_option
@json_option
def accept_message(release: ReleaseKey, ballot: int, reason: str, number: int | None, as_json: bool) -> None:
    """Count an unconfirmed mail though nothing proves its sender; BALLOT is its id in `atr vote messages`."""
    with Api() as api:
        found = find_round(api, release, number)
        address = address_release(release, "votes", found.round, "messages", ballot, "accept")
        made = api.post(address, make_body(MessageAccept, reason=reason), MessageAnswer)
    if as_json:
        print_json(made)
    else:
        print_done(f"Mail {made.id} counts as {made.text}.")


@click.command("reveal")
@click.argument("visitor", metavar="VISITOR")
@click.option("--reason", required=True, help="Why; the visitor can read it.")
@json_option
def reveal_contact(visitor: str, reason: str, as_json: bool) -> None:
    """Open the contact of a visitor who voted; for sysadmins. VISITOR is the id shown with the ballot."""
    with Api() as api:
        address = f"/contacts/{quote(visitor, safe='')}/reveal"
        made = api.post(address, make_body(ContactReveal, reason=reason), ContactAnswer)
    if as_json:
        print_json(made)
    else:
        print_facts((("visitor", made.participant), ("contact", made.contact)))


MAIL_COMMANDS = (list_messages, import_mail, accept_message, reveal_contact)
