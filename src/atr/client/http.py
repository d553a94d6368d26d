# SPDX-License-Identifier: Apache-2.0
"""Talking to the server: one place for addresses, tokens, retries and problem details."""

import json
import uuid
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self, TypeVar

import httpx2
import stamina
from pydantic import BaseModel, ValidationError

from atr.client.credentials import Login, find_login
from atr.client.failures import Failed, Unreachable

API = "/api/v1"
ATTEMPTS = 4
_TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
_COME_BACK = frozenset({502, 503, 504})
Answer = TypeVar("Answer", bound=BaseModel)
Parameters = Mapping[str, str | int | None]


class TryAgain(Exception):
    """Raised for an answer that may be another one soon."""


class Api:
    """A connection to the server's API; repeats what is safe to repeat."""

    def __init__(self, login: Login | None = None) -> None:
        self.login = login or find_login()
        headers = {"Accept": "application/json"}
        if self.login.token:
            headers["Authorization"] = f"Bearer {self.login.token}"
        self._client = httpx2.Client(base_url=self.login.url, headers=headers, timeout=_TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, answer: type[Answer], parameters: Parameters | None = None) -> Answer:
        """Return what is there; raise Failed or Unreachable."""
        return _read(self.request("GET", path, parameters=parameters), answer)

    def list(self, path: str, item: type[Answer], parameters: Parameters | None = None) -> Iterator[Answer]:
        """Return the items of a list, page after page."""
        cursor: str | None = None
        while True:
            response = self.request("GET", path, parameters={**(parameters or {}), "cursor": cursor})
            page = response.json()
            yield from (_validate(each, item) for each in page["items"])
            cursor = page.get("next")
            if cursor is None:
                return

    def post(self, path: str, body: BaseModel | None, answer: type[Answer]) -> Answer:
        """Do something once, however often the request has to be repeated; return the answer."""
        return _read(self.request("POST", path, body=body), answer)

    def put(self, path: str, body: BaseModel, answer: type[Answer]) -> Answer:
        """Replace something; return the answer."""
        return _read(self.request("PUT", path, body=body), answer)

    def patch(self, path: str, body: BaseModel, answer: type[Answer]) -> Answer:
        """Change what is set in the body; return the answer."""
        return _read(self.request("PATCH", path, body=body), answer)

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
        """Send a request to the API and return the answer if it is a good one."""
        wanted = {name: value for name, value in (parameters or {}).items() if value is not None}
        content = None if body is None else body.model_dump_json(exclude_unset=True).encode()
        sent = dict(headers or {})
        if content is not None:
            sent["Content-Type"] = "application/json"
        if method == "POST":
            sent["Idempotency-Key"] = uuid.uuid4().hex
        response = self._send(method, f"{API}{path}", wanted, content, sent)
        raise_for_problem(response)
        return response

    def _send(
        self,
        method: str,
        path: str,
        parameters: Parameters,
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> httpx2.Response:
        call = stamina.RetryingCaller(attempts=ATTEMPTS)
        try:
            return call(
                (httpx2.TransportError, TryAgain), self._send_once, method, path, parameters, content, headers
            )
        except httpx2.TransportError as error:
            raise Unreachable(f"{self.login.url} does not answer ({error}).") from None
        except TryAgain:
            raise Unreachable(f"{self.login.url} is not ready.") from None

    def _send_once(
        self,
        method: str,
        path: str,
        parameters: Parameters,
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> httpx2.Response:
        response = self._client.request(method, path, params=parameters, content=content, headers=headers)
        if response.status_code in _COME_BACK:
            raise TryAgain
        return response


def raise_for_problem(response: httpx2.Response) -> None:
    """Raise Failed with every reason a bad answer gives."""
    if response.is_success:
        return
    try:
        problem = response.json()
    except json.JSONDecodeError:
        raise Failed(f"The server answered {response.status_code} without a reason.") from None
    errors = [
        f"{each['field']}: {each['message']}" for each in problem.get("errors", ()) if each.get("field")
    ]
    raise Failed(*(errors or problem.get("reasons") or [problem.get("detail") or problem.get("title", "")]))


def _read(response: httpx2.Response, answer: type[Answer]) -> Answer:
    return _validate(response.json(), answer)


def _validate(data: object, answer: type[Answer]) -> Answer:
    try:
        return answer.model_validate(data)
    except ValidationError as error:
        raise Failed(f"The server's answer is not understood: is it another version? ({error})") from None
