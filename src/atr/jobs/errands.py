# SPDX-License-Identifier: Apache-2.0
"""What each kind of job runs: one explicit table."""

from collections.abc import Mapping
from types import MappingProxyType

from atr.domain.errors import Invalid
from atr.ports.jobs import JobKind
from atr.services.announcing import AnnounceRelease
from atr.services.channel_tests import TryChannel
from atr.services.distribute import Distribute
from atr.services.drift import CheckDrift
from atr.services.errand import Errand
from atr.services.evaluations import EvaluateRevision
from atr.services.mail_archives import ReadArchive
from atr.services.mails import SendMail
from atr.services.packages import ReadPackages
from atr.services.publications import PublishRelease, WithdrawRelease, WriteKeys
from atr.services.sender_questions import AskSender, ForgetQuestion
from atr.services.visitor_mails import ForgetConfirmation, SendConfirmation
from atr.services.vote_resolution import ResolveRoundIfDue

ERRANDS: Mapping[JobKind, type[Errand]] = MappingProxyType(
    {
        JobKind.EVALUATE_REVISION: EvaluateRevision,
        JobKind.READ_PACKAGES: ReadPackages,
        JobKind.SEND_MAIL: SendMail,
        JobKind.SEND_CONFIRMATION: SendConfirmation,
        JobKind.FORGET_CONFIRMATION: ForgetConfirmation,
        JobKind.ASK_SENDER: AskSender,
        JobKind.FORGET_QUESTION: ForgetQuestion,
        JobKind.READ_ARCHIVE: ReadArchive,
        JobKind.RESOLVE_ROUND: ResolveRoundIfDue,
        JobKind.PUBLISH_RELEASE: PublishRelease,
        JobKind.WITHDRAW_RELEASE: WithdrawRelease,
        JobKind.ANNOUNCE_RELEASE: AnnounceRelease,
        JobKind.WRITE_KEYS: WriteKeys,
        JobKind.DISTRIBUTE: Distribute,
        JobKind.CHECK_DRIFT: CheckDrift,
        JobKind.TEST_CHANNEL: TryChannel,
    }
)


def prepare_errand(kind: str, argument: str) -> Errand:
    """Return the errand a job row asks for; raise Invalid when it cannot be read."""
    try:
        errand = ERRANDS[JobKind(kind)]
    except ValueError:
        raise Invalid.field("kind", f"This worker knows no job of the kind {kind!r}.") from None
    return errand.parse(argument)
