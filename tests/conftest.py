"""What all tests share: no network but loopback, and the real files where they are."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadFileScheduling

# As many workers as cores: threads for linear algebra would only get in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from airrank.errors import AirrankError
from airrank.words import LANGS, Text
from tests.once import _once, _some_fit_afresh  # fixtures for all
from tests.speech import foreign, without_values

__all__ = ["_once", "_some_fit_afresh"]

hypothesis.settings.register_profile("default", deadline=None, derandomize=True)
hypothesis.settings.register_profile("long", deadline=None, max_examples=3000, print_blob=True)
# mutmut asks only whether a test fails: the least case that fails is not looked for.
hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
_connect = socket.socket.connect


def _loopback_only(self: socket.socket, address: Any) -> Any:
    host = address[0] if isinstance(address, tuple) else None
    if host is not None and not (host in {"localhost", "::1"} or str(host).startswith("127.")):
        raise PermissionError(f"a test tried to reach {address}; only loopback servers are allowed")
    return _connect(self, address)


class ByModule(LoadFileScheduling):
    """Of several workers one runs a module, so that none makes again what another made.

    Folders that share what takes long to make are run by one worker too.
    """

    def _split_scope(self, nodeid: str) -> str:
        module: str = super()._split_scope(nodeid)
        folder = module.rpartition("/")[0]
        return folder if folder in {"tests/report", "tests/plots"} else module


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByModule:
    return ByModule(config, log)


@pytest.fixture(autouse=True)
def _no_store_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test may see or touch the store of whoever runs it."""
    monkeypatch.delenv("AIRRANK_STORE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user-data"))


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are English where a test asks for no other language."""
    monkeypatch.setenv("AIRRANK_LANG", "en")


@pytest.fixture(autouse=True)
def _errors_speak_both(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every error that is made in a test can be told in Chinese and in English."""
    made: list[Text] = []
    make = AirrankError.__init__

    def noted(self: AirrankError, message: str | Text, /, **values: Any) -> None:
        make(self, message, **values)
        made.append(self.text)

    monkeypatch.setattr(AirrankError, "__init__", noted)
    yield
    for text in made:
        for lang in LANGS:
            said = without_values(text).in_words(lang)
            assert not foreign(said, lang), f"not {lang}: {said}"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _loopback_only)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder ../shared/data with the real files."""
    if SHARED.is_dir():
        return SHARED
    reason = f"the real files are not at {SHARED}"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; in CI they must be")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium; without it tests skip with the reason, in CI they fail."""
    path = shutil.which("chromium")
    missing = None if path else "chromium is not installed (apt-get install chromium)"
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing = "playwright is not installed (pip install playwright)"
    if missing:
        if os.environ.get("CI"):
            pytest.fail(f"{missing}; in CI it must be")
        pytest.skip(missing)
    with sync_playwright() as driver:
        made = driver.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield made
        made.close()
