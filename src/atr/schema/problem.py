# SPDX-License-Identifier: Apache-2.0
"""What went wrong, as problem details (RFC 9457)."""

from pydantic import Field

from atr.schema.wire import WireAnswer

PROBLEM_MEDIA_TYPE = "application/problem+json"


class FieldError(WireAnswer):
    """One fault in what was sent: the field and what to do about it."""

    field: str = Field(
        description="The field's name, with dots for fields inside fields; empty for the whole."
    )
    message: str = Field(description="A sentence for people.")


class Problem(WireAnswer):
    """Why a request was not done; `reasons` has one sentence for each thing that has to change first."""

    type: str = Field(description="The address of the explanation of this kind of problem.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened this time, as sentences.")
    instance: str = Field(
        default="", description="The reference under which the server's log knows this occurrence."
    )
    reasons: tuple[str, ...] = Field(default=(), description="Every unmet condition, one sentence each.")
    errors: tuple[FieldError, ...] = Field(default=(), description="Every faulty field.")
