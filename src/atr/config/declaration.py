# SPDX-License-Identifier: Apache-2.0
"""What is said once about a setting, and the rules its value may have to keep."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from atr.config.kinds import Kind
from atr.config.mail_server import read_mail_server
from atr.config.secret import Secret
from atr.domain.errors import Invalid
from atr.domain.names import MailAddress

Rule = Callable[[object], None]
_HOST_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One setting: its kind, default, meaning, and a rule that raises ValueError with what would be right."""

    kind: Kind
    default: object
    meaning: str
    rule: Rule | None = None
    under_data: bool = False

    def read(self, value: object) -> object:
        """Return the value, or raise ValueError with what would be right."""
        result = self.kind.read(value)
        if self.rule is not None:
            self.rule(result)
        return result


def require_between(lowest: int, highest: int) -> Rule:
    """Return the rule that a number lies within these bounds, both included."""

    def rule(value: object) -> None:
        if not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError(f"a number from {lowest} to {highest}")

    return rule


def require_scheme(*schemes: str) -> Rule:
    """Return the rule that an address begins with one of these schemes."""

    def rule(value: object) -> None:
        text = value.reveal() if isinstance(value, Secret) else str(value)
        scheme, separator, rest = text.partition("://")
        if scheme not in schemes or not separator or not rest:
            raise ValueError(f"an address that begins with {' or '.join(f'{each}://' for each in schemes)}")

    return rule


def require_positive_duration(value: object) -> None:
    """Raise ValueError for no time at all."""
    if value == timedelta(0):
        raise ValueError("longer than 0s")


def require_mail_address(value: object) -> None:
    """Raise ValueError unless the text is one mail address."""
    try:
        MailAddress(str(value))
    except Invalid:
        raise ValueError("a mail address, name@host") from None


def require_host_name(value: object) -> None:
    """Raise ValueError unless the text can be part of a name in DNS."""
    if not _HOST_NAME.fullmatch(str(value)):
        raise ValueError("a name in DNS: letters, digits, hyphens, and dots between")


def require_mail_server(value: object) -> None:
    """Raise ValueError unless the secret is a mail server's address."""
    read_mail_server(value.reveal() if isinstance(value, Secret) else str(value))


def require_long_secret(value: object) -> None:
    """Raise ValueError unless the secret has at least 32 characters."""
    if not isinstance(value, Secret) or len(value.reveal()) < SHORTEST_SECRET:
        raise ValueError(f"a random text of at least {SHORTEST_SECRET} characters")


SHORTEST_SECRET = 32
