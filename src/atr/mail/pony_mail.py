# SPDX-License-Identifier: Apache-2.0
"""An archive of lists that runs Pony Mail, read over HTTP from one configured host alone."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import stamina
from httpx2 import Client, HTTPError, InvalidURL, Timeout

from atr.domain.errors import Invalid, Unavailable
from atr.domain.names import MailAddress
from atr.domain.vote_message import ArchivedMail
from atr.formats.mail_vote import LONGEST_MAIL
from atr.formats.pony_mail import Request, ask_for_days, ask_for_source, ask_for_thread, read_listing

LARGEST_LISTING = 32 * 1024 * 1024
_ATTEMPTS = 3
_LONGEST_ANSWER = timedelta(minutes=2)
_BUSY = frozenset({429, 500, 502, 503, 504})
_HEADERS = {"accept-encoding": "identity", "user-agent": "atr-votes"}


class _Busy(Exception):
    """Raised when asking again may help."""


class PonyMail:
    """Reads one archive; redirects are never followed, so no other host is ever asked."""

    def __init__(self, url: str, patience: timedelta, pause_seconds: float = 1.0) -> None:
        """Wait `patience` for each piece of an answer, and begin with a pause before asking again."""
        self._url = url.rstrip("/")
        self._host = urlsplit(url).hostname or url
        self._timeout = Timeout(patience.total_seconds())
        self._pause_seconds = pause_seconds

    def list_thread(self, address: MailAddress, message_id: str) -> tuple[ArchivedMail, ...]:
        """Return the mails that answer one; raise Unavailable."""
        return self._list(ask_for_thread(address, message_id))

    def list_since(self, address: MailAddress, since: datetime, until: datetime) -> tuple[ArchivedMail, ...]:
        """Return the mails of a list between two days; raise Unavailable."""
        return self._list(ask_for_days(address, since, until))

    def read_mail(self, name: str) -> bytes | None:
        """Return a mail as it came, or its beginning; None when it is gone; raise Unavailable."""
        return self._ask(ask_for_source(name), LONGEST_MAIL + 1)

    def _list(self, request: Request) -> tuple[ArchivedMail, ...]:
        data = self._ask(request, LARGEST_LISTING + 1)
        if data is None:
            return ()
        if len(data) > LARGEST_LISTING:
            raise Unavailable(f"{self._host} answers with more than {LARGEST_LISTING} bytes.")
        try:
            return read_listing(data)
        except Invalid as error:
            raise Unavailable(f"{self._host} does not answer as Pony Mail does: {error}") from None

    def _ask(self, request: Request, limit: int) -> bytes | None:
        retrying = stamina.RetryingCaller(
            attempts=_ATTEMPTS, wait_initial=self._pause_seconds, wait_jitter=self._pause_seconds
        )
        try:
            return retrying((HTTPError, _Busy), self._ask_once, request, limit)
        except (HTTPError, InvalidURL, _Busy) as error:
            reason = str(error) or type(error).__name__
            raise Unavailable(f"The archive at {self._host} does not answer: {reason}.") from None

    def _ask_once(self, request: Request, limit: int) -> bytes | None:
        path, parameters = request
        with (
            Client(timeout=self._timeout, headers=_HEADERS, follow_redirects=False) as client,
            client.stream("GET", f"{self._url}{path}", params=parameters) as response,
        ):
            if response.status_code in _BUSY:
                raise _Busy(f"status {response.status_code}")
            if response.status_code in {404, 410}:
                return None
            if response.status_code != 200:
                raise Unavailable(f"{self._host} answered {response.status_code} for {path}.")
            return _read(response.iter_raw(), limit)


def _read(blocks: Iterable[bytes], limit: int) -> bytes:
    """Return the beginning of what arrives; a sender that dribbles is given up."""
    until, data = time.monotonic() + _LONGEST_ANSWER.total_seconds(), bytearray()
    for block in blocks:
        data += block
        if len(data) >= limit:
            break
        if time.monotonic() > until:
            raise _Busy("the answer takes too long")
    return bytes(data[:limit])
