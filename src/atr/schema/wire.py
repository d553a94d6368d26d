# SPDX-License-Identifier: Apache-2.0
"""The two kinds of message, and the types every message is made of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, PlainSerializer, model_validator


def format_time(moment: datetime) -> str:
    """Return the moment as RFC 3339 in UTC, whole seconds without a fraction."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


UtcTime = Annotated[AwareDatetime, AfterValidator(_to_utc), PlainSerializer(format_time, return_type=str)]
"""A moment: read with any offset, kept and written in UTC (RFC 3339)."""


class WireRequest(BaseModel):
    """What somebody sends: unknown fields and text no database can hold are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def refuse_unstorable_text(cls, data: Any) -> Any:
        """Raise ValueError for a NUL or half a surrogate pair anywhere inside."""
        for text in _find_texts(data):
            if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
                raise ValueError("Text must not contain NUL characters or halves of surrogate pairs.")
        return data


class WireAnswer(BaseModel):
    """What the server answers: a client ignores fields it does not know, so additions break nobody."""

    model_config = ConfigDict(extra="ignore", frozen=True, from_attributes=True, defer_build=True)

    @classmethod
    def of(cls, source: object) -> Self:
        """Return the answer read from the attributes of a domain value."""
        return cls.model_validate(source, from_attributes=True)


def _find_texts(data: Any) -> Iterator[str]:
    match data:
        case str():
            yield data
        case Mapping():
            for key, value in data.items():
                yield from _find_texts(key)
                yield from _find_texts(value)
        case Sequence() if not isinstance(data, bytes):
            for value in data:
                yield from _find_texts(value)
        case _:
            pass
