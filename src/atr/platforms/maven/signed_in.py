# SPDX-License-Identifier: Apache-2.0
"""Signing in to either way to Maven Central: both take the two halves of a login, under their own scheme."""

import base64
from dataclasses import replace

from httpx2 import Headers

from atr.platforms._http import Limits, RegistryClient
from atr.platforms.maven.repository import CENTRAL_HOST
from atr.ports.platforms import Site


def open_client(site: Site, home: str, scheme: str, limits: Limits) -> RegistryClient:
    """Return a client of the home address that signs in under `Basic` or `Bearer`."""
    credentials = f"{site.secret.get('username', '')}:{site.secret.get('password', '')}"

    def authorize(headers: Headers) -> None:
        headers["authorization"] = f"{scheme} {base64.b64encode(credentials.encode()).decode()}"

    return RegistryClient(
        replace(site, url=home), more_hosts=(CENTRAL_HOST,), authorize=authorize, limits=limits
    )
