# SPDX-License-Identifier: Apache-2.0
"""Calls to a registry that are made again, signed in, when it asks for that."""

from collections.abc import Callable, Iterable, Mapping
from typing import Unpack
from urllib.parse import urlsplit

from atr.domain.artifact import Content
from atr.platforms._http import Answer, RegistryClient, SendOptions
from atr.platforms.oci.tokens import Scope, SignIn
from atr.ports.platforms import BadCredentials

Read = Callable[[], Iterable[bytes]]


class SignedClient:
    """The registry's HTTP together with what it wants to know of the account, scope by scope."""

    def __init__(self, client: RegistryClient, sign_in: SignIn, base: str) -> None:
        self.base = base.rstrip("/")
        self.sign_in = sign_in
        self.traffic = client.traffic
        self._client = client

    def send(self, method: str, path: str, scope: Scope, **options: Unpack[SendOptions]) -> Answer:
        """Make a call; raise BadCredentials if it is refused signed in, too."""
        headers: Mapping[str, str] = options.get("headers", {})
        options["expect"] = {*options.get("expect", {200}), 401}
        options["anonymous"] = True  # the credentials are among the headers, if at all

        def call() -> Answer:
            options["headers"] = {**headers, **self.sign_in.list_headers(scope)}
            return self._client.send(method, path, **options)

        return self._persist(call, scope)

    def upload(self, url: str, scope: Scope, read: Read, size: int) -> Answer:
        """PUT a body to an address that the registry gave; another host's address carries its own right."""
        is_own = urlsplit(url)[:2] == urlsplit(self.base)[:2]

        def call() -> Answer:
            signed = self.sign_in.list_headers(scope) if is_own else {}
            headers = {"content-type": "application/octet-stream", **signed}
            return self._client.upload(
                "PUT", url, read, size, headers=headers, expect={201, 401}, anonymous=True
            )

        return self._persist(call, scope)

    def digest(self, path: str, scope: Scope) -> Content:
        """Stream what is there and return what it is; raise NotFound."""
        return self._client.digest(path, anonymous=True, headers=self.sign_in.list_headers(scope))

    def _persist(self, call: Callable[[], Answer], scope: Scope) -> Answer:
        answer = call()
        if answer.status == 401:
            self.sign_in.take_challenge(answer.headers, scope)
            answer = call()
        if answer.status == 401:
            raise BadCredentials(f"{answer.source} was answered by 401: {answer.saying or 'without a word'}")
        return answer
