# SPDX-License-Identifier: Apache-2.0
"""Where the well-known registries are, and to which hosts each of them hands over."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import urlsplit

from atr.ports.platforms import Site

DOCKER_HUB = "registry-1.docker.io"
_SHOP_WINDOWS = frozenset({"hub.docker.com", "docker.io", "index.docker.io", "www.docker.com"})

# Tokens and blobs come from elsewhere; Docker's list is that of its page "Allowlist".
_HANDS_OVER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        DOCKER_HUB: (
            "auth.docker.io",
            "production.cloudflare.docker.com",
            "production.cloudfront.docker.com",
            "docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com",
        ),
        "ghcr.io": ("pkg-containers.githubusercontent.com",),
        "quay.io": (".quay.io",),
        "registry.gitlab.com": ("gitlab.com", "cdn.registry.gitlab-static.net", "storage.googleapis.com"),
    }
)


def find_registry(site: Site) -> Site:
    """Return the site itself, or the registry behind the pages that people know it by."""
    return replace(site, url=f"https://{DOCKER_HUB}") if _name_host(site.url) in _SHOP_WINDOWS else site


def list_hosts(site: Site) -> tuple[str, ...]:
    """Return the further hosts of the registry."""
    return _HANDS_OVER.get(_name_host(site.url), ())


def may_sign_in(site: Site, realm: str) -> bool:
    """Tell whether tokens may be asked for at that address: the site's own host, or one on its list."""
    host = _name_host(realm)
    return bool(host) and (host == _name_host(site.url) or host in list_hosts(site))


def _name_host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
