# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG002 -- the port decides what its methods are called with
"""A container registry as ATR speaks to it: images are pushed once, and promoted by moving tags."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from atr.domain.distribution import PlatformHandle
from atr.domain.errors import Invalid
from atr.domain.names import Version
from atr.domain.platform import DESCRIPTORS, PlatformKey
from atr.domain.versions import VersionOrder, rank_version
from atr.formats.oci_manifest import VERSION_ANNOTATION
from atr.platforms._http import LIMITS, Limits, RegistryClient, Traffic
from atr.platforms.oci.comparing import ImageComparison
from atr.platforms.oci.hosts import DOCKER_HUB, find_registry, list_hosts
from atr.platforms.oci.images import (
    DEFAULT_NAMESPACE,
    find_image,
    find_source,
    is_fixed,
    name_repository,
)
from atr.platforms.oci.repository import Found, Repository
from atr.platforms.oci.returning import ReturnSteps
from atr.platforms.oci.signed import SignedClient
from atr.platforms.oci.steps import ImageSteps
from atr.platforms.oci.tokens import Scope, SignIn
from atr.ports.platforms import (
    Addresses,
    BadCredentials,
    Comparison,
    Consignment,
    Operation,
    Registry,
    Results,
    Side,
    Site,
    Step,
)

_MOST_TAGS, _MOST_ASKED = 1000, 100
_VERSION = re.compile(r"v?[0-9]{1,9}(?:\.[0-9]{1,9})*(?:-[0-9A-Za-z]{1,40})?")
_ORDER = VersionOrder.SEMVER


@contextmanager
def connect(site: Site, limits: Limits = LIMITS) -> Iterator[Registry]:
    """Open a registry; what people know as hub.docker.com is spoken to where its API is."""
    found = find_registry(site)
    with RegistryClient(found, more_hosts=list_hosts(found), limits=limits) as client:
        yield OciRegistry(found, SignedClient(client, SignIn(found, limits), found.url))


class OciRegistry:
    """One registry; a release is an image in a repository, and its names are tags."""

    def __init__(self, site: Site, client: SignedClient) -> None:
        self._site = site
        self._client = client

    @property
    def traffic(self) -> Traffic:
        """Return what was sent and received so far."""
        return self._client.traffic

    def check_access(self) -> str:
        """Return the account's name; raise BadCredentials."""
        self._client.send("GET", "/v2/", Scope(()))
        account = self._client.sign_in.account
        if not account and self._client.sign_in.is_asked:
            raise BadCredentials("The registry wants a user name and a password (or access token).")
        return account or "anybody"

    def list_steps(self, operation: Operation, consignment: Consignment) -> tuple[Step, ...]:
        """Return the steps; raise Invalid for what is no image of this version."""
        if operation is Operation.TAKE_BACK:
            return ReturnSteps(self._open(consignment), consignment).list_steps()
        steps = self._open_steps(consignment)
        match operation:
            case Operation.STAGE:
                return steps.list_staging()
            case Operation.PUBLISH:
                return steps.list_publishing()
            case Operation.PROMOTE:
                return steps.list_promotion()

    def compare(self, side: Side, consignment: Consignment, results: Results) -> tuple[Comparison, ...]:
        """Fetch manifests by tag, and follow them to the layers; the public is nobody in particular."""
        wanted = find_image(consignment, self._site.url)
        if side is Side.STAGING:
            references = (str(wanted.root),) if wanted.layout is None else (consignment.staging_name,)
            repository = self._open(consignment)
            return ImageComparison(repository, wanted, downloads=True).compare(references)
        repository = self._open(consignment, anonymous=True)
        try:
            return ImageComparison(repository, wanted, downloads=False).compare(consignment.final_names)
        except BadCredentials as error:
            if self._site.local:  # a registry of one's own may have no public
                repository = self._open(consignment)
                return ImageComparison(repository, wanted, downloads=False).compare(consignment.final_names)
            told = "The public cannot read it without signing in: make the repository public."
            raise BadCredentials(f"{error} {told}") from error

    def find_holder(self, consignment: Consignment) -> str | None:
        """Return the version that a final tag leads to now, tags that move before tags that do not."""
        repository, root = self._open(consignment), find_image(consignment, self._site.url).root
        held = False
        for tag in consignment.final_names:
            found = repository.fetch_manifest(tag)
            held = held or found is not None
            if found is not None and found.digest != root and not is_fixed(tag, consignment):
                return _name_version(repository, found)
        return consignment.version if held else None

    def name_handle(self, consignment: Consignment, results: Results) -> PlatformHandle | None:
        """Return the manifest digest of the image."""
        return PlatformHandle("manifest digest", str(find_image(consignment, self._site.url).root))

    def find_addresses(self, side: Side, consignment: Consignment) -> Addresses:
        """Return where the manifest is, and the page of the repository."""
        tag = consignment.staging_name if side is Side.STAGING else consignment.final_names[0]
        repository = self._open(consignment)
        name = name_repository(consignment)
        if self._site.url != f"https://{DOCKER_HUB}":
            return Addresses(repository.locate(f"/manifests/{tag}"), f"{self._client.base}/{name}:{tag}")
        owner = consignment.owner_namespace or DEFAULT_NAMESPACE
        template = DESCRIPTORS[PlatformKey.DOCKER_HUB].template_url
        api = template.format(owner_namespace=owner, package=consignment.package, version=tag)
        page = f"_/{consignment.package}" if owner == DEFAULT_NAMESPACE else f"r/{name}"
        return Addresses(api, f"https://hub.docker.com/{page}/tags?name={tag}")

    def _open_steps(self, consignment: Consignment) -> ImageSteps:
        wanted = find_image(consignment, self._site.url)
        source = None if wanted.layout is None else find_source(wanted.layout, self._site.url)
        if source == name_repository(consignment):
            source = None
        return ImageSteps(self._open(consignment), consignment, wanted, source)

    def _open(self, consignment: Consignment, *, anonymous: bool = False) -> Repository:
        return Repository(self._client, name_repository(consignment), anonymous=anonymous)


def _name_version(repository: Repository, found: Found) -> str:
    """Return what an image says it is, or the highest version among its tags, or else its digest."""
    with suppress(Invalid):
        if version := _read_version(repository, found):
            return version
    tags = filter(_VERSION.fullmatch, repository.list_tags(_MOST_TAGS))
    ranked = sorted(tags, key=lambda tag: (rank_version(Version(tag), _ORDER), len(tag)), reverse=True)
    for tag in ranked[:_MOST_ASKED]:
        if repository.find_announced(tag) == str(found.digest):
            return tag
    return str(found.digest)


def _read_version(repository: Repository, found: Found) -> str | None:
    """Return the version that an image states, an index often through its images alone."""
    manifest = found.parse()
    stated = manifest.annotations.get(VERSION_ANNOTATION)
    if stated is None and manifest.children:
        child = repository.fetch_manifest(str(manifest.children[0].digest))
        return None if child is None else child.parse().annotations.get(VERSION_ANNOTATION)
    return stated
