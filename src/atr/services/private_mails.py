# SPDX-License-Identifier: Apache-2.0
"""Mails to one person that hold a link: sent once, and forgotten when the link is over.

Nothing that a mail server says is passed on: it may repeat the address, and reasons are logged.
"""

from atr.domain.mail import OutgoingMail
from atr.ports.mail import MailFailed, MailRefused
from atr.services.errand import Tools, TryLater
from atr.services.ledger import run_once


def send_private(tools: Tools, mail: OutgoingMail, what: str) -> None:
    """Let the mail leave, once, however often this runs; raise TryLater saying `what` did not leave."""

    def ask() -> str | None:
        return "delivered" if tools.transport.was_delivered(mail.message_id) else None

    def act() -> str:
        return _deliver(tools, mail, what)

    run_once(tools.door, f"mail {mail.message_id}", ask, act)


def forget_private(tools: Tools, message_id: str) -> None:
    """Remove the copy that a maildir keeps of the mail; raise TryLater."""
    try:
        tools.transport.forget(message_id)
    except MailFailed as failure:
        raise TryLater(str(failure)) from failure


def _deliver(tools: Tools, mail: OutgoingMail, what: str) -> str:
    try:
        tools.transport.deliver(mail)
    except MailRefused:
        return "refused"
    except MailFailed:
        raise TryLater(f"{what} did not leave yet.") from None
    return "delivered"
