# SPDX-License-Identifier: Apache-2.0
"""Files of text by their names: how they are commented, and whether a licence header belongs into them.

Whether one does follows the ASF's source header policy and the customs of Apache RAT: files without creative
content, data that a header would break, and short informational texts need none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from atr.formats.comments import STYLES, CommentStyle


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of text file; `style` is None where nothing can be commented, and then no header is needed."""

    name: str
    style: CommentStyle | None

    @property
    def needs_header(self) -> bool:
        """Tell whether a header is expected in files of this type."""
        return self.style is not None


# Extensions by the style of their comments; a header is expected in each of these.
_EXTENSIONS = {
    "block": """
        java scala sc kt kts groovy gradle c h cc cpp cxx c++ hh hpp hxx ipp inl tcc m mm cu cuh cl rs
        go js mjs cjs jsx ts tsx mts cts css scss sass less styl swift dart cs proto thrift avdl fbs
        idl capnp aj g g3 g4 jj jjt jflex l y yy d v sv vala zig sol glsl vert frag hlsl metal wgsl
        jsonc json5 as gs hx xtend dts dtsi pde ino drl bicep
    """,
    "hash": """
        py pyi pyx pxd pxi pyw sh bash zsh ksh csh fish bats yaml yml toml properties conf cfg ini cnf
        r rb rake gemspec podspec pl pm t tcl awk sed cmake mk mak am pp ps1 psm1 psd1 coffee cr ex
        exs jl nim nix nsh graphql gql tf tfvars hcl nomad bzl bazel star service desktop rnc rq
        sparql gp gnuplot feature rego cue raku robot envrc sls spec cabal dockerfile command
    """,
    "markup": """
        xml xsd xsl xslt html htm xhtml md markdown mdx mkd rmd qmd vue svelte astro fxml pom xmi wsdl
        wadl jelly jrxml xul xaml csproj vbproj fsproj vcxproj props targets nuspec resx config dita
        ditamap dtd ent mod rng fo zul jspx tagx mxml qrc ui storyboard xib hbm jnlp wxs opf xlf xliff
        tmx fml xdoc jwc ivy bpmn dmn tld
    """,
    "dashes": "sql hql ddl psql plsql pls pks pkb lua rockspec elm ada adb ads vhd vhdl cql pig hs idr dhall",
    "semicolons": "lisp lsp clj cljs cljc edn el scm ss rkt asm nasm wat s",
    "percent": "tex sty cls bst erl hrl escript",
    "rem": "bat cmd",
    "apostrophe": "vb vbs bas vba",
    "stars": "ml mli mll mly fs fsi fsx sml",
    "braces": "hsc lhs",
    "dnl": "m4 ac",
    "dots": "rst",
    "jinja": "j2 jinja jinja2 njk twig",
    "jsp": "jsp jspf tag",
    "slashes": "adoc asciidoc",
    "bang": "f f90 f95 f03 for",
    "quote": "vim",
    "roff": "man roff",
    "freemarker": "ftl ftlh",
    "velocity": "vm",
    "mustache": "mustache hbs handlebars",
    "erb": "erb ejs gsp",
    "pug": "pug jade",
    "haml": "haml",
    "pascal": "pas dpr",
    "php": "php phtml",
    "tildes": "apt",
}
_NAMES = {
    "hash": """
        makefile gnumakefile dockerfile containerfile vagrantfile rakefile gemfile guardfile brewfile
        capfile podfile fastfile snakefile procfile justfile tiltfile sconstruct sconscript build
        workspace kconfig doxyfile cmakelists.txt meson.build meson_options.txt .asf.yaml
    """,
    "block": "jenkinsfile go.mod go.work",
    "dnl": "configure.in",
}
# Without comments, or data, or lists: nothing that anybody created.
_DATA = """
    json jsonl ndjson geojson topojson ipynb avsc avpr webmanifest har csv tsv psv txt text log out
    err lock sum map diff patch snap svg eps ps drawio excalidraw po pot ics vcf pem crt cer key pub
    asc sig md5 sha1 sha256 sha512 sln suo plist strings lst list dat data ref exp expected golden ans
    bib ris obj stl ply pgm ppm xpm xbm kml gpx gml wkt srt vtt rtf dot gv puml plantuml mmd eml mbox
    pbtxt textproto tmlanguage arff nt nq ttl n3 trig jsonld mf typed rdf ambr arrowjson hash
"""
_DATA_NAMES = """
    go.sum package-lock.json yarn.lock pnpm-lock.yaml composer.lock pipfile pipfile.lock cargo.lock
    uv.lock manifest.in manifest.mf pkg-info sources.txt record wheel metadata cname robots.txt owners
    codeowners package-list spring.factories spring.handlers spring.schemas .editorconfig .mailmap
    .eslintrc .babelrc .stylelintrc .prettierrc .npmrc .nvmrc .yarnrc .yarnrc.yml .python-version
    .ruby-version .java-version .tool-versions .sdkmanrc .nojekyll .keep .placeholder .browserslistrc
    .jshintrc .bowerrc .coveragerc .swcrc .nycrc .hgtags .jscsrc .clang-format .clang-tidy .pylintrc
    .flake8 .isort.cfg .rat-excludes .ratignore rat-excludes.txt rat_exclude_files.txt
"""
# Short informational texts: the name says what they are of, so no header is needed.
_INFORMATION = re.compile(
    r"(?:licen[cs]es?|notices?|disclaimer|copying|copyright|patents|authors|contributors|maintainers|committers|credits"
    r"|acknowledge?ments|thanks|keys|version|readme|install|hacking|news|changes|changelog|history|todo|release[-_]?notes"
    r"|upgrad(?:e|ing)|updating|contributing|code[-_]of[-_]conduct|security|support|governance|manifest|requirements"
    r"|constraints)(?:[-_.].*)?"
    r"|\.git\w+|\.\w*ignore|pull_request_template\.md|.*[-_]requirements\.txt"
)
_PROSE = frozenset({"md", "markdown", "rst", "adoc", "asciidoc", "html", "htm"})
# A template carries the header of what is made from it: `site.conf.in`, `pod.yaml.tmpl`.
_TEMPLATES = frozenset({"in", "tmpl", "tpl", "template", "dist", "sample", "example", "default"})
_INFORMATIONAL = FileType("information", None)
_SCRIPT = FileType("script", STYLES["hash"])


