"""Files are there whole or not at all, and no link in their place leads a writer elsewhere."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

import pytest

import airrank
from airrank.whole import clear_unfinished, write_whole
from tests.cli.conftest import Run, run  # noqa: F401

PACKAGE = Path(airrank.__file__).parent
OTHERWISE = {
    "whole.py": "it is the helper",
    "store/journal.py": "the journal is only ever appended to; links are refused",
}
"""Modules that write files by other means, and why."""


def writes(path: Path) -> list[str]:
    """Give the calls of a module that write to a path rather than into memory."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        said = ast.unparse(node)
        modes = [
            value.value
            for value in (*node.args, *(k.value for k in node.keywords))
            if isinstance(value, ast.Constant) and isinstance(value.value, str)
        ]
        if name in {"write_text", "write_bytes", "to_parquet", "to_excel"}:
            found.append(said)
        if name == "open" and any(set(mode) & set("wxa+") and len(mode) < 4 for mode in modes):
            found.append(said)
    return found


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_every_file_is_written_by_the_one_helper(path: Path) -> None:
    if path.relative_to(PACKAGE).as_posix() in OTHERWISE:
        return
    ours = [said for said in writes(path) if not said.startswith("write_text(outline")]
    assert not ours


ALTERNATING = """
import sys
from pathlib import Path
from airrank.whole import write_whole
for k in range(10**9):
    write_whole(Path(sys.argv[1]), "ab"[k % 2] * 300_000)
    print(k, flush=True)
"""


def test_a_killed_writer_leaves_the_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for pause in (0.0, 0.003, 0.01, 0.02):
        writer = subprocess.Popen(
            [sys.executable, "-c", ALTERNATING, str(path)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(pause)
        writer.kill()
        writer.communicate()
        assert path.read_text() in {"a" * 300_000, "b" * 300_000}


def test_a_link_in_the_place_of_a_file_is_replaced(tmp_path: Path) -> None:
    victim, link = tmp_path / "victim", tmp_path / "out" / "a.txt"
    victim.write_text("mine")
    link.parent.mkdir()
    link.symlink_to(victim)
    write_whole(link, "new")
    assert victim.read_text() == "mine"
    assert not link.is_symlink()
    assert link.read_text() == "new"


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real, target_is_directory=True)
    write_whole(link / "more" / "a.txt", "new")
    assert (real / "more" / "a.txt").read_text() == "new"
    assert link.is_symlink()


@pytest.mark.slow
def test_a_command_overwrites_nothing_a_link_leads_to(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    first, out, victim = tmp_path / "first", tmp_path / "out", tmp_path / "victim"
    given = ("rank", "--period", "2017", "--panel", "henan17", "--out")
    assert run(*given, first).status == 0
    names = [path.name for path in first.iterdir()]
    assert names
    victim.write_text("mine")
    out.mkdir()
    for name in names:
        (out / name).symlink_to(victim)
    assert run(*given, out).status == 0
    assert victim.read_text() == "mine"
    for name in names:
        assert (out / name).read_bytes() == (first / name).read_bytes()
    (tmp_path / "nowhere").symlink_to(tmp_path / "none")
    done = run(*given, tmp_path / "nowhere")
    assert done.status == 2
    assert "nowhere" in done.err


def test_what_a_killed_process_left_of_a_file_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    write_whole(tmp_path / "figures" / "path.svg", "whole")
    for name in (".path.svg.0123abcd.tmp", ".own.tmp", "a.0123abcd.tmp", ".path.svg.0123ABCD.tmp"):
        (tmp_path / "figures" / name).write_text("part", encoding="utf-8")
    clear_unfinished(tmp_path)
    left = {path.name for path in (tmp_path / "figures").iterdir()}
    assert left == {"path.svg", ".own.tmp", "a.0123abcd.tmp", ".path.svg.0123ABCD.tmp"}
