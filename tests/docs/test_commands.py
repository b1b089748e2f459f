"""The pages of the commands say what the command line says."""

from __future__ import annotations

import importlib.util
import shlex
from pathlib import Path
from types import ModuleType

import click
import pytest

from airrank.cli import COMMANDS, cli

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_commands", DOCS / "build_commands.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_fresh(builder: ModuleType) -> None:
    there = {p.name: p.read_text(encoding="utf-8") for p in (DOCS / "commands").glob("*.md")}
    made = builder.pages()
    stale = sorted(name for name in {*made, *there} if made.get(name) != there.get(name))
    assert not stale, f"stale pages; run: {builder.REBUILD}"


def test_every_option_and_command_is_on_its_page(builder: ModuleType) -> None:
    pages = builder.pages()
    context = click.Context(cli, info_name="airrank")
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        for option in (o for param in command.params for o in param.opts):
            assert f"`{option}`" in pages[f"{name}.md"], (name, option)
        assert f"]({name}.md)" in pages["index.md"]


def test_every_command_has_examples_that_the_command_line_takes(builder: ModuleType) -> None:
    lacking = set(COMMANDS) - set(builder.EXAMPLES)
    assert not lacking, f"add {lacking} to EXAMPLES in docs/build_commands.py"
    for name, lines in builder.EXAMPLES.items():
        for line in lines:
            program, command, *arguments = shlex.split(line)
            assert (program, command) == ("airrank", name)
            context = click.Context(cli, **cli.context_settings)
            found = cli.get_command(context, name)
            assert found is not None
            found.make_context(name, arguments, parent=context)


def test_a_page_lists_the_exit_statuses_of_its_own_command(builder: ModuleType) -> None:
    pages = builder.pages()
    assert "- `130` stopped" in pages["update.md"]
    assert "- `3` insufficient data" in pages["forecast.md"]
