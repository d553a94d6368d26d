# SPDX-License-Identifier: Apache-2.0
"""Talking to the server: one place for addresses, tokens, retries and problem details."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeVar

import httpx2
import stamina
import stamina.instrumentation
from pydantic import BaseModel, ValidationError

from atr.client.credentials import Login, find_login
from atr.client.failures import Failed, Unreachable

API = "/api/v1"
ATTEMPTS = 4
COME_BACK = frozenset({429, 502, 503, 504})
_TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
_SIGN_IN = "Sign in with `atr login`, or set ATR_TOKEN."
Answer = TypeVar("Answer", bound=BaseModel)
Parameters = Mapping[str, str | int | None]

# By default it tells a log of every repetition, on the standard output that programs read.
stamina.instrumentation.set_on_retry_hooks(())


class TryAgain(Exception):
    """Raised for an answer that may be another one soon."""

    def __init__(self, response: httpx2.Response) -> None:
        super().__init__(f"The server answered {response.status_code}.")
        self.response = response


@dataclass(frozen=True, slots=True)
class Request:
    """What goes to the server; `content` that is an iterator cannot be sent again."""

    method: str
    path: str
    parameters: Parameters = field(default_factory=dict)
    content: bytes | Iterable[bytes] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class _Page(BaseModel):
    """Some items of any list."""

    items: tuple[object, ...]
    next: str | None = None


class Api:
    """A connection to the server's API; repeats what is safe to repeat."""

    def __init__(self, login: Login | None = None) -> None:
        self.login = login or find_login()
        headers = {"Accept": "application/json"}
        if self.login.token:
            headers["Authorization"] = f"Bearer {self.login.token}"
        # Reading all certificate authorities takes longer than a request; redirects are not followed.
        is_encrypted = self.login.url.lower().startswith("https:")
        try:
            self._client = httpx2.Client(
                base_url=self.login.url, headers=headers, timeout=_TIMEOUT, verify=is_encrypted
            )
        except (httpx2.InvalidURL, ValueError) as error:
            raise Unreachable(f"{self.login.url} is not the address of a server ({error}).") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, answer: type[Answer], parameters: Parameters | None = None) -> Answer:
        """Return what is there; raise Failed or Unreachable."""
        return read_answer(self.request("GET", path, parameters=parameters), answer)

    def list(self, path: str, item: type[Answer], parameters: Parameters | None = None) -> Iterator[Answer]:
        """Return the items of a list, page after page."""
        cursor: str | None = None
        while True:
            response = self.request("GET", path, parameters={**(parameters or {}), "cursor": cursor})
            page = read_answer(response, _Page)
            yield from (_validate(each, item) for each in page.items)
            cursor = page.next
            if cursor is None:
                return

    def post(
        self, path: str, body: BaseModel | None, answer: type[Answer], parameters: Parameters | None = None
    ) -> Answer:
        """Do something once, however often the request has to be repeated; return the answer."""
        return read_answer(self.request("POST", path, body=body, parameters=parameters), answer)

    def put(self, path: str, body: BaseModel, answer: type[Answer]) -> Answer:
        """Replace something; return the answer."""
        return read_answer(self.request("PUT", path, body=body), answer)

    def patch(self, path: str, body: BaseModel, answer: type[Answer]) -> Answer:
        """Change what is set in the body; return the answer."""
        return read_answer(self.request("PATCH", path, body=body), answer)

    def delete(self, path: str) -> None:
        """Take something away."""
        self.request("DELETE", path)

    def request(
        self,
        method: str,
        path: str,
        *,
        parameters: Parameters | None = None,
        body: BaseModel | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """Send a request to the API, again if it may help, and return the answer if it is a good one."""
        wanted = {name: value for name, value in (parameters or {}).items() if value is not None}
        content = None if body is None else body.model_dump_json(exclude_unset=True).encode()
        sent = {"Idempotency-Key": uuid.uuid4().hex} if method in {"POST", "PUT", "DELETE"} else {}
        if content is not None:
            sent["Content-Type"] = "application/json"
        request = Request(method, path, wanted, content, {**sent, **(headers or {})})
        call = stamina.RetryingCaller(attempts=ATTEMPTS)
        try:
            response = call((httpx2.TransportError, TryAgain), self.send_once, request)
        except httpx2.HTTPError as error:
            raise self.explain_silence(error) from None
        except TryAgain as error:
            raise_for_problem(error.response)
            raise
        raise_for_problem(response)
        return response

    def send_once(self, request: Request) -> httpx2.Response:
        """Send a request without repeating it; raise TryAgain, or what the library raises."""
        response = self._client.request(
            request.method,
            f"{API}{request.path}",
            params=request.parameters,
            content=request.content,
            headers=request.headers,
        )
        if response.status_code in COME_BACK:
            raise TryAgain(response)
        return response

    @contextmanager
    def stream(self, path: str, headers: Mapping[str, str]) -> Iterator[httpx2.Response]:
        """Open a download without repeating it; raise Failed, TryAgain, or what the library raises."""
        with self._client.stream("GET", f"{API}{path}", headers=headers) as response:
            if not response.is_success:
                response.read()
            if response.status_code in COME_BACK:
                raise TryAgain(response)
            raise_for_problem(response)
            yield response

    def explain_silence(self, error: Exception) -> Unreachable:
        """Return the error for a server that does not answer."""
        return Unreachable(f"{self.login.url} does not answer ({str(error) or type(error).__name__}).")


def raise_for_problem(response: httpx2.Response) -> None:
    """Raise Failed with every reason a bad answer gives; Unreachable when nobody behind a proxy answers."""
    if response.is_success:
        return
    try:
        problem = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        problem = None
    if not isinstance(problem, dict):
        sentence = f"The server answered {response.status_code} without a reason."
        if response.status_code in COME_BACK:
            raise Unreachable(sentence)
        raise Failed(sentence, status=response.status_code)
    errors = [
        f"{each['field']}: {each['message']}" for each in problem.get("errors", ()) if each.get("field")
    ]
    reasons = errors or problem.get("reasons") or [problem.get("detail") or problem.get("title", "")]
    hint = [_SIGN_IN] if response.status_code == 401 else []
    raise Failed(*reasons, *hint, status=response.status_code)


def read_answer(response: httpx2.Response, answer: type[Answer]) -> Answer:
    """Return what a good answer holds; raise Failed when that is something else."""
    try:
        return _validate(response.json(), answer)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise Failed("The server's answer is no JSON: is there an ATR at this address?") from None


def _validate(data: object, answer: type[Answer]) -> Answer:
    try:
        return answer.model_validate(data)
    except ValidationError as error:
        raise Failed(f"The server's answer is not understood: is it another version? ({error})") from None
