# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG002 -- aiosmtpd decides what its hooks are called with
"""Mail comes in by LMTP (RFC 2033) or SMTP: answered with 250 once it is stored, never before.

A mail that is too large is never held in memory: what exceeds the limit is thrown away while it arrives.
"""

import asyncio
import logging
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from atr.domain.errors import DomainError, OutOfSpace
from atr.domain.names import MailAddress
from atr.domain.vote_message import MessageSource
from atr.services.door import Door
from atr.services.vote_messages import receive_message

Network = IPv4Network | IPv6Network
_LONGEST_LINE = 64 * 1024
_LONGEST_WITHOUT_END = 4 * 1024 * 1024
_PATIENCE_SECONDS = 120
_MOST_AT_ONCE = 4
_MOST_COMMANDS = 10_000
log = logging.getLogger("atr.ingress")


@dataclass(frozen=True, slots=True)
class Reception:
    """What is taken: for which addresses (any if none is named), from whom, and up to how many bytes."""

    receivers: tuple[MailAddress, ...]
    peers: tuple[Network, ...]
    largest: int
    host: str
    is_lmtp: bool = True


class Receptionist:
    """Decides what is taken, and hands it to the door in a thread of its own."""

    def __init__(self, door: Door, reception: Reception) -> None:
        self._door = door
        self._reception = reception
        self._receivers = frozenset(address.lower() for address in reception.receivers)
        self._room = asyncio.Semaphore(_MOST_AT_ONCE)

    async def handle_MAIL(  # noqa: N802 aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take mail from the peers that are allowed; who wrote it is told by its signature alone."""
        if not self._is_allowed(session.peer):
            return "550 5.7.1 Mail is not taken from there"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take mail for the addresses of the settings; by LMTP one, since it wants an answer for each."""
        if self._receivers and address.lower() not in self._receivers:
            return "550 5.1.1 There is no such address here"
        if self._reception.is_lmtp and envelope.rcpt_tos:
            return "452 4.5.3 One receiver at a time"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store the mail, then say so; what cannot be stored now is to be brought again."""
        raw = envelope.original_content or b""
        async with self._room:
            try:
                message = await asyncio.to_thread(receive_message, self._door, raw, MessageSource.LISTENER)
            except OutOfSpace:
                return "452 4.3.1 No space left, try again later"
            except DomainError as error:
                log.warning("a mail was not stored: %s", type(error).__name__)
                return "451 4.3.0 Not stored, try again later"
        log.info("a mail came in: %s", "no vote's" if message is None else message.state)
        return "250 2.0.0 Stored"

    async def handle_exception(self, error: Exception) -> str:
        """Say that the mail is to be brought again: a fault here must lose none."""
        log.error("a mail was not stored", exc_info=error)
        return "451 4.3.0 Not stored, try again later"

    def _is_allowed(self, peer: object) -> bool:
        if not isinstance(peer, tuple):
            return True  # a socket in the file system: its permissions say who may
        address = ip_address(str(peer[0]).partition("%")[0])
        return any(address in network for network in self._reception.peers)


class _Bounded:
    """Ends connections that send a line without an end, which would be gathered in memory."""

    line_length_limit = _LONGEST_LINE
    _unended = 0

    def data_received(self, data: bytes) -> None:
        """Take the bytes unless there are too many since the last end of a line."""
        end = data.rfind(b"\n")
        self._unended = self._unended + len(data) if end < 0 else len(data) - end - 1
        if self._unended > _LONGEST_WITHOUT_END:
            self.transport.abort()  # type: ignore[attr-defined]  # the protocol's
            return
        super().data_received(data)  # type: ignore[misc]  # the protocol's


class _BoundedLmtp(_Bounded, LMTP):
    """LMTP within bounds."""


class _BoundedSmtp(_Bounded, SMTP):
    """SMTP within bounds."""


def make_protocol(door: Door, reception: Reception) -> SMTP:
    """Return what answers one connection, inside the loop that serves it."""
    kind = _BoundedLmtp if reception.is_lmtp else _BoundedSmtp
    return kind(
        Receptionist(door, reception),
        data_size_limit=reception.largest,
        hostname=reception.host,
        ident="ATR",
        timeout=_PATIENCE_SECONDS,
        command_call_limit=_MOST_COMMANDS,
        loop=asyncio.get_running_loop(),
    )
