# SPDX-License-Identifier: Apache-2.0
"""The platforms: the table of the second seed, and what each of them lets ATR do.

Adding a platform adds a key and a row to each table here, and an adapter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from atr.domain.errors import Invalid


class PlatformKey(StrEnum):
    """The word for a platform in addresses, files and the database."""

    ARTIFACT_HUB = "artifacthub"
    DOCKER_HUB = "dockerhub"
    GITHUB = "github"
    MAVEN_CENTRAL = "mavencentral"
    CENTRAL_PORTAL = "central-portal"
    NPM = "npm"
    NPM_SCOPED = "npm-scoped"
    PYPI = "pypi"
    HEX = "hex"


@dataclass(frozen=True, slots=True)
class PlatformDescriptor:
    """What a kind of registry is and can do; templates take owner_namespace, package and version."""

    name: str
    gh_slug: str
    template_url: str
    template_staging_url: str | None = None
    requires_owner_namespace: bool = False
    default_owner_namespace: str | None = None
    supports_promotion: bool = False
    promotion_mechanism: str | None = None


@dataclass(frozen=True, slots=True)
class PlatformAbilities:
    """What ATR does on a platform, beyond what the seed's table says.

    `stages`: testers can get the bytes there before the public does. `uploads`: ATR brings them; otherwise it
    watches for them. `can_undo`: going public can be taken back, in the words of `take_back`. Without
    `promotes_unasked` promoting is a person's business unless a channel says otherwise. `takes`: endings of
    file names, none for every file; `secret_fields` are those of the credentials.
    """

    stages: bool
    uploads: bool
    can_undo: bool
    take_back: str
    takes: tuple[str, ...]
    secret_fields: tuple[str, ...]
    promotes_unasked: bool = True


DESCRIPTORS: Mapping[PlatformKey, PlatformDescriptor] = MappingProxyType(
    {
        PlatformKey.ARTIFACT_HUB: PlatformDescriptor(
            "Artifact Hub",
            "artifacthub",
            "https://artifacthub.io/api/v1/packages/helm/{owner_namespace}/{package}/{version}",
            "https://staging.artifacthub.io/api/v1/packages/helm/{owner_namespace}/{package}/{version}",
            requires_owner_namespace=True,
        ),
        PlatformKey.DOCKER_HUB: PlatformDescriptor(
            "Docker Hub",
            "dockerhub",
            "https://hub.docker.com/v2/namespaces/{owner_namespace}/repositories/{package}/tags/{version}",
            default_owner_namespace="library",
            supports_promotion=True,
            promotion_mechanism="retag",
        ),
        PlatformKey.GITHUB: PlatformDescriptor(
            "GitHub Releases",
            "github",
            "https://api.github.com/repos/{owner_namespace}/{package}/releases/tags/{version}",
            "https://api.github.com/repos/{owner_namespace}/{package}/releases",
            requires_owner_namespace=True,
            supports_promotion=True,
            promotion_mechanism="api-patch",
        ),
        PlatformKey.MAVEN_CENTRAL: PlatformDescriptor(
            "Maven Central",
            "mavencentral",
            "https://repo1.maven.org/maven2/{owner_namespace}/{package}/{version}/",
            "https://repository.apache.org/service/local/staging",
            requires_owner_namespace=True,
            supports_promotion=True,
            promotion_mechanism="close-release",
        ),
        PlatformKey.CENTRAL_PORTAL: PlatformDescriptor(
            "Maven Central (Portal)",
            "mavencentral",
            "https://repo1.maven.org/maven2/{owner_namespace}/{package}/{version}/",
            "https://central.sonatype.com/api/v1/publisher/deployments/download/",
            requires_owner_namespace=True,
            supports_promotion=True,
            promotion_mechanism="close-release",
        ),
        PlatformKey.NPM: PlatformDescriptor(
            "npm",
            "npm",
            "https://registry.npmjs.org/{package}/{version}",
            supports_promotion=True,
            promotion_mechanism="dist-tag",
        ),
        PlatformKey.NPM_SCOPED: PlatformDescriptor(
            "npm (scoped)",
            "npm",
            "https://registry.npmjs.org/@{owner_namespace}/{package}/{version}",
            requires_owner_namespace=True,
            supports_promotion=True,
            promotion_mechanism="dist-tag",
        ),
        PlatformKey.PYPI: PlatformDescriptor(
            "PyPI",
            "pypi",
            "https://pypi.org/pypi/{package}/{version}/json",
            "https://test.pypi.org/pypi/{package}/{version}/json",
        ),
        PlatformKey.HEX: PlatformDescriptor(
            "Erlang (Hex)", "hex", "https://hex.pm/api/packages/{package}/releases/{version}"
        ),
    }
)
"""In the order of the seed's table; the portal is Maven Central's second way in."""

_TOKEN, _LOGIN = ("token",), ("username", "password")
_CHART, _TARBALL = (".tgz",), (".tgz",)
_IMAGE = (".oci.tar", ".image.json")
_MAVEN = (".jar", ".pom", ".war", ".ear", ".module", ".aar")
_PYTHON = (".whl", ".tar.gz")

ABILITIES: Mapping[PlatformKey, PlatformAbilities] = MappingProxyType(
    {
        PlatformKey.ARTIFACT_HUB: PlatformAbilities(
            stages=False,
            uploads=False,
            can_undo=False,
            take_back="take the package out of the repository that is indexed",
            takes=_CHART,
            secret_fields=(),
        ),
        PlatformKey.DOCKER_HUB: PlatformAbilities(
            stages=True,
            uploads=True,
            can_undo=True,
            take_back="give the final tags back to the previous digest, delete new ones",
            takes=_IMAGE,
            secret_fields=_LOGIN,
        ),
        PlatformKey.GITHUB: PlatformAbilities(
            stages=True,
            uploads=True,
            can_undo=True,
            take_back="make it a prerelease again",
            takes=(),
            secret_fields=_TOKEN,
        ),
        PlatformKey.MAVEN_CENTRAL: PlatformAbilities(
            stages=True,
            uploads=True,
            can_undo=False,
            take_back="drop the staging repository, before it is released only",
            takes=_MAVEN,
            secret_fields=_LOGIN,
            promotes_unasked=False,
        ),
        PlatformKey.CENTRAL_PORTAL: PlatformAbilities(
            stages=True,
            uploads=True,
            can_undo=False,
            take_back="drop the deployment, before it is published only",
            takes=_MAVEN,
            secret_fields=_LOGIN,
            promotes_unasked=False,
        ),
        **dict.fromkeys(
            (PlatformKey.NPM, PlatformKey.NPM_SCOPED),
            PlatformAbilities(
                stages=True,
                uploads=True,
                can_undo=True,
                take_back="move the dist-tag back, deprecate the version",
                takes=_TARBALL,
                secret_fields=_TOKEN,
            ),
        ),
        PlatformKey.PYPI: PlatformAbilities(
            stages=False,
            uploads=True,
            can_undo=False,
            take_back="yank the version (by a person)",
            takes=_PYTHON,
            secret_fields=_TOKEN,
        ),
        PlatformKey.HEX: PlatformAbilities(
            stages=False,
            uploads=True,
            can_undo=True,
            take_back="revert within an hour, retire afterwards",
            takes=(".tar",),
            secret_fields=_TOKEN,
        ),
    }
)


def parse_platform(text: str) -> PlatformKey:
    """Read the word for a platform; raise Invalid naming the known ones."""
    try:
        return PlatformKey(text)
    except ValueError:
        raise Invalid.field(
            "platform", f"{text!r} is not a platform: choose one of {', '.join(PlatformKey)}."
        ) from None
