# SPDX-License-Identifier: Apache-2.0
"""Visitors who vote on the sample release, as services see them."""

import re
from dataclasses import dataclass

from atr.domain.names import MailAddress
from atr.domain.people import ANONYMOUS
from atr.domain.visitor_ballot import VisitorAnswer
from atr.ports.jobs import JobKind
from atr.services.door import Door
from atr.services.visitor_ballots import ConfirmBallot, ConfirmedBallot
from atr.services.visitor_mails import SendConfirmation
from atr.services.visitors import AskForBallot, ShowNotice
from tests.support.voting import KEY, Bench, show_round

ADDRESS = "wanda.walker@visitors.example"
NAME = "Wanda the Walker"


@dataclass(frozen=True, slots=True)
class Links:
    """The ends of the two links in a visitor's mail."""

    confirm: str
    own: str


def ask_for_ballot(
    door: Door, choice: str = "+1", address: str = ADDRESS, name: str = NAME, **more: str
) -> None:
    """Ask for a ballot as a visitor does; `done` has the ticks with spaces between them."""
    seen = show_round(door).vote.manifest_digest
    answer = VisitorAnswer(
        name, choice, seen, more.get("remark", ""), done=tuple(more.get("done", "").split())
    )
    notice = more.get("notice") or door.ask(ANONYMOUS, ShowNotice()).version
    network = more.get("network", "192.0.2.7")
    door.perform(ANONYMOUS, AskForBallot(KEY, 1, answer, MailAddress(address), notice, network))


def read_mail(bench: Bench) -> Links:
    """Return the links of the newest mail to a visitor, sent by its job."""
    send_links(bench)
    body = list(bench.mail.sent.values())[-1].body
    ends = [re.search(rf"/{where}/(\S+)", body) for where in ("confirm-ballot", "participants")]
    return Links(*(found[1] for found in ends if found is not None))


def send_links(bench: Bench) -> None:
    """Work off the jobs that write to visitors."""
    for job in [job for job in bench.queue.jobs if job.kind is JobKind.SEND_CONFIRMATION]:
        bench.queue.jobs.remove(job)
        SendConfirmation.parse(job.argument).run(bench.tools)


def vote_as_visitor(
    bench: Bench, choice: str = "+1", address: str = ADDRESS, name: str = NAME, **more: str
) -> ConfirmedBallot:
    """Return the ballot of a visitor who asked, read the mail, and confirmed."""
    door = bench.tools.door
    ask_for_ballot(door, choice, address, name, **more)
    return door.perform(ANONYMOUS, ConfirmBallot(read_mail(bench).confirm))
