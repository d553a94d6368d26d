# SPDX-License-Identifier: Apache-2.0
"""Files of Maven: what a POM says of itself, and the SHA-1 that Maven compares every file with."""

import hashlib
import json
from typing import BinaryIO

from atr.domain.package import Ecosystem, PackageFacts
from atr.formats.budget import Budget
from atr.formats.decompression import CHUNK
from atr.formats.plain_xml import LARGEST_XML
from atr.formats.pom import read_pom

POM_SUFFIX = ".pom"
MAVEN_SUFFIXES = (POM_SUFFIX, ".jar", ".war", ".ear", ".aar", ".module")


def read_maven_file(name: str, file: BinaryIO, budget: Budget) -> PackageFacts | None:
    """Return the SHA-1 of a file, and for a POM its coordinates; None for a POM that states none."""
    del budget  # nothing is unpacked
    package, version = "", ""
    if name.endswith(POM_SUFFIX):
        try:
            pom = read_pom(file.read(LARGEST_XML + 1))
        except ValueError:
            return None
        package, version = f"{pom.group_id}:{pom.artifact_id}", pom.version
    details = json.dumps({"sha1": _hash_file(file)})
    return PackageFacts(Ecosystem.MAVEN, package, version, details)


def _hash_file(file: BinaryIO) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    file.seek(0)
    while data := file.read(CHUNK):
        digest.update(data)
    return digest.hexdigest()
