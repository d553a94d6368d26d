# SPDX-License-Identifier: Apache-2.0
"""Where an index takes uploads, and where it shows them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

_PYPI = ("https://pypi.org", "files.pythonhosted.org")
_TEST = ("https://test.pypi.org", "test-files.pythonhosted.org")
_KNOWN = {
    "pypi.org": ("https://upload.pypi.org/legacy/", *_PYPI),
    "upload.pypi.org": ("https://upload.pypi.org/legacy/", *_PYPI),
    "test.pypi.org": ("https://test.pypi.org/legacy/", *_TEST),
}


@dataclass(frozen=True, slots=True)
class Places:
    """The address of uploads, the root of the index, and further hosts that hand out files."""

    upload: str
    root: str
    hosts: tuple[str, ...] = ()
    is_warehouse: bool = False


def find_places(url: str) -> Places:
    """Return the places of an index by the address that twine is given: that of uploads.

    Other indexes than PyPI's take them at their root, unless the address ends in `/legacy/` as PyPI's does.
    """
    host = urlsplit(url).hostname or ""
    if host in _KNOWN:
        upload, root, files = _KNOWN[host]
        return Places(upload, root, (host, urlsplit(root).hostname or host, files), is_warehouse=True)
    root = url.rstrip("/")
    if root.endswith("/legacy"):
        return Places(f"{root}/", root.removesuffix("/legacy"), is_warehouse=True)
    return Places(f"{root}/", root)
