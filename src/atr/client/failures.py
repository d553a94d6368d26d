# SPDX-License-Identifier: Apache-2.0
"""How a command ends when it does not end well."""


class Failed(Exception):
    """Raised when something was refused or failed; ends the program with exit code 1."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class Unreachable(Exception):
    """Raised when the server does not answer; ends the program with exit code 3."""
