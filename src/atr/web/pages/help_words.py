# SPDX-License-Identifier: Apache-2.0
"""The glossary: every word of these pages under an anchor of its own."""

from dataclasses import dataclass
from itertools import groupby

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from atr.web.components import Link
from atr.web.glossary import WORDS, WORDS_PATH, Word
from atr.web.parts import WebRequest
from atr.web.rendering import Page, make_slug, show_page


@dataclass(frozen=True, slots=True)
class WordGroup:
    """The words about one subject."""

    id: str
    subject: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class WordsView:
    """All words: by subject, and as an alphabet to jump from."""

    groups: tuple[WordGroup, ...]
    index: tuple[Link, ...]


@get(WORDS_PATH, sync_to_thread=True)
def show_words(request: WebRequest) -> Response[bytes]:
    """Explain every word."""
    groups = tuple(
        WordGroup(f"about-{make_slug(subject)}", subject, tuple(words))
        for subject, words in groupby(WORDS, key=lambda word: word.subject)
    )
    index = tuple(
        Link(word.name, f"#{word.slug}") for word in sorted(WORDS, key=lambda each: each.name.lower())
    )
    page = Page("pages/help_words.html", "Words", WordsView(groups, index), (Link("Help", "/help"),))
    return show_page(request, page)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_words,)
