# SPDX-License-Identifier: Apache-2.0
"""What the files of a release are for."""

import pytest

from atr.domain.check_policy import DEFAULT_CHECKS
from atr.domain.names import FilePath
from atr.domain.offer import OfferGroup, describe_offer

SOURCE, READY = OfferGroup.SOURCE, OfferGroup.READY
DOCUMENTATION, OTHER = OfferGroup.DOCUMENTATION, OfferGroup.OTHER


@pytest.mark.parametrize(
    ("path", "group", "label"),
    [
        ("apache-demo-1.0.tar.gz", SOURCE, "Source code"),
        ("apache-demo-1.0-src.zip", SOURCE, "Source code"),
        ("demo-docs-1.0-source-release.zip", SOURCE, "Source code"),
        ("demo-1.0-bin.tar.gz", READY, "Ready to run"),
        ("demo-1.0.jar", READY, "Java library"),
        ("demo-1.0-sources.jar", OTHER, "Sources for an IDE"),
        ("demo-1.0-javadoc.jar", DOCUMENTATION, "Documentation of the classes"),
        ("python/demo-1.0-py3-none-any.whl", READY, "Python package (wheel)"),
        ("demo-1.0.oci.tar", READY, "Container image"),
        ("demo-1.0-linux-x86_64.tar.gz", READY, "Program for Linux, 64-bit Intel and AMD"),
        ("demo_1.0_darwin_arm64.zip", READY, "Program for macOS, 64-bit ARM"),
        ("demo-1.0-windows.zip", READY, "Program for Windows"),
        ("Demo-1.0.MSI", READY, "Installer for Windows"),
        ("demo-1.0-docs.tar.gz", DOCUMENTATION, "Documentation"),
        ("demo-1.0.unknown", OTHER, "File"),
        ("RELEASE_NOTES.md", OTHER, "To be read"),
        ("darwinism-1.0.tar.gz", SOURCE, "Source code"),
    ],
)
def test_a_name_says_what_a_file_is_for(path: str, group: OfferGroup, label: str) -> None:
    offer = describe_offer(FilePath(path), DEFAULT_CHECKS.classify(path))
    assert (offer.group, offer.label) == (group, label)
