# SPDX-License-Identifier: Apache-2.0
"""Where secrets come from at a terminal: the standard input or the environment, never arguments."""

import json
import os
import sys
from collections.abc import Mapping

import click

from atr.client.failures import Failed
from atr.domain.platform import ABILITIES

PREFIX = "ATR_CHANNEL_"
FIELDS = tuple(dict.fromkeys(field for each in ABILITIES.values() for field in each.secret_fields))


def read_given_secret(*, from_stdin: bool) -> Mapping[str, str] | None:
    """Return the secret on the standard input if asked for, otherwise one in the environment, if any."""
    if from_stdin:
        return _parse_secret(_read_stdin())
    return {
        field: os.environ[name] for field in FIELDS if (name := PREFIX + field.upper()) in os.environ
    } or None


def _read_stdin() -> str:
    if sys.stdin.isatty():
        text: str = click.prompt("Token, or field=value", hide_input=True, err=True)
        return text
    return sys.stdin.read()


def _parse_secret(text: str) -> Mapping[str, str]:
    """Read `field=value` lines, a JSON object, or one line that is the token."""
    stripped = text.strip()
    if stripped.startswith("{"):
        return _parse_json(stripped)
    lines = stripped.splitlines()
    pairs = [line.partition("=") for line in lines]
    if lines and all(name in FIELDS and equals for name, equals, _ in pairs):
        return {name: value for name, _, value in pairs}
    if len(lines) == 1:
        return {"token": stripped}
    raise Failed(f"The standard input holds no secret: write a token, or lines such as {FIELDS[0]}=...")


def _parse_json(text: str) -> Mapping[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        raise Failed("The secret on the standard input is no JSON.") from None
    return {str(name): str(value) for name, value in found.items()}
