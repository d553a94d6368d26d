# SPDX-License-Identifier: Apache-2.0
"""The message ids of a vote's thread, which both those who send mail and those who read it know."""

from atr.domain.mail import MailKind, make_message_id
from atr.domain.vote import Round
from atr.services.door import Work


def make_start_id(work: Work, vote: Round) -> str:
    """Return the message id with which the round's thread begins."""
    return make_round_id(work, vote, MailKind.VOTE_START)


def make_round_id(work: Work, vote: Round, kind: MailKind, *occasion: str) -> str:
    """Return the message id of a mail about the round; the same occasion always gets the same one."""
    host = work.around.foundation.mail_host
    return make_message_id(host, kind, vote.release.storage_key, str(vote.number), *occasion)
