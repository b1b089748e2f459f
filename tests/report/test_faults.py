"""A disk that is full while a report is written: what is there is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from airrank.errors import InputError
from airrank.report.files import write_report
from airrank.report.outline import Outline
from tests.test_faults import fail_at

KINDS = ("docx", "text")


def content(folder: Path) -> dict[str, bytes]:
    """Give every file, half written ones too."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_full_disk_leaves_whole_files(
    outline: Outline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        steps = fail_at(10**9, patch)
        names = write_report(outline, tmp_path / "whole", lang="zh", kinds=KINDS)
    whole = content(tmp_path / "whole")
    assert set(whole) == set(names)
    assert len(steps) >= 2 * len(names)
    for step in (1, len(steps) // 2, len(steps)):
        folder = tmp_path / f"step{step}"
        with monkeypatch.context() as patch:
            fail_at(step, patch)
            with pytest.raises(InputError, match=r"cannot write the report to .*No space left"):
                write_report(outline, folder, lang="zh", kinds=KINDS)
        if folder.exists():
            found = content(folder)
            assert found == {name: whole[name] for name in found}
        write_report(outline, folder, lang="zh", kinds=KINDS)
        assert content(folder) == whole
