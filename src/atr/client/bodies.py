# SPDX-License-Identifier: Apache-2.0
"""What is sent to the server, checked here first by the types that the server checks it with."""

from typing import TypeVar

import click
from pydantic import BaseModel, ValidationError

Body = TypeVar("Body", bound=BaseModel)


def make_body(kind: type[Body], **fields: object) -> Body:
    """Return the request; end with a usage error that names every faulty field."""
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise click.UsageError("\n".join(explain_faults(error))) from None


def explain_faults(error: ValidationError) -> list[str]:
    """Return one line a faulty field."""
    return [_explain(".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()]


def _explain(field: str, message: str) -> str:
    sentence = message.removeprefix("Value error, ")
    return f"{field}: {sentence}" if field else sentence
