# SPDX-License-Identifier: Apache-2.0
"""Mails that came in for votes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from atr.domain.names import MailAddress, ProjectKey, ReleaseKey, Voter
from atr.domain.vote_message import StrayMail, VoteMessage


class VoteMessages(Protocol):
    """Every mail of a thread, once, as it came."""

    def add(self, message: VoteMessage, raw: bytes) -> VoteMessage | None:
        """Keep the mail; return it with its id, or None when one with its message id is there already."""

    def replace(self, message: VoteMessage, raw: bytes) -> None:
        """Put what came later in the place of what came first with the same message id."""

    def save(self, message: VoteMessage) -> None:
        """Replace what became of it."""

    def find(self, message: int, *, lock: bool = False) -> VoteMessage | None:
        """Return the mail; `lock` holds it until the transaction ends."""

    def find_by_message_id(self, message_id: str) -> VoteMessage | None:
        """Return the mail with this message id, held until the transaction ends."""

    def find_round(self, message_ids: Iterable[str]) -> tuple[ReleaseKey, int] | None:
        """Return the round in whose thread one of these mails stands, the first that is known."""

    def list(self, release: ReleaseKey, number: int) -> tuple[VoteMessage, ...]:
        """Return the mails of a round in the order in which they came."""

    def count_undecided(self, projects: Iterable[ProjectKey]) -> dict[tuple[ReleaseKey, int], int]:
        """Return how many mails wait for a decision in each open round of the projects, in one query."""

    def read_raw(self, message: int) -> bytes | None:
        """Return the mail as it came; None when it is not kept any more."""

    def was_asked(self, release: ReleaseKey, number: int, sender: MailAddress) -> bool:
        """Tell whether the address was asked to confirm a mail of this round."""

    def forget_voter(self, voter: Voter) -> int:
        """Remove names, words and addresses from the mails of a voter; return how many there were."""

    def forget_contacts(self, before: datetime) -> int:
        """Remove addresses and raw mails of rounds that were closed before; return how many there were."""


class StrayMails(Protocol):
    """Mails that look like votes and answer none, each once."""

    def add(self, mail: StrayMail) -> None:
        """Keep it unless it is there already."""

    def list_newest(self, limit: int) -> tuple[StrayMail, ...]:
        """Return the newest, the latest first."""

    def remove(self, message_id: str) -> None:
        """Forget one that found its vote after all."""

    def forget(self, before: datetime) -> int:
        """Remove those that came in before; return how many there were."""
