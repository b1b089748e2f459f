"""What hundreds of tests need is made once a process: the bundled data, fits to the same days.

Both are pure: the same file, the same days. A test with the mark ``afresh`` estimates anew; those
hold that a fit gives the same bits again and sees no later day, which this rests on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from airrank import store
from airrank.panel import Panel
from airrank.simulation.remainder import RemainderModel


class Once:
    """Stands in for the reader of Parquet and the maker of a model."""

    def __init__(self) -> None:
        self.on = True
        self.frames: dict[Path, pd.DataFrame] = {}
        self.fits: dict[bytes, Any] = {}
        self.bundled = store.bundled_observations()

    def reader(self, read: Callable[[Path], pd.DataFrame]) -> Callable[[Path], pd.DataFrame]:
        def read_once(path: Path) -> pd.DataFrame:
            if path != self.bundled:
                return read(path)
            if path not in self.frames:
                self.frames[path] = read(path)
            return self.frames[path].copy()  # pandas copies what is written to, no more

        return read_once

    def maker(self, make: Callable[..., None]) -> Callable[..., None]:
        def fit_once(
            model: RemainderModel, history: Panel, parameters: Any = None, **more: Any
        ) -> None:
            key = None if parameters or not self.on else digest(history)
            make(model, history, parameters or self.fits.get(key or b""), **more)
            if key:
                self.fits.setdefault(key, model.parameters)

        return fit_once


def digest(history: Panel) -> bytes:
    """Of everything that a model may look at."""
    found = hashlib.blake2b()
    for part in (history, history.surroundings):
        if part is not None:
            found.update(repr(part.ranking_list).encode())
            for array in (part.days.view(int), part.values, part.estimated, part.dust):
                found.update(array.tobytes())
    return found.digest()


@pytest.fixture(scope="session", autouse=True)
def _once() -> Iterator[Once]:
    once = Once()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "read_parquet_days", once.reader(store.read_parquet_days))
        patch.setattr(RemainderModel, "__init__", once.maker(RemainderModel.__init__))
        yield once


@pytest.fixture(autouse=True)
def _some_fit_afresh(_once: Once, request: pytest.FixtureRequest) -> Iterator[None]:
    _once.on = request.node.get_closest_marker("afresh") is None
    yield
    _once.on = True
