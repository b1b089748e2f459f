"""Texts that people read: English in the code, other languages in the catalogue of ``locale``.

A :class:`Text` is an English template that knows its values; it is put into the reader's language
where it is shown, so that one forecast, account or error serves readers of both languages. This
module is the only place that chooses a language.
"""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from math import isnan
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, Self, get_args, runtime_checkable

from airrank.showable import from_outside

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
MISSING = "–"
"""Stands where there is no number."""
CATALOGUES = Path(__file__).parent / "locale"
LOCALES: Mapping[Lang, str] = {"zh": "zh_CN", "en": "en"}
"""What gettext calls the languages."""
_PERCENT: Mapping[Lang, str] = {"en": " %", "zh": "%"}
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

    def __init__(self, message: str, plural: str | None = None, /, **values: Any) -> None:
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
        return type(self)(self.message, self.plural, **{**self.values, **values})

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
    return Text(one, many, n=n, **values)


def said(value: Any, lang: Lang) -> Any:
    """Word a value in a language where it knows how; give it as it is where not.

    A text from outside comes out as one line that can be shown (:mod:`airrank.showable`).

    Examples
    --------
    >>> said(date(2017, 9, 24), "zh"), said(date(2017, 9, 24), "en").isoformat(), said("x", "zh")
    ('2017年9月24日', '2017-09-24', 'x')
    """
    if isinstance(value, Text | Listed):
        return value.in_words(lang)  # its own values pass here
    # Most are strings, and to ask whether one is Sayable takes long.
    if type(value) is not str and isinstance(value, Sayable):
        return from_outside(value.in_words(lang))
    if type(value) is date and lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, OSError) and value.strerror:
        return _catalogue(lang).gettext(value.strerror)
    if isinstance(value, str | Path | Exception):
        return from_outside(str(value))
    return value


def worded(value: Any) -> str:
    """Put a value into the reader's words."""
    return str(said(value, language()))


class Listed:
    """Values in a row, each in words; "none" where there is none.

    Examples
    --------
    >>> cities = Listed(["驻马店", "信阳"])
    >>> cities.in_words("en"), cities.in_words("zh")
    ('驻马店, 信阳', '驻马店、信阳')
    """

    between: ClassVar[Mapping[Lang, str]] = {"en": ", ", "zh": "、"}

    def __init__(self, parts: Iterable[Any]) -> None:
        self.parts = tuple(parts)

    def in_words(self, lang: Lang) -> str:
        """Give the words."""
        parts = self.parts or (Text("none"),)
        return self.between[lang].join(str(said(part, lang)) for part in parts)

    def __str__(self) -> str:
        return self.in_words(language())

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.parts == self.parts

    def __hash__(self) -> int:
        return hash(self.parts)


class Series(Listed):
    """Values in a row within a sentence.

    Examples
    --------
    >>> goals = Series(["110", "105", "100"])
    >>> goals.in_words("en"), goals.in_words("zh")
    ('110, 105 and 100', '110、105、100')
    """

    def in_words(self, lang: Lang) -> str:
        """Give the words."""
        if lang == "zh" or len(self.parts) < 2:
            return super().in_words(lang)
        return f"{Listed(self.parts[:-1]).in_words(lang)} and {said(self.parts[-1], lang)}"


class Some(Listed):
    """The first of several values in a row, and a sign where there are more.

    Examples
    --------
    >>> cities = Some(["驻马店", "信阳", "周口"], 2)
    >>> cities.in_words("en"), cities.in_words("zh")
    ('驻马店, 信阳, …', '驻马店、信阳等')
    """

    more: ClassVar[Mapping[Lang, str]] = {"en": ", …", "zh": "等"}

    def __init__(self, parts: Iterable[Any], most: int) -> None:
        every = tuple(parts)
        super().__init__(every[:most])
        self.cut = len(every) > most

    def in_words(self, lang: Lang) -> str:
        """Give the words."""
        return super().in_words(lang) + self.more[lang] * self.cut

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and self.cut == getattr(other, "cut", None)

    def __hash__(self) -> int:
        return hash((self.parts, self.cut))


