# SPDX-License-Identifier: Apache-2.0
"""Build the index of SPDX licences from the npm package `spdx-license-list` (data: CC0-1.0).

Version and digest are pinned here; to upgrade, change them and run `python -m tools.build_licence_index`.
With `--check` nothing is written; the index that is there is compared, and every text looked up in it.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from pathlib import Path

from atr.formats.licence_index import SEQUENCE, find_licences
from atr.formats.licence_words import split_words

PACKAGE = "spdx-license-list"
VERSION = "6.12.0"
SHA256 = "54cc8d13086187333ca1457c8edaa06d9a412144f076aa7f7c1b59c4f3b0a1ef"
TARGET = Path(__file__).parent.parent / "src/atr/formats/data/spdx-licences.bin"
ANCHORS = 48  # for each licence
_BLANK = re.compile(
    r"(?i)[<\[{](?!https?:)[^<>\[\]{}\n]*?\b(?:year|years|yyyy|xxxx|names?|owner|holders?|organi[sz]ation|authors?|program|"
    r"product|licensor|date|number|institution|fullname|email|insert)\b[^<>\[\]{}\n]*[>\]}]|_{3,}"
)
_END_OF_TERMS = ["end", "of", "terms", "and", "conditions"]
_PARTS_OF_LISTS = re.compile(r"-with-.*|\+$")
_DEPRECATED = frozenset(
    {
        "AGPL-1.0", "AGPL-3.0", "BSD-2-Clause-FreeBSD", "BSD-2-Clause-NetBSD", "GFDL-1.1",
        "GFDL-1.2", "GFDL-1.3", "GPL-1.0", "GPL-2.0", "GPL-3.0", "LGPL-2.0", "LGPL-2.1", "LGPL-3.0",
        "Net-SNMP", "Nunit", "StandardML-NJ", "bzip2-1.0.5", "eCos-2.0", "wxWindows",
    }
)  # fmt: skip


def fetch_texts(directory: Path) -> dict[str, dict[str, str]]:
    """Return id, name and text of every licence; stop if the package is not the pinned one."""
    command = ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"]
    done = subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True)
    archive = directory / done.stdout.strip()
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        sys.exit(f"{PACKAGE} {VERSION} has the digest {digest}, not {SHA256}")
    with tarfile.open(archive) as tar:
        tar.extractall(directory, filter="data")
    texts: dict[str, dict[str, str]] = json.loads((directory / "package/spdx-full.json").read_text("utf-8"))
    return texts


def group_texts(texts: dict[str, dict[str, str]]) -> dict[tuple[str, ...], list[str]]:
    """Return the ids of each text, the one to report first; a name to be filled in is an empty word."""
    groups: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    renamed: defaultdict[str, list[str]] = defaultdict(list)
    for licence in sorted(texts, key=_rank_id):
        if (newer := _find_newer(licence, texts)) is not None:
            renamed[newer].append(licence)
            continue
        template = _BLANK.sub(" blankblank ", texts[licence]["licenseText"])
        words = ["" if word == "blankblank" else word for word in split_words(template)]
        groups[tuple(_cut_appendix(words))].append(licence)
    for ids in groups.values():
        ids.extend(older for newer in tuple(ids) for older in renamed[newer])
        ids.sort(key=_rank_id)
    return {words: ids for words, ids in groups.items() if len(words) >= 2 * SEQUENCE}


def _cut_appendix(words: list[str]) -> list[str]:
    """Return the words without advice on how to apply the licence, which many copies leave out."""
    for at in range(len(words) // 2, len(words)):
        if words[at : at + len(_END_OF_TERMS)] == _END_OF_TERMS:
            return words[:at]
    return words


def _find_newer(licence: str, texts: Container[str]) -> str | None:
    """Return the id that replaces a deprecated one of the GNU licences and has the same text, if any."""
    name = licence.removesuffix("+") + ("-or-later" if licence.endswith("+") else "-only")
    return name if licence in _DEPRECATED | {f"{each}+" for each in _DEPRECATED} and name in texts else None


def _rank_id(licence: str) -> tuple[bool, int, str]:
    deprecated = licence in _DEPRECATED or _PARTS_OF_LISTS.search(licence) is not None
    return deprecated, len(licence), licence


def choose_anchors(words: tuple[str, ...], spread: Counter[tuple[str, ...]]) -> Iterator[int]:
    """Yield the place of the rarest sequence of each part of the text."""
    places = [at for at in range(len(words) - SEQUENCE + 1) if "" not in words[at : at + SEQUENCE]]
    parts = min(ANCHORS, len(places))
    seen: set[tuple[str, ...]] = set()
    for part in range(parts):
        own = places[part * len(places) // parts : (part + 1) * len(places) // parts]
        best = min(own, key=lambda at: (spread[words[at : at + SEQUENCE]], at))
        if (sequence := words[best : best + SEQUENCE]) not in seen:
            seen.add(sequence)
            yield best


def build_index(texts: dict[str, dict[str, str]]) -> bytes:
    """Return the index, not compressed."""
    groups = sorted(group_texts(texts).items(), key=lambda item: item[1][0])
    vocabulary = sorted({word for words, _ in groups for word in words} - {""})
    numbers = {word: number for number, word in enumerate(vocabulary, 1)} | {"": 0}
    spread = Counter(
        sequence
        for words, _ in groups
        for sequence in {words[at : at + SEQUENCE] for at in range(len(words) - SEQUENCE + 1)}
    )
    tokens, places, bounds = array("H"), array("I"), [0]
    for words, _ in groups:
        places.extend(bounds[-1] + at for at in choose_anchors(words, spread))
        tokens.extend(numbers[word] for word in words)
        bounds.append(len(tokens))
    about = {
        "source": f"{PACKAGE} {VERSION}",
        "version": VERSION,
        "tokens": len(tokens),
        "bounds": bounds,
        "groups": [ids for _, ids in groups],
        "names": {licence: texts[licence]["name"] for licence in sorted(texts)},
        "vocabulary": " ".join(vocabulary),
    }
    if sys.byteorder == "big":
        tokens.byteswap()
        places.byteswap()
    return json.dumps(about, ensure_ascii=False).encode() + b"\n" + tokens.tobytes() + places.tobytes()


def check_index(texts: dict[str, dict[str, str]], index: bytes) -> None:
    """Stop if the index in the tree is another, or if it does not recognise the texts it was made of."""
    if zlib.decompress(TARGET.read_bytes()) != index:
        sys.exit(f"{TARGET.name} is not what this program makes of {PACKAGE} {VERSION}")
    wrong = []
    for licence, about in texts.items():
        found = find_licences(about["licenseText"])
        if not any(licence in match.ids for match in found):
            wrong.append(f"{licence}: {', '.join(match.id for match in found) or 'nothing'}")
    print(f"{len(texts) - len(wrong)} of {len(texts)} texts are recognised")
    print("\n".join(wrong))


def main() -> None:
    """Build the index, or check the one that is there."""
    with tempfile.TemporaryDirectory() as name:
        texts = fetch_texts(Path(name))
    index = build_index(texts)
    if "--check" in sys.argv[1:]:
        check_index(texts, index)
    else:
        TARGET.write_bytes(zlib.compress(index, 9))
        print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
