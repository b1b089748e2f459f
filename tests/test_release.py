"""What a release states of itself agrees: versions, licences, pinned packages, changes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from airrank import __version__

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([\w.-]+)==([\w.]+)", re.MULTILINE)
REQUIREMENT = re.compile(r"[\w.-]+")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def normal(name: str) -> str:
    """Give a package's name as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(file: str) -> dict[str, str]:
    """Give the pinned version of each package of a file."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return {normal(name): version for name, version in PIN.findall(text)}


def names(requirements: list[str]) -> set[str]:
    found = {match[0] for text in requirements if (match := REQUIREMENT.match(text))}
    return {normal(name) for name in found} - {"airrank"}


def test_every_package_and_what_it_needs_has_its_licence_listed() -> None:
    page = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\w.-]+) \| (\S.*) \|$", page, re.MULTILINE)
    listed = {normal(name) for name, _ in rows} - {"package", "what"}  # the headings
    assert listed == set(pins("constraints.txt")), "run: python tools/licences.py"


def test_every_direct_dependency_is_pinned() -> None:
    extras = [text for texts in PROJECT["optional-dependencies"].values() for text in texts]
    assert not names([*PROJECT["dependencies"], *extras]) - set(pins("constraints.txt"))


def test_the_locked_versions_are_those_of_the_constraints_and_have_hashes() -> None:
    pinned, locked = pins("constraints.txt"), pins("requirements.lock")
    assert not names(PROJECT["dependencies"]) - set(locked)
    assert {name: pinned.get(name) for name in locked} == locked, "CONTRIBUTING.md: the lock"
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in package for package in packages)


def test_the_citation_can_be_read_and_has_the_version() -> None:
    yaml = pytest.importorskip("yaml")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "type"} <= set(citation)
    assert all("name" in author for author in citation["authors"])
    assert str(citation["version"]) == __version__
    assert citation["license"] == PROJECT["license"]


def test_the_changelog_has_one_section_a_version_newest_first() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    head = r"\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}"
    assert all(re.fullmatch(head, found) for found in heads), heads
    assert "[Unreleased]" not in heads[1:]
    released = [found for found in heads if found != "[Unreleased]"]
    numbers = [tuple(map(int, found[1 : found.index("]")].split("."))) for found in released]
    assert numbers == sorted(set(numbers), reverse=True)
    assert released[0].startswith(f"[{__version__}] - ")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        parts = re.findall(r"^### (.*)$", section, re.MULTILINE)
        kinds = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
        assert parts == [kind for kind in kinds if kind in parts], section[:40]
