# SPDX-License-Identifier: Apache-2.0
"""Copy fonts, icons, htmx and digests from their npm packages into the web application's static files.

Versions and digests are pinned here; to upgrade, change them and run `python -m tools.vendor_web_assets`.
htmx stays at 2.x on purpose: 4.x is a rewrite with other behaviour.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.slim_fonts import slim_font

STATIC = Path(__file__).parent.parent / "src/atr/web/static"
VENDOR = STATIC / "vendor"


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package: what to take from it, and under which name."""

    name: str
    version: str
    sha256: str
    files: dict[str, str]


HTMX = Package(
    "htmx.org",
    "2.0.11",
    "165a2655073e9e6e55e307a7c74e8ebcdb76afb7701f9c16cfd106a13add408e",
    {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"},
)
SANS = Package(
    "@fontsource-variable/ibm-plex-sans",
    "5.3.0",
    "0cdf43f91e27c4dcc53ffee829fd1ebe45c810c24684766bc1e5f5609d3ffc16",
    {
        "files/ibm-plex-sans-latin-wght-normal.woff2": "plex-sans-latin.woff2",
        "files/ibm-plex-sans-latin-ext-wght-normal.woff2": "plex-sans-latin-ext.woff2",
        "LICENSE": "plex-sans.LICENSE.txt",
    },
)
MONO = Package(
    "@fontsource/ibm-plex-mono",
    "5.3.0",
    "60d3c0cfa549cb06fcb8867ee83f994d78e212abfac3bef3275436acb5c4d029",
    {
        "files/ibm-plex-mono-latin-400-normal.woff2": "plex-mono-latin-400.woff2",
        "files/ibm-plex-mono-latin-600-normal.woff2": "plex-mono-latin-600.woff2",
        "LICENSE": "plex-mono.LICENSE.txt",
    },
)
ICONS = Package(
    "lucide-static",
    "1.62.0",
    "386f9080c440d6f5049cefe3456ae8357f7a0c7f76e59670cd1cb83bc7050a44",
    {"LICENSE": "lucide.LICENSE.txt"},
)
# Browsers compute SHA-512 of what is in memory only; uploads are larger than that.
HASHES = Package(
    "@noble/hashes",
    "2.4.0",
    "e1946149b780017b2564fcc092cb01c04e1d7f20627d0296c17da8868f4436dc",
    {
        "sha2.js": "noble-hashes/sha2.js",
        "_md.js": "noble-hashes/_md.js",
        "_u64.js": "noble-hashes/_u64.js",
        "utils.js": "noble-hashes/utils.js",
        "LICENSE": "noble-hashes/LICENSE.txt",
    },
)
ICON_NAMES = [
    "activity",
    "archive",
    "arrow-down",
    "arrow-right",
    "arrow-up",
    "arrow-up-down",
    "badge-check",
    "ban",
    "bell",
    "calendar",
    "check",
    "chevron-down",
    "chevron-right",
    "circle-check",
    "circle-dashed",
    "circle-dot",
    "circle-question-mark",
    "circle-x",
    "clock",
    "copy",
    "download",
    "external-link",
    "eye",
    "file",
    "file-archive",
    "file-check",
    "file-key",
    "flag",
    "git-compare",
    "hash",
    "history",
    "hourglass",
    "inbox",
    "info",
    "key-round",
    "keyboard",
    "lightbulb",
    "link",
    "list-filter",
    "lock",
    "log-in",
    "log-out",
    "mail",
    "megaphone",
    "menu",
    "minus",
    "monitor",
    "moon",
    "octagon-alert",
    "octagon-x",
    "package",
    "package-check",
    "pencil",
    "play",
    "plus",
    "refresh-cw",
    "scale",
    "search",
    "send",
    "shield-alert",
    "shield-check",
    "shield-x",
    "stamp",
    "sun",
    "terminal",
    "trash-2",
    "triangle-alert",
    "truck",
    "undo-2",
    "upload",
    "user",
    "users",
    "vote",
    "x",
]


def fetch_package(package: Package, directory: Path) -> Path:
    """Return the unpacked package; stop if its digest is not the pinned one."""
    command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    archive = (
        directory
        / subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True).stdout.strip()
    )
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != package.sha256:
        sys.exit(f"{package.name} {package.version} has the digest {digest}, not {package.sha256}")
    target = directory / package.name.replace("/", "-")
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def copy_files(package: Package, root: Path) -> None:
    """Put the chosen files into the vendor folder."""
    for source, name in package.files.items():
        (VENDOR / name).parent.mkdir(parents=True, exist_ok=True)
        (VENDOR / name).write_bytes((root / source).read_bytes())


def build_sprite(root: Path) -> str:
    """Return one SVG document with a symbol for each icon."""
    symbols = [read_icon(root, name) for name in ICON_NAMES]
    notice = "<!-- Icons from lucide-static, ISC licence: see lucide.LICENSE.txt -->"
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', notice, *symbols, "</svg>", ""])


def read_icon(root: Path, name: str) -> str:
    """Return an icon as a symbol; its strokes take the colour of the text around it."""
    text = (root / "icons" / f"{name}.svg").read_text()
    inner = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    shapes = re.sub(r"\s+", " ", inner).strip()
    shapes = shapes.replace(" />", "/>").replace("> <", "><")
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
    )


def main() -> None:
    """Fetch every package and copy what is used."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        for package in (HTMX, SANS, MONO, HASHES, ICONS):
            root = fetch_package(package, Path(name))
            copy_files(package, root)
            if package is ICONS:
                (VENDOR / "icons.svg").write_text(build_sprite(root))
    for font in sorted(VENDOR.glob("*.woff2")):
        slim_font(font)


if __name__ == "__main__":
    main()
