# SPDX-License-Identifier: Apache-2.0
"""Taking the steps of a registry as the saga does: asked about first, waited for, and taken once."""

from collections.abc import Iterable

from atr.ports.platforms import Consignment, NotYet, Operation, Registry, Step

_PATIENCE = 50


def take_steps(
    registry: Registry, operation: Operation, consignment: Consignment, results: dict[str, str] | None = None
) -> dict[str, str]:
    """Take all steps of an operation and return the results, with those of before."""
    return run_steps(registry.list_steps(operation, consignment), results)


def run_steps(steps: Iterable[Step], results: dict[str, str] | None = None) -> dict[str, str]:
    """Take the steps and return the results, with those of before."""
    found = dict(results or {})
    for step in steps:
        found[step.name] = take_step(step, found)
    return found


def take_step(step: Step, results: dict[str, str]) -> str:
    """Take one step, looking again while it is not done."""
    for _ in range(_PATIENCE):
        try:
            result = step.ask(results)
            return step.act(results) if result is None else result
        except NotYet:
            continue
    raise TimeoutError(f"{step.name} is never done.")
