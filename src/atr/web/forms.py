# SPDX-License-Identifier: Apache-2.0
"""Forms: what was typed is kept, and every complaint stands beside its field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Generic, TypeVar

from litestar.enums import RequestEncodingType
from litestar.params import Body
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from atr.domain.errors import Conflict, Invalid, Problem, Refused, TooLarge
from atr.web.explain import explain_error, join_errors

TOKEN_FIELD = "_csrf_token"  # noqa: S105 -- the name of the field, not a secret
COPY_FIELD = "_copy"
"""Says which copy of its page a form stands on: only the same one sent twice is a repetition."""

_PLAIN_WORDS = {
    "missing": "Please fill this in.",
    "extra_forbidden": "This form has no such field.",
    "int_parsing": "Use a whole number.",
    "int_from_float": "Use a whole number.",
    "float_parsing": "Use a number.",
    "bool_parsing": "Say yes or no.",
    "greater_than_equal": "Use {ge} or more.",
    "less_than_equal": "Use {le} or less.",
    "greater_than": "Use more than {gt}.",
    "less_than": "Use less than {lt}.",
    "string_too_short": "Use at least {min_length} characters.",
    "string_too_long": "Use at most {max_length} characters.",
    "literal_error": "Choose {expected}.",
    "enum": "Choose {expected}.",
}
M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")

FormData = Annotated[dict[str, object], Body(media_type=RequestEncodingType.URL_ENCODED)]
"""Annotate a handler's `data` with this to be given a form without files."""

UploadData = Annotated[dict[str, object], Body(media_type=RequestEncodingType.MULTI_PART)]
"""Annotate a handler's `data` with this to be given a form with files."""


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as it is shown: what stands in the fields, what is wrong with each, and with the whole."""

    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    errors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    reasons: tuple[str, ...] = ()

    def value(self, name: str) -> str:
        """Return what stands in a field, empty if nothing does."""
        value = self.values.get(name, "")
        return "" if value is None else str(value)

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return every value of a field that may have several."""
        value = self.values.get(name, ())
        return tuple(map(str, value)) if isinstance(value, (list, tuple)) else (str(value),)

    def error(self, name: str) -> str:
        """Return what is wrong with a field, empty if nothing is."""
        return self.errors.get(name, "")


EMPTY_FORM = FormView()


@dataclass(frozen=True, slots=True)
class Accepted(Generic[R]):
    """The form was carried out."""

    result: R


@dataclass(frozen=True, slots=True)
class Rejected:
    """The form was not carried out: show it again, with this status."""

    form: FormView
    status: int


def submit_form(model: type[M], data: Mapping[str, object], act: Callable[[M], R]) -> Accepted[R] | Rejected:
    """Read the form and act on it; faults and refusals come back with what was typed.

    Only errors that the person at the form can do something about are caught: Invalid, Refused,
    Conflict and TooLarge. The others end on the error page.
    """
    typed = list_typed(data)
    try:
        return Accepted(act(read_form(model, typed)))
    except Invalid as error:
        return _reject_invalid(model, typed, error)
    except (Refused, Conflict, TooLarge) as error:
        explanation = explain_error(error)
        return Rejected(FormView(typed, reasons=explanation.reasons), explanation.status)


def list_typed(data: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of a form without those that every form of a page carries."""
    return {name: value for name, value in data.items() if name not in {TOKEN_FIELD, COPY_FIELD}}


def read_form(model: type[M], typed: Mapping[str, object]) -> M:
    """Return the form's values; raise Invalid with every fault at once. Empty text counts as not given."""
    given = {name: value for name, value in list_typed(typed).items() if value != ""}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Invalid(*map(_translate_fault, error.errors(include_input=False))) from None


def _translate_fault(fault: ErrorDetails) -> Problem:
    name = ".".join(map(str, fault["loc"]))
    if fault["type"] in _PLAIN_WORDS:
        return Problem(name, _PLAIN_WORDS[fault["type"]].format(**fault.get("ctx", {})))
    message = fault["msg"].removeprefix("Value error, ")
    return Problem(name, message if message.endswith((".", "!", "?")) else f"{message}.")


def _reject_invalid(model: type[M], typed: Mapping[str, object], error: Invalid) -> Rejected:
    known = [problem for problem in error.problems if problem.field in model.model_fields]
    general = tuple(
        f"{problem.field}: {problem.message}" if problem.field else problem.message
        for problem in error.problems
        if problem.field not in model.model_fields
    )
    form = FormView(typed, MappingProxyType(join_errors(known)), general)
    return Rejected(form, 422)
