# SPDX-License-Identifier: Apache-2.0
"""Personal data of visitors who vote, and how long it is kept (voting.md, section 4)."""

import hashlib
import ipaddress
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from atr.domain.errors import Invalid
from atr.domain.names import MailAddress, ParticipantId, ReleaseKey

LONGEST_NAME = 80
_BREAKING = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_NETWORK_BITS = {4: 24, 6: 48}


class ContactKind(StrEnum):
    """How a visitor proves to be one person."""

    MAIL = "mail"
    OIDC = "oidc"


@dataclass(frozen=True, slots=True)
class Participant:
    """A visitor in one round: a random id, a chosen name, and a contact nobody reads in passing.

    `number` counts the visitors of the round; it is all that is shown of one who has left.
    """

    id: ParticipantId
    release: ReleaseKey
    round: int
    number: int
    contact_kind: ContactKind
    consented_notice: str
    created_at: datetime
    display_name: str = ""
    remark: str = ""
    confirmed_at: datetime | None = None
    erased_at: datetime | None = None

    @property
    def shown_name(self) -> str:
        """Return the name to show; after erasure only the number among the visitors is left."""
        return self.display_name if self.erased_at is None else f"withdrawn voter {self.number}"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind of data is kept."""

    contact_after_result: timedelta = timedelta(days=30)
    confirmation_tokens: timedelta = timedelta(hours=24)
    rate_limit_hashes: timedelta = timedelta(days=7)
    abandoned_uploads: timedelta = timedelta(hours=24)
    orphaned_blobs: timedelta = timedelta(hours=24)
    stray_mails: timedelta = timedelta(days=30)


def is_contact_due(result_at: datetime, retention: Retention, now: datetime) -> bool:
    """Tell whether contact data of a vote that ended at `result_at` has to be destroyed."""
    return now >= result_at + retention.contact_after_result


def read_display_name(text: str) -> str:
    """Return the name a visitor chose, in NFC with single spaces; raise Invalid for none or an odd one."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise Invalid.field("display_name", "Choose the name that is shown with your vote.")
    if len(name) > LONGEST_NAME:
        raise Invalid.field("display_name", f"Keep the name within {LONGEST_NAME} characters.")
    if "@" in name or any(unicodedata.category(character) in _BREAKING for character in name):
        raise Invalid.field("display_name", "Use letters, not an address: the name is shown to everybody.")
    return name


def normalize_address(address: MailAddress) -> str:
    """Return the form in which spellings of one mailbox agree: lower case, no `+detail` (RFC 5233)."""
    mailbox, _, host = address.lower().rpartition("@")
    return f"{mailbox.partition('+')[0] or mailbox}@{host.rstrip('.')}"


def truncate_network(host: str) -> str:
    """Return the network of an internet address, /24 or /48; `unknown` for what is no address."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "unknown"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    found = mapped or address
    return str(ipaddress.ip_network((found, _NETWORK_BITS[found.version]), strict=False))


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody is told at the button; the version follows from the words."""

    lines: tuple[str, ...]

    @property
    def version(self) -> str:
        """Return the name under which a consent remembers these words."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()[:12]


def write_notice(foundation: str, retention: Retention) -> Notice:
    """Return the five lines: who holds the data, what, why, who sees it, how long."""
    kept, waits = say_period(retention.contact_after_result), say_period(retention.confirmation_tokens)
    how_long = (
        f"How long: the address {kept} after the result, an unconfirmed vote {waits}, the vote for ever;"
        " erase name, comment and address whenever you like."
    )
    return Notice(
        (
            f"Who: {foundation} holds what you give here.",
            "What: the name you choose, your vote with ticks and comment, and your mail address, encrypted.",
            "Why: the address proves one person, one ballot; a link is sent to it, and nothing else.",
            "Who sees it: name, vote and comment all; the address a sysadmin, for a reason you can read.",
            how_long,
        )
    )


def say_period(period: timedelta) -> str:
    """Return a length of time as people say it."""
    if period.days >= 2:
        return f"{period.days} days"
    minutes = int(period.total_seconds() // 60)
    if minutes < 60 or minutes % 60:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return "1 hour" if minutes == 60 else f"{minutes // 60} hours"
