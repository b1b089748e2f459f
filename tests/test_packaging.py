"""What is handed out: the source archive and the wheel hold what they need, and no more."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from airrank import __version__

ROOT = Path(__file__).resolve().parents[1]
BUILD = "import sys, hatchling.build as b; b.build_{kind}(sys.argv[1])"


@dataclass(frozen=True)
class Built:
    sdist: set[str]
    wheel: set[str]
    metadata: str


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    if find_spec("hatchling") is None:
        reason = "hatchling is not installed (pip install -e '.[dev]')"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}; in CI it must be")
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("dist")
    for kind in ("sdist", "wheel"):
        command = [sys.executable, "-c", BUILD.format(kind=kind), str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        sdist = {name.partition("/")[2] for name in archive.getnames()}
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        wheel = set(archive.namelist())
        metadata = archive.read(next(n for n in wheel if n.endswith(".dist-info/METADATA")))
    return Built(sdist, wheel, metadata.decode("utf-8"))


def test_the_source_archive_has_all_to_build_test_and_read(built: Built) -> None:
    needed = {
        "pyproject.toml",
        "constraints.txt",
        "requirements.lock",
        "CITATION.cff",
        "THIRD_PARTY.md",
        "LICENSE",
        "README.md",
        "README.zh.md",
        "CHANGELOG.md",
        "airrank/_version.py",
        "airrank/locale/zh_CN/LC_MESSAGES/airrank.po",
        "airrank/locale/zh_CN/LC_MESSAGES/airrank.mo",
        "tools/catalogue.py",
        "data/cities.csv",
        "data/observations/observations.parquet",
        "models/README.md",
        "docs/index.md",
        "docs/pictures/path.png",
        "tests/test_packaging.py",
    }
    assert needed <= built.sdist


def test_the_source_archive_has_no_machinery_and_no_files_of_others(built: Built) -> None:
    tops = {name.partition("/")[0] for name in built.sdist}
    assert not tops & {".ci", ".github", ".git", ".venv", "shared", "out", "build", "dist"}
    assert not [name for name in built.sdist if "__pycache__" in name or name.endswith(".pyc")]


def test_the_wheel_has_the_package_with_its_data_and_nothing_else(built: Built) -> None:
    assert {name.partition("/")[0] for name in built.wheel} == {
        "airrank",
        f"airrank-{__version__}.dist-info",
    }
    inside = {f"airrank/{name}" for name in ("data/cities.csv", "models/README.md", "py.typed")}
    inside |= {"airrank/locale/zh_CN/LC_MESSAGES/airrank.mo"}
    inside |= {"airrank/data/observations/observations.parquet", "airrank/cli/__init__.py"}
    assert inside <= built.wheel
    assert not [name for name in built.wheel if "__pycache__" in name]


def test_the_version_stands_in_one_place(built: Built) -> None:
    assert f"\nVersion: {__version__}\n" in built.metadata
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project
    assert project["dynamic"] == ["version"]
