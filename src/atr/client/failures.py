# SPDX-License-Identifier: Apache-2.0
"""How a command ends when it does not end well."""


class Failed(Exception):
    """Raised when something was refused or failed; ends the program with exit code 1.

    `status` is the HTTP status of the server's refusal, None when it was not the server's.
    """

    def __init__(self, *reasons: str, status: int | None = None) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.status = status


class Unreachable(Exception):
    """Raised when the server does not answer; ends the program with exit code 3."""
