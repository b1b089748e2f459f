"""Nothing from outside steers the terminal: names, titles, files, answers are only shown."""

from __future__ import annotations

import ast
import json
import shutil
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import openpyxl
import pytest

from airrank.cli import screen
from airrank.errors import InputError
from airrank.ingest.limits import parse_toml
from airrank.rules.standards import reference_folder
from airrank.showable import Outside, escaped, shown, unshowable
from airrank.words import Listed, Name, Text
from tests.cli.conftest import Run

CLI = Path(screen.__file__).parent
HOSTILE = {
    "esc": "\x1b[31mred",
    "osc": "\x1b]0;title\x07",
    "c1": "\x9b31m",
    "bidi": "\u202etxt.exe",
    "isolate": "\u2066x\u2069",
    "line": "a\nairrank: done",
    "return": "a\rairrank: done",
    "separator": "a\u2028b",
    "none": "a\uffff\U0001fffe",
    "half": "\ud800",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_value_of_a_text_is_one_line_that_can_be_shown(text: str) -> None:
    assert unshowable(text)
    holders = (text, Path(text), ValueError(text), Name(text, text), Listed([text]))
    for value in (*holders, InputError("{x}", x=text)):
        told = Text("[{x}]", x=value).in_words("en")
        assert not unshowable(told), repr(told)
    assert repr(text) in Text("{x!r}", x=text).in_words("en")
    assert json.loads(escaped(json.dumps(text, ensure_ascii=False))) == text
    assert not unshowable(escaped(json.dumps(text, ensure_ascii=False)))


def test_own_texts_keep_their_lines_and_chinese_stays() -> None:
    text = "驻马店“上海”\t…\n  ½ µg/m³ − é 𠮷 🙂"
    assert shown(text) == text
    assert Text("{x}", x="驻马店") == Text("{x}", x="驻马店")
    assert not isinstance(Text("a\n{x}", x=1).in_words("en"), Outside)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_door(capsys: pytest.CaptureFixture[str], text: str) -> None:
    screen.echo(text)
    screen.console().print(text, markup=False)
    printed = capsys.readouterr().out
    assert shown(printed) == printed
    bold = screen.console()
    bold.print("[bold]a[/bold]\x1b[2J")
    assert "\x1b" not in capsys.readouterr().out


def test_bars_and_styles_still_steer_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    printer = screen.console(stderr=True)
    with printer.capture() as captured:
        printer.print("[bold]a\x1b[2J[/bold]")
    assert "\x1b[1m" in captured.get()
    assert r"\x1b[2J" in captured.get()


@pytest.mark.parametrize("path", sorted(CLI.glob("*.py")), ids=lambda path: path.name)
def test_every_command_prints_through_the_door(path: Path) -> None:
    if path.name == "screen.py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in {
                *("click.echo", "print", "sys.stdout.write", "sys.stderr.write", "Console"),
                *("click.secho", "error.show", "rich.print"),
            }, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("text", ["\\u001b[31m", "\u202e", "\u009b", "\\u0000", "\uffff"])
def test_a_plan_cannot_hold_them(run: Run, tmp_path: Path, text: str) -> None:
    plan = tmp_path / "plan.toml"
    whole = reference_folder() / "plans" / "zhumadian_2023_2025.toml"
    content = whole.read_text(encoding="utf-8")
    head, quote, rest = content.partition('title_zh = "')
    assert quote
    plan.write_text(head + quote + text + rest, encoding="utf-8")
    done = run("assess", "--year", "2017", "--plan", plan)
    assert done.status == 2
    assert "holds a control character" in done.err
    assert shown(done.err) == done.err


def test_texts_of_several_lines_are_allowed_in_toml() -> None:
    assert parse_toml('a = """x\ny"""', Text("a")) == {"a": "x\ny"}


@pytest.mark.parametrize("text", ["\x1b]0;x\x07", "\u202e", "\x9b1m"])
def test_names_of_files_and_sheets(run: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / f"a{text}.csv"
    path.write_text("nothing\n", encoding="utf-8")
    for arguments in (("rank", "--period", "2017", "--data", path), ("report", "--out", path),
                      ("rank", "--period", f"20{text}17"), (f"ra{text}nk",)):  # fmt: skip
        done = run(*arguments)
        assert done.status == 2
        assert done.err
        assert shown(done.err) == done.err
    if text != "\x1b]0;x\x07":  # no sheet can be called that
        book = openpyxl.Workbook()
        book.active.title = f"s{text}"  # type: ignore[union-attr]
        book.active.append(["nothing"])  # type: ignore[union-attr]
        book.save(tmp_path / "a.xlsx")
        done = run("rank", "--period", "2017", "--data", tmp_path / "a.xlsx")
        assert done.status == 2
        assert shown(done.err) == done.err


def test_the_reason_of_an_answer(run: Run, tmp_path: Path) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404, "gone\x1b]0;owned\x07\x9b31m")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        done = run(
            *("update", "--source", "archive", "--store", tmp_path / "store"),
            *("--since", "2026-01-01", "--until", "2026-01-01"),
            *("--from", f"http://127.0.0.1:{server.server_port}/{{YYYYMMDD}}.csv"),
        )
    finally:
        server.shutdown()
        server.server_close()
    told = done.out + done.err
    assert shown(told) == told
    shutil.rmtree(tmp_path / "store", ignore_errors=True)
