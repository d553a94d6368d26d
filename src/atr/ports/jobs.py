# SPDX-License-Identifier: Apache-2.0
"""Outside effects, enqueued in the transaction that makes them necessary."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class JobKind(StrEnum):
    """What a worker can be asked to do; the argument says to what."""

    EVALUATE_REVISION = "evaluate revision"  # PROJECT/PRODUCT/VERSION@REVISION
    READ_PACKAGES = "read packages"  # PROJECT/PRODUCT/VERSION@REVISION
    SEND_MAIL = "send mail"  # message id
    FORGET_CONFIRMATION = "forget confirmation"  # the same id, once its link is over
    SEND_CONFIRMATION = "send confirmation"  # id of what a visitor has to confirm
    ASK_SENDER = "ask sender"  # id of a mail that came in for a vote
    FORGET_QUESTION = "forget question"  # the same id, once the link that was sent is over
    READ_ARCHIVE = "read archive"  # PROJECT/PRODUCT/VERSION#ROUND
    RESOLVE_ROUND = "resolve round"  # PROJECT/PRODUCT/VERSION#ROUND
    PUBLISH_RELEASE = "publish release"  # PROJECT/PRODUCT/VERSION
    WITHDRAW_RELEASE = "withdraw release"  # PROJECT/PRODUCT/VERSION
    ANNOUNCE_RELEASE = "announce release"  # PROJECT/PRODUCT/VERSION
    WRITE_KEYS = "write keys"  # PROJECT
    TEST_CHANNEL = "test channel"  # channel
    DISTRIBUTE = "distribute"  # PROJECT/PRODUCT/VERSION on CHANNEL
    CHECK_DRIFT = "check drift"  # PROJECT/PRODUCT/VERSION on CHANNEL


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do once; jobs with the same `lock` never run at the same time, but in order."""

    kind: JobKind
    argument: str
    lock: str | None = None
    run_at: datetime | None = None


class JobQueue(Protocol):
    """The outbox: a job exists if and only if the transaction it was enqueued in was committed."""

    def enqueue(self, job: Job) -> None:
        """Add the job to the current transaction."""


class DeadlineKind(StrEnum):
    """What falls due."""

    VOTE = "vote"  # PROJECT/PRODUCT/VERSION#ROUND
    REMINDER = "reminder"  # PROJECT/PRODUCT/VERSION#ROUND: two thirds of its time are over
    UPLOAD = "upload"  # upload id: abandoned uploads are discarded
    CREDENTIALS = "credentials"  # expired sessions, login codes and replies
    PERSONAL_DATA = "personal data"  # contacts, unconfirmed ballots and traces whose time is over
    ARCHIVES = "archives"  # open votes whose lists' archives are read
    DISTRIBUTION = "distribution"  # PROJECT/PRODUCT/VERSION on CHANNEL: time to look or to try again
    DRIFT = "drift"  # what is public is compared with what was voted on
    RULES = "rules"  # open candidates that were examined by an older program's rules


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that falls due; a row, so that it survives every restart."""

    kind: DeadlineKind
    subject: str
    due_at: datetime
