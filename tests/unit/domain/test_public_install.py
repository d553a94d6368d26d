# SPDX-License-Identifier: Apache-2.0
"""What people type to have a release from a registry."""

import pytest

from atr.domain.platform import PlatformKey
from atr.domain.public_install import PublicPackage, write_install


@pytest.mark.parametrize(
    ("platform", "url", "namespace", "command"),
    [
        (PlatformKey.PYPI, "https://upload.pypi.org/legacy/", None, "pip install demo==1.0"),
        (PlatformKey.PYPI, "https://index.example.org/", None, ""),
        (PlatformKey.NPM, "https://registry.npmjs.org/", None, "npm install demo@1.0"),
        (
            PlatformKey.NPM_SCOPED,
            "https://npm.example.org/",
            "acme",
            "npm install @acme/demo@1.0 --registry=https://npm.example.org/",
        ),
        (PlatformKey.DOCKER_HUB, "https://hub.docker.com", "acme", "docker pull acme/demo:1.0"),
        (PlatformKey.DOCKER_HUB, "https://hub.docker.com", "library", "docker pull demo:1.0"),
        (
            PlatformKey.DOCKER_HUB,
            "https://robot@oci.example.org:5000",
            "library",
            "docker pull oci.example.org:5000/library/demo:1.0",
        ),
        (
            PlatformKey.CENTRAL_PORTAL,
            "https://central.sonatype.com",
            "org/example",
            "mvn dependency:get -Dartifact=org.example:demo:1.0",
        ),
        (PlatformKey.MAVEN_CENTRAL, "https://nexus.example.org", "org.example", ""),
        (PlatformKey.MAVEN_CENTRAL, "https://repository.apache.org", None, ""),
        (PlatformKey.HEX, "https://hex.pm", None, "mix hex.package fetch demo 1.0"),
        (PlatformKey.HEX, "https://hex.example.org", None, ""),
        (PlatformKey.GITHUB, "https://api.github.com", "acme", "gh release download 1.0 --repo acme/demo"),
        (PlatformKey.GITHUB, "https://github.example.org", "acme", ""),
        (PlatformKey.ARTIFACT_HUB, "https://artifacthub.io", "acme", ""),
        (PlatformKey.PYPI, "not an address", None, ""),
    ],
)
def test_a_registry_everybody_knows_has_its_command(
    platform: PlatformKey, url: str, namespace: str | None, command: str
) -> None:
    assert write_install(PublicPackage(platform, url, namespace, "demo", "1.0")) == command


def test_nothing_in_a_name_is_read_by_the_shell() -> None:
    package = PublicPackage(PlatformKey.PYPI, "https://pypi.org", None, "demo; rm -rf ~", "1.0")
    assert write_install(package) == "pip install 'demo; rm -rf ~==1.0'"
