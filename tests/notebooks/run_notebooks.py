"""The briefing runs in Jupyter and makes slides. Apart from the other tests: it takes long.

`python -m pytest tests/notebooks/run_notebooks.py`, with the extra ``notebooks``. The cells of the
other notebooks run where the documentation is built, see ``docs/build_tutorials.py``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.browsing import opened

RUN = Path(__file__).resolve().parents[2] / "notebooks" / "run.py"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(RUN), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=400)


@pytest.mark.parametrize(
    ("lang", "as_of", "slides"), [("zh", "2017-09-24", 17), ("en", "2017-12-31", 12)]
)
def test_slides(browser: Any, tmp_path: Path, lang: str, as_of: str, slides: int) -> None:
    given = [f"lang={lang}", f"as_of={as_of}", "draws=500", "city=Xinyang"]
    done = run("briefing", "--out", tmp_path, *(x for text in given for x in ("-p", text)))
    assert done.returncode == 0, done.stderr
    notebook = nbformat.read(tmp_path / "briefing.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert len(outputs) >= slides
    assert not [output for output in outputs if output.get("name") == "stderr"], "a cell warns"
    tab, troubles = opened(browser, tmp_path / "briefing.html", 1280)
    assert tab.evaluate("Reveal.getTotalSlides()") == slides
    font = "getComputedStyle(document.querySelector('section h2')).fontFamily"
    assert "Microsoft YaHei" in tab.evaluate(font)
    for number in range(slides):
        tab.evaluate(f"Reveal.slide({number})")
        height, wide, text, broken = tab.evaluate(
            "(() => { const s = Reveal.getCurrentSlide(); return [s.scrollHeight, s.scrollWidth,"
            " s.innerText, [...s.querySelectorAll('img')].filter(i => !i.naturalWidth).length] })()"
        )
        assert height <= 720, text
        assert wide <= 1280, text
        assert not broken
        assert text.strip()
        if number == 0:
            assert ("信阳" if lang == "zh" else "Xinyang") in text
    assert not troubles
    tab.context.close()


def test_a_wrong_parameter_is_named(tmp_path: Path) -> None:
    done = run("briefing", "--out", tmp_path, "-p", "town=信阳")
    assert done.returncode == 1
    assert "no parameter 'town'; there are city, as_of, lang, draws" in done.stderr
    done = run("briefing", "--out", tmp_path, "-p", "draws=many")
    assert "expected a value such as 10000, found 'many'" in done.stderr
    assert not list(tmp_path.iterdir())
