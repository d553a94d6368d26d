# SPDX-License-Identifier: Apache-2.0
"""Signs at the beginning of a file that a program wrote it, or that it is under somebody's licence."""

import re

from atr.formats.patterns import compile_linear

_MARKERS_WITHIN = 2048
_NO_LINE_WITHIN = 2000
_SHORT_BYTES = 256
_SHORT_LINES = 3

# One look for all signs: a file without any of these words tells nothing about its licence.
_SIGNS = compile_linear(
    r"licensed|spdx-license|licen[cs]e\b|unlicense|copyright|\(c\)|generated|all rights reserved",
    r"do(?: not|n't) (?:edit|modify|change)|permission is hereby|redistribution and use|public domain",
    r"bison parser|lexical scanner|this file is part of|general public|mozilla public|eclipse public",
    ignore_case=True,
)

_AUTO = r"(?:auto(?:matically)?[- ]?)?generated"
_WHAT = r"(?:file|code|source|document|class|module|page|script|parser|lexer|bindings?|stubs?)"
_BEGINNING = rf"(?:(?:this|the) (?:\w+ )?{_WHAT} )?(?:(?:is|was|has been) )?"
_TOOLS = (
    r"(?:the )?(?:protocol buffer|protoc|thrift|avro|antlr|javacc|jjtree|jflex|jaxb|wsimport|cython|swig"
    r"|gnu autoconf|automake|aclocal|autoheader|openapi|swagger|mockgen|bison|flex|doxygen|javadoc|sphinx)"
)
_GENERATOR = compile_linear(
    rf"^[^\w\n]*{_BEGINNING}{_AUTO} (?:\w+ )?(?:by|from|with|using|at|on|automatically|code|file|source)\b",
    rf"{_WHAT} (?:is |was |has been )?{_AUTO}\b",
    r"auto[- ]?generated (?:by|from|file|code|using|with)|automatically generated|@generated\b",
    rf"generated (?:by|from|with|using) {_TOOLS}|a bison parser|a lexical scanner generated",
    r"microsoft (?:developer|visual) studio generated|generated from (?:configure|template)",
    r"do(?: not|n't) (?:edit|modify)(?: this| by hand| manually|\s*[!.,;:/(*-]|\s*$)|do not change this file",
    ignore_case=True,
)

_SIGN = r"(?:\(c\)|\xa9|\xc2\xa9|&copy;)"
_OTHER = compile_linear(
    rf"copyright\s*(?:{_SIGN}|:|\(|[0-9]|by\b|(?:the )?[a-z.]+ [a-z.]+ [0-9]{{4}})",
    rf"{_SIGN} (?:copyright )?[0-9]{{4}}|permission is hereby granted|permission to use, copy",
    r"redistribution and use in source|gnu (?:lesser |library |affero )?general public licen[cs]e",
    r"mozilla public licen[cs]e|eclipse public licen[cs]e|all rights reserved|this file is part of",
    r"(?:released|distributed|licensed|available) under (?:the|an?|both) |@licen[cs]e\b|the unlicense\b",
    r"(?:placed in|released into|in) the public domain|(?:mit|bsd|isc|apache) licen[cs]ed?\b",
    r"^[^\w\n]*licen[cs]e\s*:\s*\w",
    ignore_case=True,
)


def may_tell_licence(head: bytes) -> bool:
    """Tell whether there is any sign at all, in one look."""
    return _SIGNS.search(head) is not None or _is_minified(head)


def find_generator(head: bytes) -> str | None:
    """Return the words by which a file says that a program wrote it, or None."""
    found = _GENERATOR.search(head[:_MARKERS_WITHIN])
    if found is not None:
        return _tidy(found[0])
    return "minified" if _is_minified(head) else None


def _is_minified(head: bytes) -> bool:
    return len(head) > _NO_LINE_WITHIN and head.find(b"\n", 0, _NO_LINE_WITHIN) < 0


def find_other_licence(head: bytes) -> str | None:
    """Return the words by which a file seems to name its copyright or licence, or None."""
    found = _OTHER.search(head)
    return None if found is None else _tidy(head[found.start() : found.end() + 40].partition(b"\n")[0])


def is_short(head: bytes) -> bool:
    """Tell whether a whole file has so few lines that nobody can claim to have created something."""
    return len(head) <= _SHORT_BYTES and sum(map(bool, map(bytes.strip, head.splitlines()))) <= _SHORT_LINES


def _tidy(text: bytes) -> str:
    return re.sub(r"\s+", " ", text.decode("utf-8", "replace")).strip(" \t*/#-;<!")[:80]
