# SPDX-License-Identifier: Apache-2.0
"""A registry's HTTP, with every limit there is in one place."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Any, NoReturn, Self, TypedDict, TypeVar, Unpack

from httpcore2 import NetworkBackend
from httpx2 import Client, ConnectError, ConnectTimeout, Headers, HTTPError, InvalidURL, Response, Timeout
from stamina import RetryingCaller

from atr.domain.artifact import Content
from atr.domain.errors import DomainError, NotFound, Refused
from atr.platforms._http.addresses import GuardedBackend, GuardedTransport
from atr.platforms._http.answers import Answer, translate_status
from atr.platforms._http.hosts import REDIRECTS, Hosts
from atr.platforms._http.limits import LIMITS, Limits, Traffic
from atr.platforms._http.redaction import Redactor
from atr.platforms._http.streams import digest_blocks, keep_pace, read_whole
from atr.ports.platforms import RegistryDown, Site

_USER_AGENT = "atr (release distribution)"
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})  # RFC 9110, 9.2.2
_SECRET_HEADERS = ("authorization", "npm-otp", "x-nexus-token", "private-token")
_GONE = frozenset({404, 410})
_OK = frozenset({200})

Authorize = Callable[[Headers], None]
"""Puts the channel's credentials into the headers of a request to the channel's own host."""

Read = Callable[[], Iterable[bytes]]
Taken = TypeVar("Taken")


class SendOptions(TypedDict, total=False):
    """What a call may carry: at most one of `json` and `content`.

    `expect` are the statuses that are returned rather than raised ({200} unless said). `idempotent` says
    whether the call may be made again after no answer: by default what RFC 9110 says of the method.
    `anonymous` leaves the credentials out.
    """

    json: Any
    content: bytes
    headers: Mapping[str, str]
    expect: Collection[int]
    idempotent: bool
    anonymous: bool


class Unreached(RegistryDown):
    """Raised when no connection came about: the registry cannot have done anything."""


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    url: str
    headers: Headers
    read: Read | None
    expect: Collection[int]
    repeatable: bool
    anonymous: bool
    timeout: Timeout

    @property
    def source(self) -> str:
        return f"{self.method} {self.url}"


class RegistryClient:
    """One site's HTTP. Redirects stay with the site's host and `more_hosts` (`name`, `name:port`, `.ending`).

    Every method raises RegistryDown, BadCredentials or Refused, with the site's secrets cut out of the words.
    """

    def __init__(
        self,
        site: Site,
        *,
        more_hosts: Iterable[str] = (),
        authorize: Authorize | None = None,
        limits: Limits = LIMITS,
        backend: NetworkBackend | None = None,
    ) -> None:
        self.traffic = Traffic()
        self.redactor = Redactor(site.secret.values())
        self._hosts = Hosts(site.url, more_hosts, local=site.local)
        self._authorize = authorize
        self._limits = limits
        self._rests_until = 0.0
        self._client = Client(
            transport=GuardedTransport(backend or GuardedBackend(local=site.local)),
            timeout=Timeout(limits.silence_seconds, connect=limits.connect_seconds),
            headers={"user-agent": _USER_AGENT, "accept-encoding": "identity"},
            trust_env=False,
        )

    def __repr__(self) -> str:
        return f"RegistryClient({self._hosts.base})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        self._client.close()

    def send(self, method: str, path_or_url: str, **options: Unpack[SendOptions]) -> Answer:
        """Make a call and return the answer if its status is expected."""
        return self._persist(self._prepare(method, path_or_url, options), self._take_whole)

    def read_json(self, path_or_url: str, **options: Unpack[SendOptions]) -> Any:
        """Return the JSON that a GET is answered with; raise RegistryDown for anything else."""
        return self.send("GET", path_or_url, **options).parse_json()

    def digest(
        self, path_or_url: str, *, anonymous: bool = False, headers: Mapping[str, str] | None = None
    ) -> Content:
        """Stream a body once and return what it is; raise NotFound if nothing is there."""
        options: SendOptions = {"anonymous": anonymous, "headers": headers or {}, "expect": {200, *_GONE}}
        return self._persist(self._prepare("GET", path_or_url, options), self._take_digest)

    def upload(
        self, method: str, path_or_url: str, read: Read, size: int, **options: Unpack[SendOptions]
    ) -> Answer:
        """Send a body of `size` bytes as `read` yields it; made again only if `idempotent` says so."""
        options.setdefault("idempotent", False)
        call = self._prepare(method, path_or_url, options, read)
        call.headers["content-length"] = str(size)
        limits = self._limits
        patient = Timeout(
            limits.silence_seconds, connect=limits.connect_seconds, read=limits.digesting_seconds
        )
        return self._persist(replace(call, timeout=patient), self._take_whole)

    def _prepare(
        self, method: str, path_or_url: str, options: SendOptions, read: Read | None = None
    ) -> _Call:
        headers = Headers(dict(options.get("headers", {})))
        self._hide_secrets(headers)
        if read is None and ("json" in options or "content" in options):
            request = self._client.build_request(
                method, self._hosts.base, json=options.get("json"), content=options.get("content")
            )
            for name in ("content-type", "content-length"):
                if name in request.headers:
                    headers.setdefault(name, request.headers[name])
            read = partial(_repeat, request.read())
        return _Call(
            method,
            self._hosts.locate(path_or_url),
            headers,
            read,
            options.get("expect", _OK),
            options.get("idempotent", method in _REPEATABLE),
            options.get("anonymous", False),
            self._client.timeout,
        )

    def _persist(self, call: _Call, take: Callable[[_Call, Response], Taken]) -> Taken:
        self._check_rest(call)
        limits = self._limits

        def is_worth_repeating(error: Exception) -> bool | float:
            if not isinstance(error, Unreached) and not (call.repeatable and isinstance(error, RegistryDown)):
                return False
            wait = error.retry_after
            return True if wait is None else wait <= limits.longest_wait and (wait or 0.001)

        caller = RetryingCaller(
            attempts=limits.attempts,
            timeout=None,
            wait_initial=limits.first_wait,
            wait_max=limits.longest_wait,
            wait_jitter=limits.first_wait,
        )
        try:
            return caller(is_worth_repeating, lambda: self._try(call, take))
        except RegistryDown as error:
            if error.retry_after is not None:
                self._rests_until = time.monotonic() + error.retry_after
            raise

    def _check_rest(self, call: _Call) -> None:
        if (rest := self._rests_until - time.monotonic()) > 0:
            raise RegistryDown(f"{call.source} waits: the registry asked not to be asked so soon.", rest)

    def _try(self, call: _Call, take: Callable[[_Call, Response], Taken]) -> Taken:
        try:
            return self._follow(call, take)
        except (ConnectError, ConnectTimeout) as error:
            self._fail(Unreached(f"{call.source} was not answered: {str(error) or 'no connection in time'}."))
        except (HTTPError, InvalidURL) as error:
            self._fail(RegistryDown(f"{call.source} was not answered: {str(error) or type(error).__name__}."))
        except DomainError as error:
            self._fail(error)
        finally:
            self._client.cookies.clear()  # each call stands for itself, anonymous ones above all

    def _follow(self, call: _Call, take: Callable[[_Call, Response], Taken]) -> Taken:
        url = call.url
        for _ in range(self._limits.most_redirects + 1):
            self.traffic.requests += 1
            with self._client.stream(
                call.method,
                url,
                headers=self._sign(call, url),
                content=self._count_sent(call),
                timeout=call.timeout,
            ) as response:
                if response.status_code not in REDIRECTS or response.status_code in call.expect:
                    return take(call, response)
                location = response.headers.get("location", "")
                url = self._hosts.follow(call.method, response.status_code, url, location)
        raise RegistryDown(f"{call.source} leads from one redirect to the next without end.")

    def _sign(self, call: _Call, url: str) -> Headers:
        headers = Headers(call.headers)
        if url != call.url and not self._hosts.is_own(url):
            for name in _SECRET_HEADERS:
                headers.pop(name, None)
        elif self._authorize is not None and not call.anonymous and self._hosts.is_own(url):
            self._authorize(headers)
            self._hide_secrets(headers)
        return headers

    def _hide_secrets(self, headers: Headers) -> None:
        for name in _SECRET_HEADERS:
            self.redactor.hide_header(headers.get(name, ""))

    def _count_sent(self, call: _Call) -> Iterator[bytes] | None:
        return None if call.read is None else self._count(call.read())

    def _count(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.traffic.sent += len(chunk)
            yield chunk

    def _take_whole(self, call: _Call, response: Response) -> Answer:
        limits = self._limits
        body = read_whole(response, call.source, limits.largest_answer, limits.whole_seconds)
        self.traffic.received += len(body)
        answer = Answer(response.status_code, response.headers, body, call.source, self.redactor.clean)
        if answer.status not in call.expect:
            raise translate_status(answer, limits.most_patience)
        return answer

    def _take_digest(self, call: _Call, response: Response) -> Content:
        if response.status_code in _GONE:
            raise NotFound("file", call.url)
        if response.status_code not in call.expect:
            self._take_whole(call, response)
        limits = self._limits
        content = digest_blocks(keep_pace(response, call.source, limits.silence_seconds, limits.slowest_rate))
        self.traffic.received += content.size
        return content

    def _fail(self, error: DomainError) -> NoReturn:
        """Raise the error in clean words; the foreign one is left out, since it holds the request."""
        match error:
            case RegistryDown():
                raise type(error)(self.redactor.clean(str(error)), error.retry_after) from None
            case Refused():
                raise type(error)(*map(self.redactor.clean, error.reasons)) from None
            case _:
                raise error from None


def _repeat(body: bytes) -> tuple[bytes, ...]:
    return (body,)
