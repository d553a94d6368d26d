# SPDX-License-Identifier: Apache-2.0
"""A project's check policy from a file, so that a voter's checks go by the same as the server's."""

import json
from dataclasses import fields, replace
from pathlib import Path

from atr.client.failures import Failed
from atr.domain.check_policy import DEFAULT_CHECKS, CheckPolicy, refuse_faulty_checks
from atr.domain.errors import Invalid
from atr.domain.names import ChannelKey

_FIELDS = {each.name for each in fields(CheckPolicy)}


def read_check_policy(path: Path) -> CheckPolicy:
    """Return the policy in what `atr project policy show P --json` printed; raise Failed with every fault.

    The file may also be one for `atr project policy set`: fields that it does not name keep their defaults.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        checks = found["checks"]
        values = checks.get("effective", checks)
        unknown = sorted(set(values) - _FIELDS)
        if unknown:
            raise Failed(f"{path}: the checks know no field {', '.join(unknown)}.")
        for name, value in values.items():
            _refuse_other_kinds(name, value)
        kinds = {name: type(getattr(DEFAULT_CHECKS, name)) for name in values}
        policy = replace(DEFAULT_CHECKS, **{name: kinds[name](value) for name, value in values.items()})
        policy = replace(policy, required_channels=tuple(map(ChannelKey, policy.required_channels)))
        refuse_faulty_checks(policy)
    except Invalid as error:
        raise Failed(*(f"{path}: {problem.field}: {problem.message}" for problem in error.problems)) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Failed(f"{path} is no policy as `atr project policy show P --json` prints it.") from error
    return policy


def _refuse_other_kinds(name: str, value: object) -> None:
    """Raise TypeError for a value that is no text, or no list of texts where the field is one."""
    is_list = isinstance(getattr(DEFAULT_CHECKS, name), tuple)
    texts = value if is_list and isinstance(value, list) else [None] if is_list else [value]
    if not all(isinstance(each, str) for each in texts):
        raise TypeError(name)