class Phrases(Listed):
    """Parts of one sentence, each in words."""

    between: ClassVar[Mapping[Lang, str]] = {"en": ", ", "zh": "，"}


class Clauses(Listed):
    """Sentences that stand side by side, each in words."""

    between: ClassVar[Mapping[Lang, str]] = {"en": "; ", "zh": "；"}


class Sentences(Listed):
    """Sentences that follow each other in a paragraph, each in words."""

    between: ClassVar[Mapping[Lang, str]] = {"en": " ", "zh": ""}


@dataclass(frozen=True)
class Name:
    """A name or title that a file gives in both languages."""

    zh: str
    en: str

    def in_words(self, lang: Lang) -> str:
        """Give the name."""
        return self.zh if lang == "zh" else self.en

    def __str__(self) -> str:
        return self.in_words(language())


@dataclass(frozen=True)
class Percent:
    """A number of per cent, with the language's space.

    Examples
    --------
    >>> Percent(82.46, 1).in_words("en"), Percent(82.46, 1).in_words("zh")
    ('82.5 %', '82.5%')
    >>> Percent(float("nan")).in_words("en")
    '–'
    """

    value: float
    decimals: int = 0
    signed: bool = False

    def in_words(self, lang: Lang) -> str:
        """Give the words."""
        shown = number(self.value, self.decimals, signed=self.signed)
        return shown if shown == MISSING else shown + _PERCENT[lang]

    def __str__(self) -> str:
        return self.in_words(language())


@dataclass(frozen=True)
class Chance:
    """A probability: whole per cent, and never certain before a period's end.

    Attributes
    ----------
    probability : float
        Between 0 and 1.
    final : bool
        Whether the period is over, so that 0 and 100 % may be said.

    Examples
    --------
    >>> [Chance(p).in_words("en") for p in (0.0, 0.996, 0.42)]
    ['<1 %', '>99 %', '42 %']
    >>> Chance(1.0, final=True).in_words("zh")
    '100%'
    """

    probability: float
    final: bool = False

    def in_words(self, lang: Lang) -> str:
        """Give the words."""
        if isnan(self.probability):
            return MISSING
        if not self.final and not 0.01 <= self.probability <= 0.99:
            return ("<1" if self.probability < 0.5 else ">99") + _PERCENT[lang]
        return number(100 * self.probability) + _PERCENT[lang]

    def __str__(self) -> str:
        return self.in_words(language())


def number(value: Any, decimals: int = 0, *, signed: bool = False) -> str:
    """Give a number as shown, a dash if missing; zero has no sign.

    Rounded half to even on the decimal value (GB/T 8170), whatever the last bits of the float: the
    one rounding of all numbers that people read.

    Examples
    --------
    >>> number(5.866, 2), number(3, signed=True), number(-0.001, 2), number(None)
    ('5.87', '+3', '0.00', '–')
    >>> number(2.675, 2), number(0.825, 2), number(100 * 0.545)
    ('2.68', '0.82', '54')
    """
    try:
        known = float(value)
    except TypeError:  # None and the NA of pandas
        return MISSING
    if isnan(known):
        return MISSING
    shown = f"{Decimal(f'{known:.12g}'):{'+' if signed else ''}.{decimals}f}"
    return shown.lstrip("+-") if float(shown) == 0 else shown


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
    return gettext.translation("airrank", CATALOGUES, languages=[LOCALES[lang]], fallback=True)


REASONS = (
    *(Text("File exists"), Text("File name too long"), Text("Is a directory")),
    *(Text("No space left on device"), Text("No such file or directory")),
    Text("Not a directory"),
    Text("Permission denied"),
    Text("Read-only file system"),
)
"""What the system says of a file that cannot be read or written; see :func:`said`."""
