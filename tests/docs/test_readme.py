"""Every code block of the pages runs as printed, or says why not.

The Chinese README has the commands of the English one. Of its own only those run whose output it
prints; the manual runs the commands in Chinese.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, READMES, ROOT, blocks

SHOWN = {
    READMES[0]: {"rank", "forecast", "control", "assess", "weekly"},
    READMES[1]: {"forecast"},
    "docs/manual.zh.md": {"status", "rank", "weekly", "track", "report", "assess"},
}
"""Commands that a page shows, at the least."""
NO_FAULT = {"assess": {"1", "3"}, "status": {"2"}}
"""Exit statuses that tell of goals, or of a store that is not there yet."""
NUMBER = re.compile(r"\d+(?:\.\d+)?")

# Passes each command on and notes its exit status: `assess` says 1 or 3 without being broken.
SHIM = """#!/bin/sh
"{python}" -c 'from airrank.cli import main; main()' "$@"
status=$?
echo "$status $1" >> "{log}"
exit $status
"""


def rows(text: str) -> list[str]:
    """Give the lines of a table without its frame, whose width follows the numbers."""
    bare = (" ".join(re.sub("[│─┌┐└┘┬┴]", " ", line).split()) for line in text.splitlines())
    return [line for line in bare if line]


def check_printed(expected: str, printed: str) -> None:
    """Hold a text block against what was printed: the words exactly, the numbers nearly.

    A place or a per cent may differ between machines; a new model shows in more.
    """
    wanted, found = rows(expected), rows(printed)
    words = [NUMBER.sub("#", line) for line in wanted]
    starts = [
        i
        for i in range(len(found))
        if [NUMBER.sub("#", line) for line in found[i : i + len(wanted)]] == words
    ]
    assert starts, f"is not what is printed:\n{printed}"
    same = found[starts[0] : starts[0] + len(wanted)]
    numbers = [float(n) for n in NUMBER.findall("\n".join(same))]
    assert numbers == pytest.approx([float(n) for n in NUMBER.findall("\n".join(wanted))], abs=2)


def run_blocks(name: str, folder: Path) -> list[list[str]]:
    """Run a page's blocks in a folder of their own and give the exit status of each command.

    Python blocks of a page are one script, as a reader would go through them.
    """
    tools, work, log = folder / "bin", folder / "work", folder / "log"
    tools.mkdir()
    work.mkdir()
    log.touch()
    (work / "docs").symlink_to(ROOT / "docs")
    shim = tools / "airrank"
    shim.write_text(SHIM.format(python=sys.executable, log=log), encoding="utf-8")
    shim.chmod(0o755)
    search = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": search,
        "MPLBACKEND": "Agg",
        "AIRRANK_LANG": "zh" if name.endswith(".zh.md") else "en",  # as its reader's system says
        "PYTHONUTF8": "1",
        "COLUMNS": "120",
    }

    def run(command: list[str], where: str) -> str:
        done = subprocess.run(
            command,
            cwd=work,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{where}: {done.stderr}"
        assert "Traceback" not in done.stderr, f"{where}: {done.stderr}"
        return done.stdout

    found = [block for block in blocks(name) if block.reason is None]
    if name == READMES[1]:
        printing = [one for one, after in pairwise(found) if after.kind == "text"]
        found = [block for block in found if block.kind == "text" or block in printing]
    script = "\n".join(block.code for block in found if block.kind == "python")
    if script:
        run([sys.executable, "-W", "error", "-c", script], f"{name}, Python")
    printed = ""
    for block in found:
        where = f"{name}, line {block.line}"
        if block.kind == "text":
            check_printed(block.code, printed)
        elif block.kind == "bash":
            printed = run(["bash", "-uo", "pipefail", "-c", f"{block.code}\ntrue"], where)
    return [line.split() for line in log.read_text(encoding="utf-8").splitlines()]


# Those of the commands are tried in test_commands.py; the files beside them have tests too.
RUN = [page for page in PAGES if not page.startswith("docs/commands/")]
RUN = [page for page in RUN if any(block.reason is None for block in blocks(page))]


@pytest.mark.slow
@pytest.mark.parametrize("name", RUN)
def test_the_blocks_run_as_printed(name: str, tmp_path: Path) -> None:
    calls = run_blocks(name, tmp_path)
    assert {command for _, command in calls} >= SHOWN.get(name, set())
    for status, command in calls:
        assert status in {"0", *NO_FAULT.get(command, ())}, (status, command)


def test_both_languages_show_the_same_commands() -> None:
    english, chinese = (
        [
            re.sub(" --lang en|  # .*", "", line).replace("Zhumadian", "驻马店")
            for block in blocks(name)
            for line in block.code.splitlines()
            if block.kind == "python" or (block.kind == "bash" and "airrank " in line)
        ]
        for name in READMES
    )
    assert english == chinese


@pytest.mark.parametrize("part", ["measured", "statsforecast"])
def test_both_languages_give_the_same_measured_figures(part: str) -> None:
    figures = []
    for name in READMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        begin, end = (text.index(f"<!-- {part}: {edge} -->") for edge in ("begin", "end"))
        figures.append(re.findall(r"\d+\.\d+", text[begin:end]))
    assert figures[0] == figures[1], f"between <!-- {part}: begin --> and <!-- {part}: end -->"
