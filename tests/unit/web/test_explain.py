# SPDX-License-Identifier: Apache-2.0
"""One table from exceptions to explanations."""

from litestar.exceptions import (
    HTTPException,
    NotAuthorizedException,
    ServiceUnavailableException,
    ValidationException,
)

from atr.domain import errors
from atr.domain.errors import DomainError, Problem
from atr.web.explain import DOMAIN_STATUSES, KINDS, explain_error, join_errors


def test_every_error_of_the_domain_has_a_status_and_a_kind() -> None:
    defined = {each for each in vars(errors).values() if isinstance(each, type)}
    domain_errors = {each for each in defined if issubclass(each, DomainError) and each is not DomainError}

    assert domain_errors <= set(DOMAIN_STATUSES)
    assert set(DOMAIN_STATUSES.values()) <= {kind.status for kind in KINDS}


def test_a_kind_of_domain_error_without_an_entry_is_no_fault_of_the_asker() -> None:
    class Exhausted(DomainError):
        """Raised in this test."""

    assert explain_error(Exhausted("There are none left.")).status == 503


def test_a_status_without_a_kind_of_its_own_keeps_its_number() -> None:
    explanation = explain_error(HTTPException("short and stout", status_code=418))

    assert (explanation.status, explanation.reasons) == (418, ("Short and stout.",))


def test_the_frameworks_own_refusals_say_how_to_sign_in() -> None:
    assert "www-authenticate" in explain_error(NotAuthorizedException()).headers


def test_a_validation_without_places_is_still_explained() -> None:
    assert explain_error(ValidationException()).reasons == ("The request does not have the expected form.",)


def test_not_ready_is_no_fault() -> None:
    assert explain_error(ServiceUnavailableException("The database starts")).reasons == (
        "The database starts.",
    )


def test_a_fault_of_ours_gives_nothing_away() -> None:
    assert "swordfish" not in explain_error(KeyError("swordfish")).detail


def test_several_faults_of_one_field_stand_together() -> None:
    problems = (Problem("name", "Too long."), Problem("name", "No spaces."), Problem("size", "Too small."))

    assert join_errors(problems) == {"name": "Too long. No spaces.", "size": "Too small."}
