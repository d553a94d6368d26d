# SPDX-License-Identifier: Apache-2.0
"""Errors tell whoever caused them what to do."""

import pytest

from atr.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    Denied,
    DomainError,
    Invalid,
    NotFound,
    NotSignedIn,
    OutOfSpace,
    Problem,
    Refused,
    TooLarge,
    Unavailable,
)


@pytest.mark.parametrize("kind", [Denied, Conflict, TooLarge, OutOfSpace, Unavailable])
def test_an_error_has_its_sentence_as_only_reason(kind: type[DomainError]) -> None:
    assert kind("Wait.").reasons == ("Wait.",)


def test_something_missing_is_named_by_kind_and_name() -> None:
    assert str(NotFound("project", "demo")) == "There is no project demo."


def test_whoever_is_unknown_is_told_how_to_sign_in() -> None:
    assert NotSignedIn().reasons == ("Sign in first, or send a token.",)
    assert NotSignedIn("This token was revoked.").reasons == ("This token was revoked.",)


def test_a_change_in_the_meantime_is_a_conflict_that_names_the_thing() -> None:
    error = ChangedMeanwhile("project", "demo")
    assert isinstance(error, Conflict)
    assert str(error) == "The project demo was changed in the meantime: read it again."


def test_a_refusal_keeps_each_reason_apart() -> None:
    refusal = Refused("No files.", "No vote.")
    assert refusal.reasons == ("No files.", "No vote.")
    assert str(refusal) == "No files. No vote."


def test_faulty_fields_are_all_named() -> None:
    error = Invalid(Problem("name", "Too long."), Problem("key", "Taken."))
    assert error.reasons == ("Too long.", "Taken.")
    assert [problem.field for problem in error.problems] == ["name", "key"]
    assert Invalid.field("name", "Too long.").problems == (Problem("name", "Too long."),)
