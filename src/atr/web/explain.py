# SPDX-License-Identifier: Apache-2.0
"""From an exception to the explanation people get: one table for pages and API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from litestar.exceptions import HTTPException, ValidationException

from atr.domain.errors import (
    AlreadyDone,
    ChangedMeanwhile,
    Conflict,
    Denied,
    DomainError,
    Gone,
    Invalid,
    NotFound,
    NotSignedIn,
    OutOfSpace,
    Problem,
    Refused,
    TooLarge,
    TooMany,
    Unavailable,
)
from atr.ports.blobs import Damaged


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, its stable short name, its title, and what it means in general."""

    status: int
    slug: str
    title: str
    meaning: str


KINDS: Final = (
    Kind(
        400, "malformed", "The request cannot be read", "It is not what its headers say, such as broken JSON."
    ),
    Kind(
        401, "not-signed-in", "Sign in first", "Only somebody known may do this; a token is missing or bad."
    ),
    Kind(403, "denied", "Not allowed", "None of your roles permits this."),
    Kind(404, "not-found", "Nothing here", "It does not exist, or is hidden from you."),
    Kind(405, "wrong-method", "Not possible at this address", "The address exists but not for this method."),
    Kind(409, "refused", "Not possible now", "Something has to change first: see the reasons."),
    Kind(410, "gone", "Not offered any more", "It was here once; the text says what happened to it."),
    Kind(
        412, "changed-meanwhile", "Changed in the meantime", "`If-Match` names an older state: read it again."
    ),
    Kind(413, "too-large", "Too large", "What was sent exceeds a stated limit."),
    Kind(415, "unsupported-media", "Wrong kind of content", "The address does not read this content type."),
    Kind(422, "invalid", "Something is not right", "Fields are missing, unknown or wrong: see the errors."),
    Kind(429, "too-many-requests", "Too many requests", "Wait as long as `Retry-After` says."),
    Kind(500, "unexpected", "Something went wrong on our side", "A fault of the server; it was recorded."),
    Kind(503, "unavailable", "Not available right now", "The server is not ready: try again shortly."),
    Kind(507, "out-of-space", "No space left", "The server cannot store more; nothing was changed."),
)
_BY_STATUS: Mapping[int, Kind] = MappingProxyType({kind.status: kind for kind in KINDS})

DOMAIN_STATUSES: Mapping[type[DomainError], int] = MappingProxyType(
    {
        NotSignedIn: 401,
        Denied: 403,
        NotFound: 404,
        Gone: 410,
        Refused: 409,
        AlreadyDone: 409,
        Conflict: 409,
        ChangedMeanwhile: 412,
        TooLarge: 413,
        Invalid: 422,
        TooMany: 429,
        OutOfSpace: 507,
        Unavailable: 503,
        Damaged: 500,
    }
)
_SENTENCES: Mapping[int, str] = MappingProxyType(
    {
        404: "There is nothing at this address.",
        405: "This address does not do what was asked of it.",
        413: "The request is larger than this address accepts.",
        429: "Too many requests came from you: wait a little.",
    }
)
_UNEXPECTED = "The server met a fault that it did not foresee. It was recorded under the reference below."


@dataclass(frozen=True, slots=True)
class Explanation:
    """What somebody is told about a failure."""

    kind: Kind
    reasons: tuple[str, ...]
    errors: tuple[Problem, ...] = ()
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self.kind.status

    @property
    def detail(self) -> str:
        """Return all that happened as one text."""
        return " ".join(self.reasons)


def explain_error(error: Exception) -> Explanation:
    """Return what to tell about any exception; what is not foreseen becomes a 500 without details."""
    match error:
        case DomainError():
            return _explain_domain_error(error)
        case ValidationException():
            return _explain_validation(error)
        case RecursionError() if "deserializing" in str(error):
            return Explanation(_BY_STATUS[400], ("The body is nested too deeply.",))
        case HTTPException() if error.status_code < 500 or error.status_code == 503:
            return _explain_http_error(error)
        case _:
            return Explanation(_BY_STATUS[500], (_UNEXPECTED,))


def _explain_domain_error(error: DomainError) -> Explanation:
    status = next((DOMAIN_STATUSES[each] for each in type(error).__mro__ if each in DOMAIN_STATUSES), 503)
    # What has no entry is a part that does not answer: nothing that the asker could do differently.
    errors = error.problems if isinstance(error, Invalid) else ()
    headers = {"www-authenticate": 'Bearer realm="atr"'} if status == 401 else {}
    if isinstance(error, TooMany):
        headers["retry-after"] = str(error.retry_after)
    return Explanation(_BY_STATUS[status], error.reasons, errors, MappingProxyType(headers))


def _explain_validation(error: ValidationException) -> Explanation:
    found = [each for each in error.extra or () if isinstance(each, Mapping)]
    problems = tuple(Problem(_name_field(each), _say_message(each)) for each in found)
    if not problems:
        problems = (Problem("", "The request does not have the expected form."),)
    reasons = tuple(f"{each.field}: {each.message}" if each.field else each.message for each in problems)
    return Explanation(_BY_STATUS[422], reasons, problems)


def _name_field(entry: Mapping[str, object]) -> str:
    key = str(entry.get("key", ""))
    return "" if key == "data" else key


def _say_message(entry: Mapping[str, object]) -> str:
    text = str(entry.get("message", "")).removeprefix("Value error, ").strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _explain_http_error(error: HTTPException) -> Explanation:
    kind = _BY_STATUS.get(error.status_code) or Kind(
        error.status_code, "other", "Not possible", "The HTTP status says more."
    )
    sentence = _SENTENCES.get(error.status_code) or _say_message({"message": error.detail})
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if error.status_code == 401:
        headers.setdefault("www-authenticate", 'Bearer realm="atr"')
    return Explanation(kind, (sentence,), (), MappingProxyType(headers))


def join_errors(problems: Iterable[Problem]) -> dict[str, str]:
    """Return one message a field; several for the same field are joined."""
    joined: dict[str, str] = {}
    for problem in problems:
        known = joined.get(problem.field)
        joined[problem.field] = f"{known} {problem.message}" if known else problem.message
    return joined
