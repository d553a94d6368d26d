# SPDX-License-Identifier: Apache-2.0
"""The archive of mailing lists, where mails can be read that did not come in by themselves."""

from datetime import datetime
from typing import Protocol

from atr.domain.names import MailAddress
from atr.domain.vote_message import ArchivedMail


class MailArchive(Protocol):
    """Reads lists; each method raises Unavailable when the archive does not answer as it should."""

    def list_thread(self, address: MailAddress, message_id: str) -> tuple[ArchivedMail, ...]:
        """Return the mails of a list that answer one, directly or not; nothing when it is not there yet."""

    def list_since(self, address: MailAddress, since: datetime, until: datetime) -> tuple[ArchivedMail, ...]:
        """Return the mails that came to a list between two days."""

    def read_mail(self, name: str) -> bytes | None:
        """Return a mail as it came, no more of it than is read for votes; None when it is gone."""


class NoArchive:
    """Where no archive is read."""

    def list_thread(self, _address: MailAddress, _message_id: str) -> tuple[ArchivedMail, ...]:
        """Return nothing."""
        return ()

    def list_since(
        self, _address: MailAddress, _since: datetime, _until: datetime
    ) -> tuple[ArchivedMail, ...]:
        """Return nothing."""
        return ()

    def read_mail(self, _name: str) -> bytes | None:
        """Return nothing."""
        return None
