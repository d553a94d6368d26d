# SPDX-License-Identifier: Apache-2.0
"""Failures as people and programs see them: a page, or problem details."""

import secrets
from dataclasses import dataclass
from functools import partial

import structlog
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from atr.domain.errors import AlreadyDone, DomainError
from atr.domain.step_up import StaleSignIn
from atr.schema.problem import PROBLEM_MEDIA_TYPE, FieldError, Problem
from atr.web.components import Link
from atr.web.explain import Explanation, explain_error
from atr.web.flash import Flash, Tone
from atr.web.kept_form import keep_form
from atr.web.late_page import LatePage
from atr.web.parts import WebParts, WebRequest
from atr.web.rendering import RENDERER_KEY, Page, go_to, show_page
from atr.web.security import API_PATH
from atr.web.session import make_sign_in_path, read_local_path
from atr.web.ways_on import find_near, list_ways_up

LOG = structlog.get_logger("atr.web")
_ENDED = "You are not signed in, or your session has ended."
_NOT_KEPT = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class ErrorView:
    """What the error page shows."""

    status: int
    title: str
    reasons: tuple[str, ...]
    reference: str
    meant: tuple[Link, ...] = ()
    above: tuple[Link, ...] = ()


def handle_error(request: WebRequest, error: Exception) -> Response[bytes] | Response[None]:
    """Return the answer to any failure; one that nobody foresaw is logged with its trace."""
    explanation = explain_error(error)
    reference = secrets.token_hex(5)
    _record(request, error, explanation, reference)
    if _wants_problem(request):
        return _show_problem(request, explanation, reference)
    if isinstance(error, AlreadyDone):
        return go_to(request, read_local_path(_find_referring_path(request)), Flash(str(error), Tone.INFO))
    if explanation.status == 401:
        return _ask_to_sign_in(request, explanation, str(error) if isinstance(error, StaleSignIn) else _ENDED)
    if explanation.status == 404:
        return LatePage(partial(_show_near_names, request, explanation, reference))
    return _show_error_page(request, explanation, reference)


ERROR_HANDLERS: ExceptionHandlersMap = {
    DomainError: handle_error,
    HTTPException: handle_error,
    Exception: handle_error,
}


def _record(request: WebRequest, error: Exception, explanation: Explanation, reference: str) -> None:
    # The template of the path, not the path: one-time links have their secret in it.
    template = request.scope.get("path_template", "")
    log = LOG.bind(reference=reference, method=request.scope.get("method"), path=template)
    if explanation.status >= 500:
        log.error("request failed", exc_info=error)
    else:
        log.info("request refused", status=explanation.status, kind=explanation.kind.slug)


def _wants_problem(request: WebRequest) -> bool:
    if request.scope["path"].startswith(API_PATH):
        return True
    accepted = request.headers.get("accept", "")
    return "text/html" not in accepted and ("json" in accepted)


def _show_problem(request: WebRequest, explanation: Explanation, reference: str) -> Response[bytes]:
    parts: WebParts = request.app.state[RENDERER_KEY].parts
    problem = Problem(
        type=f"{parts.public_url}/api/v1/docs#problem-{explanation.kind.slug}",
        title=explanation.kind.title,
        status=explanation.status,
        detail=explanation.detail,
        instance=f"urn:atr:request:{reference}",
        reasons=explanation.reasons,
        errors=tuple(FieldError(field=each.field, message=each.message) for each in explanation.errors),
    )
    return Response(
        problem.model_dump_json().encode(),
        media_type=PROBLEM_MEDIA_TYPE,
        status_code=explanation.status,
        headers=dict(explanation.headers),
    )


def _ask_to_sign_in(
    request: WebRequest, explanation: Explanation, why: str
) -> Response[None] | Response[bytes]:
    query = request.scope["query_string"].decode("latin-1")
    here = request.scope["path"] + (f"?{query}" if query else "")
    if request.method not in {"GET", "HEAD"}:
        here = _find_referring_path(request)
    action = request.scope["path"] + (f"?{query}" if query else "")
    kept = keep_form(request, read_local_path(action), make_sign_in_path(read_local_path(here)), why)
    if kept is not None and request.headers.get("hx-request") != "true":
        return show_page(request, Page("errors/kept.html", "Sign in", kept, narrow=True), 401, _NOT_KEPT)
    answer = go_to(request, make_sign_in_path(read_local_path(here)), Flash(explanation.detail, Tone.INFO))
    if request.headers.get("hx-request") == "true":
        return Response(None, status_code=401, headers={"hx-redirect": answer.headers["location"]})
    return answer


def _find_referring_path(request: WebRequest) -> str:
    parts: WebParts = request.app.state[RENDERER_KEY].parts
    referrer = request.headers.get("referer", "")
    return referrer.removeprefix(parts.public_url) if referrer.startswith(parts.public_url) else "/"


def _show_near_names(request: WebRequest, explanation: Explanation, reference: str) -> Response[bytes]:
    parts: WebParts = request.app.state[RENDERER_KEY].parts
    try:
        meant = find_near(request, parts)
    except (DomainError, OSError):
        # The page on what is missing has to come even if the names cannot be looked up.
        meant = ()
    return _show_error_page(request, explanation, reference, meant)


def _show_error_page(
    request: WebRequest, explanation: Explanation, reference: str, meant: tuple[Link, ...] = ()
) -> Response[bytes]:
    view = ErrorView(
        explanation.status,
        explanation.kind.title,
        explanation.reasons,
        reference,
        meant,
        list_ways_up(request.scope["path"]),
    )
    page = Page("errors/problem.html", explanation.kind.title, view, narrow=True)
    return show_page(request, page, explanation.status, explanation.headers)
