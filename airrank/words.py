"""Texts that people read: English in the code, other languages in the catalogue of ``locale``.

A :class:`Text` is an English template that knows its values; it is put into the reader's language
where it is shown, so that one forecast, account or error serves readers of both languages. This
module is the only place that chooses a language.
"""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol, Self, get_args, runtime_checkable

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
CATALOGUES = Path(__file__).parent / "locale"
_CHOSEN: ContextVar[Lang | None] = ContextVar("language", default=None)


@runtime_checkable
class Sayable(Protocol):
    """A value that words itself in a language: a text, a city, a period, a share."""

    def in_words(self, lang: Lang) -> str:
        """Give the words."""
        ...


class Text:
    """An English text with named fields and their values; put into words where it is shown.

    Parameters
    ----------
    message : str
        English template with fields as of :meth:`str.format`; the key of the catalogue.
    plural : str, optional
        The template for a ``n`` other than 1.
    **values : object
        Values of the fields. One that has ``in_words`` is worded in the reader's language.

    Examples
    --------
    >>> text = Text("expected a day such as 2017-09-24, found {found!r}", found="2017-13")
    >>> text.in_words("en")
    "expected a day such as 2017-09-24, found '2017-13'"
    >>> counted("{n} city", "{n} cities", 3).in_words("en")
    '3 cities'
    """

    __slots__ = ("message", "plural", "values")

    def __init__(self, message: str, /, *, plural: str | None = None, **values: Any) -> None:
        self.message = message
        self.plural = plural
        self.values = values

    def in_words(self, lang: Lang) -> str:
        """Give the text in a language."""
        catalogue = _catalogue(lang)
        template = (
            catalogue.gettext(self.message)
            if self.plural is None
            else catalogue.ngettext(self.message, self.plural, self.values["n"])
        )
        if not self.values:
            return template
        return template.format(**{name: said(value, lang) for name, value in self.values.items()})

    def with_values(self, **values: Any) -> Self:
        """Give the same text with further values."""
        return type(self)(self.message, plural=self.plural, **{**self.values, **values})

    def __str__(self) -> str:
        return self.in_words(language())

    def __repr__(self) -> str:
        return f"Text({self.in_words('en')!r})"

    def _key(self) -> tuple[object, ...]:
        return self.message, self.plural, self.values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.message, self.plural, tuple(self.values)))


def counted(one: str, many: str, n: int, /, **values: Any) -> Text:
    """Give a text whose wording depends on a number ``n``, a field of its own."""
    return Text(one, plural=many, n=n, **values)


def said(value: Any, lang: Lang) -> Any:
    """Word a value in a language where it knows how; give it as it is where not."""
    return value.in_words(lang) if isinstance(value, Sayable) else value


def language() -> Lang:
    """Give the reader's language: the one chosen, else AIRRANK_LANG, else the system's, else zh."""
    return _CHOSEN.get() or _of_environment()


@contextmanager
def speaking(lang: Lang | None) -> Iterator[None]:
    """Choose the reader's language for a while; None leaves it as it is."""
    token = _CHOSEN.set(lang or _CHOSEN.get())
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def _of_environment() -> Lang:
    named = os.environ.get("AIRRANK_LANG", "").strip().lower()
    for lang in LANGS:
        if named.startswith(lang):
            return lang
    system = next(
        (v for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(name))),
        locale.getlocale()[0] or "",
    )
    return "en" if system.lower().startswith("en") else "zh"


@cache
def _catalogue(lang: Lang) -> gettext.NullTranslations:
    if lang == "en":
        return gettext.NullTranslations()
    return gettext.translation("airrank", CATALOGUES, languages=["zh_CN"], fallback=True)
