# SPDX-License-Identifier: Apache-2.0
"""Running a check so that its own failure is a finding and never the end of the others."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from atr.checks.contract import Consumer, Observer, PassOutcome, make_finding
from atr.domain.check import Finding, Rule, Severity
from atr.formats.member import Member

Result = TypeVar("Result")

CHECK_FAILED = Rule(
    id="check.failed",
    severity=Severity.ERROR,
    title="A check could not do its work",
    clause="ATR: what was not examined is not accepted",
    fix="Run the evaluation again; if the error stays, report it with the message.",
)


def run_guarded(name: str, artifact: str, examine: Callable[[], Iterable[Finding]]) -> tuple[Finding, ...]:
    """Return what the check finds, or the one finding that it failed."""
    results = _attempt(lambda: tuple(examine()))
    return (_describe_failure(name, artifact, results),) if isinstance(results, Exception) else results


def attempt(call: Callable[[], Result]) -> Result | None:
    """Return the result, or None when the call fails; whoever does the work for good will say why."""
    result = _attempt(call)
    return None if isinstance(result, Exception) else result


def _attempt(call: Callable[[], Result]) -> Result | Exception:
    try:
        return call()
    except Exception as error:  # noqa: BLE001  # a check must not take the others down
        return error


def _describe_failure(name: str, artifact: str, error: Exception) -> Finding:
    reason = str(error).partition("\n")[0]
    message = f"The check '{name}' failed: {type(error).__name__}: {reason}"
    return make_finding(CHECK_FAILED, artifact, message, data={"check": name, "error": type(error).__name__})


class GuardedObserver:
    """An observer whose failure makes it silent until the end, where it is told as a finding."""

    __slots__ = ("_artifact", "_observer", "is_nosy", "name")

    def __init__(
        self, name: str, artifact: str, begin: Callable[[], Observer], *, is_nosy: bool = False
    ) -> None:
        """Begin following a pass; the nosy want to meet members of nested archives too."""
        self.name = name
        self.is_nosy = is_nosy
        self._artifact = artifact
        self._observer: Observer | Exception = _attempt(begin)

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        """Pass the member on, unless the check failed before."""
        observer = self._observer
        if isinstance(observer, Exception):
            return None
        try:
            consumer = observer.meet(member, head)
        except Exception as error:  # noqa: BLE001  # a check must not take the others down
            self._observer = error
            return None
        return None if consumer is None else partial(self._feed, consumer)

    def _feed(self, consumer: Consumer, chunk: bytes) -> None:
        if isinstance(self._observer, Exception):
            return
        try:
            consumer(chunk)
        except Exception as error:  # noqa: BLE001  # a check must not take the others down
            self._observer = error

    def conclude(self, outcome: PassOutcome) -> tuple[Finding, ...]:
        """Return what was found, or the one finding that the check failed."""
        observer = self._observer
        if isinstance(observer, Exception):
            return (_describe_failure(self.name, self._artifact, observer),)
        return run_guarded(self.name, self._artifact, partial(observer.conclude, outcome))
