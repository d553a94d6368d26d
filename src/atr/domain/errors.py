# SPDX-License-Identifier: Apache-2.0
"""What can go wrong for a reason somebody can act on."""

from dataclasses import dataclass


class DomainError(Exception):
    """Every error that ATR explains to the person who caused it."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return one sentence for each thing that has to change first."""
        return (str(self),)


class NotFound(DomainError):
    """Raised for a thing that is not there, or hidden from whoever asks."""

    def __init__(self, kind: str, name: object) -> None:
        super().__init__(f"There is no {kind} {name}.")
        self.kind, self.name = kind, str(name)


class Gone(NotFound):
    """Raised for a thing that is no longer offered; `explain` says why, and what there is instead."""

    def __init__(self, explain: str) -> None:
        DomainError.__init__(self, explain)
        self.kind = self.name = ""


class NotSignedIn(DomainError):
    """Raised when only somebody known may go on; `explain` says how to sign in."""

    def __init__(self, explain: str = "Sign in first, or send a token.") -> None:
        super().__init__(explain)


class Denied(DomainError):
    """Raised when nobody in the asker's roles may do this."""


class Conflict(DomainError):
    """Raised when the world moved on since the asker last looked."""


class ChangedMeanwhile(Conflict):
    """Raised when somebody says which edition they saw, and it is no longer the stored one."""

    def __init__(self, kind: str, name: object) -> None:
        super().__init__(f"The {kind} {name} was changed in the meantime: read it again.")


class AlreadyDone(DomainError):
    """Raised when the same form was sent and carried out a moment ago."""

    def __init__(self) -> None:
        super().__init__("This was done a moment ago; sending it again changed nothing.")


class TooLarge(DomainError):
    """Raised when something exceeds a stated limit."""


class TooMany(DomainError):
    """Raised when somebody asks too often; `retry_after` says in how many seconds they may again."""

    def __init__(self, explain: str, retry_after: int) -> None:
        super().__init__(explain)
        self.retry_after = retry_after


class OutOfSpace(DomainError):
    """Raised when the disk or the store is full; nothing was changed."""


class Unavailable(DomainError):
    """Raised when something ATR needs does not answer; the same request may succeed later."""


class Refused(DomainError):
    """Raised with every unmet condition when a step is not possible now."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self._reasons = reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return every unmet condition as a sentence of its own."""
        return self._reasons


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in what was sent: the field's name and what to do about it."""

    field: str
    message: str


class Invalid(DomainError):
    """Raised with every fault when what was sent cannot be read as what it should be."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems

    @classmethod
    def field(cls, name: str, message: str) -> "Invalid":
        """Return the error for a single faulty field."""
        return cls(Problem(name, message))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return one sentence a faulty field."""
        return tuple(problem.message for problem in self.problems)
