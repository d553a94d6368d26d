# SPDX-License-Identifier: Apache-2.0
"""`atr vote read-mail`: what the server would read in a mail thread, without a server."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from atr.client.failures import Failed
from atr.client.output import json_option, print_table
from atr.domain.errors import Invalid
from atr.formats.mail_archives import read_mails
from atr.formats.mail_vote import BallotRead, NoBallot, VoteMail, read_vote_mail
from atr.schema.wire import format_time

Row = dict[str, str | bool | None]
_existing = click.Path(exists=True, path_type=Path)


@click.command("read-mail", short_help="Read the mails of a thread for votes, without a server.")
@click.argument("mbox", type=_existing, metavar="MBOX")
@click.option(
    "--template",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The text of the call for votes, whose lines are nobody's answer.",
)
@json_option
def read_mail(mbox: Path, template: Path | None, as_json: bool) -> None:
    """Show for each mail whether it holds a ballot, and why.

    MBOX is an mbox file, a maildir, a folder of mails, a single mail, or JSON from Pony Mail. Nothing is sent
    anywhere. Whether a sender is on the roster, and really wrote the mail, only the server knows.
    """
    try:
        asked = template.read_text("utf-8", "replace") if template else ""
        rows = list(_read_rows(mbox, asked))
    except (Invalid, OSError) as error:
        raise Failed(str(error)) from error
    if as_json:
        click.echo(json.dumps({"items": rows}, indent=2, ensure_ascii=False))
        return
    shown = ((row["message_id"], row["from"], row["text"], row["reason"]) for row in rows)
    print_table(("message", "from", "vote", "how it was read"), shown, "There are no mails.")


def _read_rows(mbox: Path, template: str) -> Iterator[Row]:
    for raw in read_mails(mbox):
        yield _describe(read_vote_mail(raw, template))


def _describe(mail: VoteMail) -> Row:
    facts: Row = {
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "from": mail.sender,
        "name": mail.sender_name,
        "subject": mail.subject,
        "date": None if mail.sent_at is None else format_time(mail.sent_at),
    }
    match mail.reading:
        case BallotRead() as read:
            said: Row = {
                "outcome": "ballot",
                "choice": str(read.choice),
                "text": read.text,
                "claims_binding": read.claims_binding,
                "comment": read.comment,
                "reason": read.explanation,
            }
        case NoBallot() as none:
            said = {
                "outcome": str(none.reason),
                "choice": None,
                "text": None,
                "claims_binding": None,
                "comment": None,
                "reason": none.explanation,
            }
    return facts | said
