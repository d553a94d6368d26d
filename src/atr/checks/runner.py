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

    __slots__ = ("_artifact", "is_nosy", "name", "observer")

    def __init__(
        self, name: str, artifact: str, begin: Callable[[], Observer], *, is_nosy: bool = False
    ) -> None:
        """Begin following a pass; the nosy want to meet members of nested archives too."""
        self.name = name
        self.is_nosy = is_nosy
        self._artifact = artifact
        self.observer: Observer | Exception = _attempt(begin)

    def guard(self, consumer: Consumer) -> Consumer:
        """Return a consumer that fails silently."""

        def feed(chunk: bytes) -> None:
            if isinstance(self.observer, Exception):
                return
            try:
                consumer(chunk)
            except Exception as error:  # noqa: BLE001  # a check must not take the others down
                self.observer = error

        return feed

    def conclude(self, outcome: PassOutcome) -> tuple[Finding, ...]:
        """Return what was found, or the one finding that the check failed."""
        observer = self.observer
        if isinstance(observer, Exception):
            return (_describe_failure(self.name, self._artifact, observer),)
        return run_guarded(self.name, self._artifact, partial(observer.conclude, outcome))


class Audience:
    """All that follow a pass; half a million members are met, so nothing is wrapped that need not be."""

    __slots__ = ("_meetings", "observers")

    def __init__(self, observers: Iterable[GuardedObserver]) -> None:
        """Follow the pass with these."""
        self.observers = tuple(observers)
        self._list_meetings()

    def _list_meetings(self) -> None:
        self._meetings = [
            (guarded, guarded.observer.meet)
            for guarded in self.observers
            if not isinstance(guarded.observer, Exception)
        ]

    def meet(self, member: Member, head: bytes) -> list[Consumer]:
        """Have everyone look at the member; return what wants its content."""
        consumers = []
        for guarded, meet in self._meetings:
            try:
                consumer = meet(member, head)
            except Exception as error:  # noqa: BLE001  # a check must not take the others down
                guarded.observer = error
                self._list_meetings()
                continue
            if consumer is not None:
                consumers.append(guarded.guard(consumer))
        return consumers
