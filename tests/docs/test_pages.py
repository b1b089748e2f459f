"""Nothing that a page names is missing: files, modules, links, headings, commands, options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from airrank.cli import COMMANDS, cli
from tests.docs.pages import PAGES, ROOT, blocks

HISTORY = {"CHANGELOG.md"}
"""Pages that name what is no longer there."""

ENDINGS = "csv|html|ini|ipynb|json|jsonl|lock|md|mo|parquet|png|po|py|svg|toml|txt|xlsx"
OURS = re.compile(
    rf"(?:\.\./)*(?:airrank|data|docs|models|notebooks|tests|tools|\.ci)/[\w./\[\]*{{}},-]*|"
    rf"(?:[\w.-]+/)+[\w.-]+\.(?:{ENDINGS})|(?<![\w>])\w+\.(?:py|md)\b"
)
DOTTED = re.compile(r"(?<![\w/])airrank(?:\.\w+)+\b")
MADE = (
    "card.md",
    "airrank/assessment/",
    "airrank/forecast/",
    "docs/api/",
    "docs/tutorials/",
    "shared/",
    "~/",
    "/srv/",
    "out/",
    "weeks/",
    "scores/",
    "year/",
)
"""Parts of what is made when it is needed, is the reader's own, or names a schema."""


@cache
def tokens(name: str) -> list[Token]:
    text = (ROOT / name).read_text(encoding="utf-8")
    found = MarkdownIt().enable("table").parse(text)
    return [child for token in found for child in (token, *(token.children or []))]


@cache
def anchors(path: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub and MyST make them."""
    text = path.read_text(encoding="utf-8")
    found = MarkdownIt().parse(text)
    heads = [found[i + 1].content for i, token in enumerate(found) if token.type == "heading_open"]
    plain = (re.sub(r"[^\w\- ]", "", head.lower().replace("`", "")) for head in heads)
    return {head.strip().replace(" ", "-") for head in plain}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    for token in tokens(name):
        target = token.attrs.get("href", token.attrs.get("src"))
        if target is None or re.match(r"[a-z]+:", str(target)):
            continue
        file, _, anchor = unquote(str(target)).partition("#")
        path = (ROOT / name).parent / file if file else ROOT / name
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path.resolve()), target


def candidates(name: str, path: str) -> Iterator[Path]:
    here = (ROOT / name).parent
    for folder in (ROOT, here, ROOT / "airrank", *(ROOT / "airrank").glob("*/")):
        yield folder / path


def patterns(path: str) -> list[str]:
    """Write out ``{a,b}``, which globs do not know."""
    found = re.search(r"\{([^}]*)\}", path)
    if found is None:
        return [path]
    return [path.replace(found[0], choice, 1) for choice in found[1].split(",")]


@pytest.mark.parametrize("name", [page for page in PAGES if page not in HISTORY])
def test_every_file_and_name_in_code_is_there(name: str) -> None:
    lacking = []
    for token in tokens(name):
        if token.type not in {"code_inline", "fence"} or token.info in {"text", "{toctree}"}:
            continue
        for path in (
            p.rstrip(".,") for found in OURS.findall(token.content) for p in patterns(found)
        ):
            if any(part in path for part in MADE):
                continue
            if "*" in path or "[" in path:
                there = any(ROOT.glob(path))
            else:
                there = any(candidate.exists() for candidate in candidates(name, path))
            if not there:
                lacking.append(path)
        lacking += [dotted for dotted in DOTTED.findall(token.content) if not importable(dotted)]
    assert not lacking


@cache
def importable(dotted: str) -> bool:
    """Tell whether a dotted name is a module, or something in one."""
    module, *rest = dotted.split(".")
    found = import_module(module)
    for part in rest:
        module = f"{module}.{part}"
        if not hasattr(found, part):
            try:
                import_module(module)
            except ModuleNotFoundError:
                return False
        found = getattr(found, part)
    return True


@pytest.mark.parametrize("name", PAGES)
def test_code_is_fenced_with_its_language(name: str) -> None:
    """So it is found, coloured and run."""
    assert not [token.content for token in tokens(name) if token.type == "code_block"]
    fences = [token for token in tokens(name) if token.type == "fence"]
    known = {"bash", "python", "text", "math", "json", "toml", "{toctree}", "{eval-rst}"}
    assert {fence.info for fence in fences} <= known


@pytest.mark.parametrize("name", [page for page in PAGES if any(blocks(page))])
def test_every_command_line_is_understood(name: str) -> None:
    for block in blocks(name):
        if block.kind == "python":
            compile(block.code, f"{name}, line {block.line}", "exec")
        lines = block.code.replace("\\\n", " ").splitlines() if block.kind == "bash" else []
        for line in lines:
            words = shlex.split(line, comments=True)
            if "airrank" not in words:
                continue
            words = words[words.index("airrank") + 1 :]
            end = (i for i, word in enumerate(words) if word in {"|", ">", ">>", "&&", "||"})
            words = words[: next(end, None)]
            if words:
                # As airrank itself does; click keeps what a command's help option first was.
                context = click.Context(cli, **cli.context_settings)
                command = cli.get_command(context, words[0])
                assert command is not None, line
                command.make_context(words[0], words[1:], parent=context)


@pytest.mark.parametrize("name", [page for page in PAGES if page not in HISTORY])
def test_pages_speak_of_what_is_there_not_of_how_it_was_made(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    own = re.findall(r"\b(?:issues? \d+|part \d+ of|helpers?)\b", text, re.IGNORECASE)
    assert not own


def test_every_command_and_every_verb_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert not [name for name in COMMANDS if f"](commands/{name}.md)" not in text]
    import airrank

    assert not [
        name
        for name in set(airrank.__all__) - {"__version__"}
        if not re.search(rf"\b{name}\b", text)
    ]


@pytest.mark.parametrize("folder", ["airrank", "data", "docs", "notebooks", "tests", "tools"])
def test_every_file_that_the_code_speaks_of_is_there(folder: str) -> None:
    paths = re.compile(rf"`((?:airrank|data|docs|models|tests|tools)/[\w./-]+\.(?:{ENDINGS}))`")
    lacking = [
        (source.name, path)
        for source in (ROOT / folder).rglob("*.py")
        for path in paths.findall(source.read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    ]
    assert not lacking
