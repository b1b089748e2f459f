"""A table of the user's as a source: read, accounted for, and taken in once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from airrank.errors import InputError, SourceError
from airrank.ingest.limits import read_bytes
from airrank.ingest.retrieval import Fetched, History, Job, today
from airrank.tables.account import Account

Parse = Callable[..., pd.DataFrame]
"""Reads content, name and origin of a table, or refuses it; tells through ``account``."""


@dataclass(frozen=True)
class TableFile:
    """One table of the user's as a source; the content taken in last is not taken in again.

    ``options`` are further words for ``parse``: texts, or tuples of texts.
    """

    name: str
    parse: Parse
    path: Path
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """The file's path."""
        return str(self.path.resolve())

    def plan(self, history: History, now: dt.datetime) -> list[Job]:
        """Give the file, unless its content is what was taken in last.

        Content put back to what it was before counts again, over what came meanwhile.
        """
        key = self._key(read_bytes(self.path))
        last = max(history.values(), key=lambda entry: entry.retrieved_at, default=None)
        held = last is not None and last.key == key
        return [] if held else [Job(key, str(self.path), today(now), today(now))]

    def fetch(self, job: Job) -> Fetched:  # noqa: ARG002  as every source
        """Read and check it; it is filed under what was read, should it have changed meanwhile."""
        content = read_bytes(self.path)
        try:
            table, account = self.read(content)
        except InputError as error:
            raise SourceError(error.text) from error
        days = table.get("date", pd.Series())
        first, last = (None, None) if days.empty else (days.min().date(), days.max().date())
        return Fetched(content, self._extra(account), (), first, last, self._key(content), account)

    def _key(self, content: bytes) -> str:
        """Give what a content is filed under: other options make other records of it."""
        chosen = "".join(f" {name} {value}" for name, value in self._chosen().items())
        return hashlib.sha256(content + chosen.encode()).hexdigest()

    def read(self, content: bytes) -> tuple[pd.DataFrame, Account]:
        """Read a content as this source does, with the account of it."""
        account = Account(str(self.path))
        table = self.parse(content, self.path.name, str(self.path), account=account, **self.options)
        return table, account.close()

    def _extra(self, account: Account) -> dict[str, str]:
        """Give what the journal keeps: how to read the content again, and the account."""
        told = json.dumps(account.to_dict(), ensure_ascii=False)
        return {"name": self.path.name, **self._chosen(), "account": told}

    def _chosen(self) -> dict[str, str]:
        """Give the options that are set, as texts."""
        return {
            name: " ".join(value) if isinstance(value, tuple) else value
            for name, value in self.options.items()
            if value
        }
