# SPDX-License-Identifier: Apache-2.0
"""Who is asking: a bearer token, a session cookie, or nobody."""

from urllib.parse import quote, urlsplit

from litestar.concurrency import sync_to_thread
from litestar.datastructures import Cookie
from litestar.middleware.authentication import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from atr.domain.errors import NotSignedIn
from atr.domain.people import ANONYMOUS, Actor
from atr.web.parts import BearerToken, Connection, Credential, CredentialResolver, SessionCookie, WebParts

SESSION_COOKIE = "atr_session"
SIGN_IN_PATH = "/sign-in"
_LONGEST_SECRET = 512


def read_credential(connection: Connection) -> Credential | None:
    """Return what the request proves itself with; a bearer token makes any cookie irrelevant."""
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return BearerToken(secret.strip()[:_LONGEST_SECRET])
    cookie = connection.cookies.get(SESSION_COOKIE)
    return SessionCookie(cookie[:_LONGEST_SECRET]) if cookie else None


class ResolveActor(AbstractAuthenticationMiddleware):
    """Puts the actor into every request; who may do what is decided behind the door."""

    def __init__(self, app: ASGIApp, resolve: CredentialResolver, exclude: list[str] | None = None) -> None:
        super().__init__(app, exclude=exclude)
        self.resolve = resolve

    async def authenticate_request(self, connection: Connection) -> AuthenticationResult:
        """Return the actor; raise NotSignedIn for a bad token, while a stale cookie counts as nobody."""
        credential = read_credential(connection)
        if credential is None:
            return AuthenticationResult(user=ANONYMOUS, auth=None)
        actor = await sync_to_thread(self._find_actor, credential)
        return AuthenticationResult(user=actor, auth=credential if actor is not ANONYMOUS else None)

    def _find_actor(self, credential: Credential) -> Actor:
        try:
            return self.resolve(credential)
        except NotSignedIn:
            if isinstance(credential, BearerToken):
                raise
            return ANONYMOUS


def make_session_cookie(parts: WebParts, secret: str, max_age: int) -> Cookie:
    """Return the cookie of a browser that signed in; `max_age` is in seconds."""
    return _make_cookie(parts, secret, max_age)


def end_session_cookie(parts: WebParts) -> Cookie:
    """Return the cookie that makes the browser forget its session."""
    return _make_cookie(parts, "", 0)


def _make_cookie(parts: WebParts, secret: str, max_age: int) -> Cookie:
    return Cookie(
        key=SESSION_COOKIE,
        value=secret,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="lax",
        secure=parts.secure_cookies,
    )


def read_local_path(text: str | None, default: str = "/") -> str:
    """Return the text if it is a path on this site, otherwise the default (no open redirect)."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return default
    if any(character == "\\" or ord(character) < 0x21 for character in text):
        return default
    split = urlsplit(text)
    return default if split.scheme or split.netloc else text


def make_sign_in_path(return_to: str) -> str:
    """Return the sign-in page's path that brings somebody back afterwards."""
    return f"{SIGN_IN_PATH}?next={quote(return_to, safe='/')}"
