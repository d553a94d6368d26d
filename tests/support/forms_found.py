# SPDX-License-Identifier: Apache-2.0
"""The forms of pages as a browser finds them, and what else stands in the markup."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

_CHOSEN_AT_ONCE = frozenset({"hidden", "submit", "checkbox", "radio", "file", "button"})
_SUSPECT_TAGS = frozenset({"iframe", "object", "embed", "base", "math", "style", "x", "noscript"})


@dataclass(slots=True)
class FoundForm:
    """A form that is sent by POST: the fields people fill in, and those with a value of their own."""

    action: str
    typed: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    takes_files: bool = False

    @property
    def name(self) -> tuple[str, tuple[str, ...]]:
        """Return what makes it another form than others."""
        return self.action, tuple(sorted({*self.typed, *self.given}))


class PageReader(HTMLParser):
    """Reads a page: its forms, its links, and markup that no template of ours writes."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[FoundForm] = []
        self.links: list[str] = []
        self.suspects: list[str] = []
        self._form: FoundForm | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember forms, fields and links; suspect handlers, foreign tags and addresses that run."""
        given = {name: value or "" for name, value in attrs}
        self._suspect(tag, given)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form":
            self._begin_form(given)
        elif self._form is not None:
            self._note_field(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        """End the form."""
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""

    def _begin_form(self, given: dict[str, str]) -> None:
        self._form = None
        if given.get("method", "get").lower() == "post":
            action = urljoin(self.path, given.get("action") or self.path)
            self._form = FoundForm(action, takes_files="multipart" in given.get("enctype", ""))
            self.forms.append(self._form)

    def _note_field(self, form: FoundForm, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "option" and self._select and ("selected" in given or self._select not in form.given):
            form.given[self._select] = given.get("value", "")
        if not name or name == "_csrf_token":
            return
        if tag == "select":
            self._select = name
        elif tag == "textarea" or (tag == "input" and kind not in _CHOSEN_AT_ONCE):
            form.typed[name] = kind if tag == "input" else tag
        elif tag in {"input", "button"} and (kind not in {"checkbox", "radio", "file"} or "checked" in given):
            form.given.setdefault(name, given.get("value", "on"))

    def _suspect(self, tag: str, given: dict[str, str]) -> None:
        is_ours = tag != "script" or given.get("src", "").startswith("/static/")
        runs = [name for name in given if name.startswith(("on", "hx-on"))]
        leads = (given.get(name, "").strip().lower() for name in ("href", "src", "action", "formaction"))
        does = [each for each in leads if each.startswith(("javascript:", "data:text", "//", "vbscript:"))]
        refreshes = tag == "meta" and "http-equiv" in given
        if not is_ours or runs or does or refreshes or tag in _SUSPECT_TAGS:
            self.suspects.append(f"{self.path}: <{tag} {given}>")


def read_markup(path: str, text: str) -> PageReader:
    """Return what stands in a page."""
    reader = PageReader(path)
    reader.feed(text)
    return reader
