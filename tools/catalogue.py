"""Keep the catalogue of texts: ``python tools/catalogue.py`` after a text was added or changed.

Collects the English texts of ``airrank/``, updates ``airrank.po`` and compiles it to the
``airrank.mo`` that is handed out. New texts come with an empty translation: write it, run this
again. With ``--check`` nothing is written; the exit status is 1 and the list says what is missing.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import string
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "airrank" / "locale" / "zh_CN" / "LC_MESSAGES"
REBUILD = "python tools/catalogue.py"

OF_CLICK = (
    "Aborted!",
    "Commands",
    "Error: {message}",
    "Invalid value for {param_hint}: {message}",
    "Invalid value: {message}",
    "Missing argument",
    "Missing command.",
    "Missing option",
    "Missing parameter",
    "No such command {name!r}.",
    "No such option {name!r}.",
    "Option {name!r} does not take a value.",
    "Options",
    "Positional arguments",
    "Show the version and exit.",
    "Show this message and exit.",
    "Try '{command} {option}' for help.",
    "Usage:",
    "default: {default}",
    "directory",
    "env var: {var}",
    "file",
    "path",
    "required",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is not readable.",
    "{name} {filename!r} is not writable.",
    "{value} is not in the range {range}.",
    # the kinds of values that click names
    "FLOAT",
    "FLOAT RANGE",
    "INTEGER",
    "INTEGER RANGE",
    "TEXT",
    "[OPTIONS]",
    "COMMAND [ARGS]...",
)
"""Texts of click that someone at the command line can meet; click asks our catalogue for them."""
PLURALS_OF_CLICK = (
    # one, several
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("(Did you mean {possibilities}?)", "(Did you mean one of: {possibilities}?)"),
    ("Did you mean {possibility}?", "(Possible options: {possibilities})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    (
        "{value!r} is not {choice}.",
        "{value!r} is not one of {choices}.",
    ),
)
_GIVEN = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)
"""What may stand for a text: it was made, and found, elsewhere."""
ENGLISH_WORDS = {"name"}
"""Fields that click may fill with an English word: a translation may do without."""
FOREIGN = {"ValueError", "TypeError", "KeyError", "OSError", "RuntimeError", "PermissionError",
           "AssertionError", "AttributeError", "NotImplementedError", "ImportError", "IndexError",
           "UsageError"}  # fmt: skip
"""Names of exceptions that end like ours but carry no text of the catalogue."""


@dataclass(frozen=True)
class Found:
    """A text in the code: its template (None if it is put together there), that of several."""

    message: str | None
    plural: str | None
    line: int


class _Catalogue(Catalog):
    """A catalogue whose header holds no date and no version, so that it changes with its texts."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "airrank"),
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def texts_of(path: Path) -> Iterator[Found]:
    """Give the texts of a module.

    They are the first arguments of ``Text(…)``, ``counted(…)`` and of errors, the ``help=`` and
    ``metavar=`` of options, and the paragraphs of a command's docstring.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.FunctionDef) and any(map(_makes_command, node.decorator_list)):
            for paragraph in paragraphs(ast.get_docstring(node) or ""):
                yield Found(paragraph, None, node.lineno)


def paragraphs(text: str) -> list[str]:
    """Give the paragraphs of a help text, each on one line."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", inspect.cleandoc(text))]


def _of_call(node: ast.Call) -> Iterator[Found]:
    name = _name(node.func)
    if name == "counted":
        yield Found(_constant(node.args[0]), _constant(node.args[1]), node.lineno)
    elif name == "Text" or (name.endswith("Error") and name not in FOREIGN):
        if node.args and not isinstance(node.args[0], _GIVEN):
            yield Found(_constant(node.args[0]), None, node.lineno)
    else:
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        for key in ("metavar", "help"):
            text = _constant(named.get(key))
            if text is not None:
                yield Found(" ".join(text.split()), None, node.lineno)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _constant(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _makes_command(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _name(node.func) in {"command", "group"}


def modules() -> list[Path]:
    """Give the modules whose texts are in the catalogue."""
    return sorted((ROOT / "airrank").rglob("*.py"))


def put_together() -> list[str]:
    """Say where a text is no template with its values beside it, so that none can translate it."""
    return [
        f"{path.relative_to(ROOT)}:{found.line}: expected a template with its values beside it"
        for path in modules()
        for found in texts_of(path)
        if found.message is None
    ]


def template() -> Catalog:
    """Collect all texts into an untranslated catalogue."""
    made = _Catalogue(locale="zh_CN", domain="airrank", fuzzy=False)
    for path in modules():
        place = [(path.relative_to(ROOT).as_posix(), 1)]
        for found in texts_of(path):
            if found.message is not None:
                one = found.message
                made.add(one if found.plural is None else (one, found.plural), locations=place)
    for message in OF_CLICK:
        made.add(message, locations=[("click", 1)])
    for one, many in PLURALS_OF_CLICK:
        made.add((one, many), locations=[("click", 1)])
    return made


def updated(there: Catalog) -> Catalog:
    """Give a catalogue brought up to date: new texts empty, those no longer used gone."""
    new = template()
    new.header_comment = there.header_comment
    for message in new:
        old = there.get(message.id) if message.id else None
        if old is not None:
            message.string = _fitting(old, message)
            message.flags |= old.flags & {"fuzzy"}
            message.user_comments = old.user_comments
    return new


def _fitting(old: Message, new: Message) -> str | tuple[str, ...]:
    """Give a translation as the text asks for it: one string, or one for each plural form."""
    said = old.string[0] if isinstance(old.string, (tuple, list)) else old.string
    return (said or "",) if isinstance(new.id, (tuple, list)) else said or ""


def as_po(catalogue: Catalog) -> bytes:
    """Write a catalogue as text."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, include_lineno=False, sort_by_file=True)
    return buffer.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Compile a catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def faults(catalogue: Catalog) -> list[str]:
    """Say what is missing, fuzzy, or has other fields than its English text."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if not all(strings):
            found.append(f"not translated: {ids[0]!r}")
        elif message.fuzzy:
            found.append(f"fuzzy: {ids[0]!r}")
        elif not all(_fits(text or "", ids) for text in strings):
            found.append(f"other fields: {ids[0]!r} → {strings[0]!r}")
    return found


def _fits(text: str, ids: Sequence[str]) -> bool:
    """Tell whether a translation has the fields of one form, but for words that click puts in."""
    return any(fields(one) - ENGLISH_WORDS <= fields(text) <= fields(one) for one in ids)


def fields(text: str) -> set[str]:
    """Give the names of a template's fields."""
    try:
        names = {name.partition(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:  # an unmatched brace of a text without fields
        names = set()
    return names | set(re.findall(r"%\((\w+)\)s", text))


def load() -> Catalog:
    """Read the catalogue."""
    with (FOLDER / "airrank.po").open("rb") as file:
        return read_po(file, locale="zh_CN", domain="airrank")


def main(*, check: bool) -> int:
    """Update the catalogue, or say what an update would change."""
    there = load()
    new = updated(there)
    found = put_together() + faults(new)
    po, mo = FOLDER / "airrank.po", FOLDER / "airrank.mo"
    for path, content in ((po, as_po(new)), (mo, as_mo(new))):
        if check and (not path.is_file() or path.read_bytes() != content):
            found.append(f"stale: {path.relative_to(ROOT)}; run {REBUILD}")
        elif not check:
            path.write_bytes(content)
    print(*found, f"{len(new)} texts", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