def _list_types() -> Iterator[FileType]:
    for style, words in _EXTENSIONS.items():
        yield from (FileType(f"*.{word}", STYLES[style]) for word in words.split())
    for style, words in _NAMES.items():
        yield from (FileType(word, STYLES[style]) for word in words.split())
    yield from (FileType(f"*.{word}", None) for word in _DATA.split())
    yield from (FileType(word, None) for word in _DATA_NAMES.split())


FILE_TYPES: tuple[FileType, ...] = tuple(_list_types())
_BY_EXTENSION = {kind.name[2:]: kind for kind in FILE_TYPES if kind.name.startswith("*.")}
_BY_NAME = {kind.name: kind for kind in FILE_TYPES if not kind.name.startswith("*.")}


def find_file_type(name: str, head: bytes = b"") -> FileType | None:
    """Return the type of a file by its name without folders, or by its first line if it names a program."""
    lower = name.lower()
    found = _BY_NAME.get(lower)
    if found is not None:
        return found
    stem, _, extension = lower.rpartition(".")
    if stem:
        found = _BY_EXTENSION.get(extension)
    if found is not None and extension not in _PROSE and not lower.startswith("readme"):
        return found
    if _INFORMATION.fullmatch(lower):
        return _INFORMATIONAL
    if found is None and extension in _TEMPLATES and stem:
        return find_file_type(stem, head)
    return found or (_SCRIPT if head.startswith(b"#!") else None)
