# SPDX-License-Identifier: Apache-2.0
"""Headers on every response, and forms that only our own pages can send."""

from secrets import compare_digest

from litestar.config.csrf import CSRFConfig
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import ClientException, PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.middleware.csrf import CSRF_SECRET_LENGTH, CSRFMiddleware, generate_csrf_hash
from litestar.status_codes import HTTP_304_NOT_MODIFIED
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from atr.web.parts import BearerToken, Connection, WebParts
from atr.web.session import read_credential

API_PATH = "/api/"
POLICY_HEADER = "content-security-policy"
BARE_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""What is no page loads nothing and runs nothing."""
WORKER_POLICY = f"{BARE_POLICY}; script-src 'self'; connect-src 'self'"
"""A script that runs as a worker has the policy it came with; it imports other scripts."""
_ALWAYS = {
    POLICY_HEADER: BARE_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "private, no-cache",
}
_STRICT_TRANSPORT = {"strict-transport-security": "max-age=63072000; includeSubDomains"}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
BODY_TYPES_KEY = "body_types"
OWN_TOKEN_CHECK = {"exclude_from_csrf": True}
"""The `opt` of a handler that calls `require_form_token` itself, before it reads anything else."""


class FormRejected(PermissionDeniedException):
    """Raised when a form did not come from a page of ours, or from one that is too old."""

    detail = "This form is too old or came from somewhere else: reload the page and send it again."


class UnsupportedMedia(ClientException):
    """Raised when a body comes in a form that the address does not read."""

    status_code = 415


class SecurityHeaders:
    """The hook that adds what every response carries; a response's own header wins."""

    def __init__(self, parts: WebParts) -> None:
        self._headers = _ALWAYS | (_STRICT_TRANSPORT if parts.is_https else {})

    async def __call__(self, message: Message, _scope: Scope) -> None:
        """Complete the headers as the response starts."""
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            if message["status"] == HTTP_304_NOT_MODIFIED and headers[POLICY_HEADER] == BARE_POLICY:
                # The kept copy goes on with the policy it came with: its scripts carry that one's nonce.
                del headers[POLICY_HEADER]


def make_page_policy(nonce: str) -> str:
    """Return the policy of a page: only scripts with this nonce run, so none that somebody uploaded."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; worker-src 'self'; "
        "style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


class RefuseUnreadableAddress(ASGIMiddleware):
    """Refuses addresses with a NUL character, which no store can hold."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass the request on, or raise ClientException (400)."""
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            raise ClientException("The address contains a NUL character.")
        await next_app(scope, receive, send)


class GuardForms(CSRFMiddleware):
    """Demands the form token wherever a browser would send its session by itself."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or raise FormRejected (403)."""
        connection = Connection(scope)
        if _has_no_ambient_power(connection):
            await self.app(scope, receive, send)
            return
        unsafe = scope.get("method") not in _SAFE_METHODS
        if unsafe and connection.headers.get("sec-fetch-site") == "cross-site":
            raise FormRejected
        try:
            await super().__call__(scope, receive, send)
        except PermissionDeniedException as refusal:
            raise FormRejected(headers=self._forget_foreign_token(connection)) from refusal

    def _forget_foreign_token(self, connection: Connection) -> dict[str, str]:
        # A cookie signed with an earlier secret would make every form fail until the browser drops it.
        name, cookie = self.config.cookie_name, connection.cookies.get(self.config.cookie_name, "")
        token, signature = cookie[:CSRF_SECRET_LENGTH], cookie[CSRF_SECRET_LENGTH:]
        if not cookie or compare_digest(signature, generate_csrf_hash(token, self.config.secret)):
            return {}
        expired = Cookie(key=name, value="", max_age=0, path="/", secure=self.config.cookie_secure)
        return {"set-cookie": expired.to_header(header="")}

    def create_send_wrapper(self, send: Send, token: str, csrf_cookie: str | None) -> Send:
        """Return a send function that sets the cookie, but only on pages: files stay cacheable."""
        with_cookie = super().create_send_wrapper(send, token, csrf_cookie)

        async def send_message(message: Message) -> None:
            is_page = message["type"] == "http.response.start" and _is_html(message)
            await (with_cookie if is_page else send)(message)

        return send_message


def _is_html(message: Message) -> bool:
    content_type: str = MutableScopeHeaders.from_message(message).get("content-type", "")
    return content_type.startswith("text/html")


def _has_no_ambient_power(connection: Connection) -> bool:
    if not connection.scope["path"].startswith(API_PATH):
        return False
    credential = read_credential(connection)
    return credential is None or isinstance(credential, BearerToken)


def make_form_config(parts: WebParts) -> CSRFConfig:
    """Return the settings of the form token; under https the cookie is bound to this very host."""
    prefix = "__Host-" if parts.secure_cookies else ""
    return CSRFConfig(
        secret=parts.csrf_secret,
        cookie_name=f"{prefix}atr_csrf",
        cookie_secure=parts.secure_cookies,
        cookie_httponly=True,
    )


def require_form_token(connection: Connection, parts: WebParts, token: str) -> None:
    """Raise FormRejected unless the token is that of the browser's own cookie, signed by us.

    For a handler that reads its form itself, because it is long, and so is left out by `GuardForms`.
    """
    cookie = connection.cookies.get(make_form_config(parts).cookie_name, "")
    signed, signature = cookie[:CSRF_SECRET_LENGTH], cookie[CSRF_SECRET_LENGTH:]
    is_ours = bool(signed) and compare_digest(signature, generate_csrf_hash(signed, parts.csrf_secret))
    if not is_ours or not compare_digest(cookie, token):
        raise FormRejected


def require_form_body(request: Connection, handler: BaseRouteHandler) -> None:
    """Guard for pages: raise UnsupportedMedia unless the body is a form."""
    _require_body(request, handler, _FORM_TYPES)


def require_json_body(request: Connection, handler: BaseRouteHandler) -> None:
    """Guard for the API: raise UnsupportedMedia unless the body is JSON, or what `opt` says."""
    _require_body(request, handler, frozenset({"application/json"}))


def _require_body(request: Connection, handler: BaseRouteHandler, default: frozenset[str]) -> None:
    headers = request.headers
    if headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers:
        return
    accepted: frozenset[str] = handler.opt.get(BODY_TYPES_KEY, default)
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in accepted:
        wanted = " or ".join(sorted(accepted))
        raise UnsupportedMedia(f"Send the body as {wanted}, not as {content_type or 'something undeclared'}.")
