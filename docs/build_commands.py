"""Write a page per command from the command line itself: ``python docs/build_commands.py``.

With ``--check`` nothing is written; the exit status is 1 if a page is stale, missing or left over.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from airrank.cli import COMMANDS, cli
from airrank.words import speaking

FOLDER = Path(__file__).resolve().parent / "commands"
REBUILD = "python docs/build_commands.py"

EXAMPLES = {
    "update": ("airrank update --source cnemc", "airrank update --from hourfiles --dry-run"),
    "status": ("airrank status", "airrank status --check --json"),
    "rank": (
        "airrank rank --period 2017 --city 驻马店 --top 10",
        "airrank rank --period 2017-01..2017-09 --json",
        "airrank rank --period 2017-09 --changes --days --top 10",
    ),
    "forecast": (
        "airrank forecast --as-of 2017-09-24 --out out",
        "airrank forecast --city 信阳 --panel henan17 --goal 5",
    ),
    "outlook": (
        "airrank outlook --as-of 2015-09-30 --plan docs/examples/ranks_2015_2017.toml",
        "airrank outlook --as-of 2017-09-24 --city 信阳 --goal 60 --period 2018 --json",
    ),
    "fit": ("airrank fit --out model --scores scores/scores.csv",),
    "assess": (
        "airrank assess --year 2025",
        "airrank assess --year 2022 --city 郑州",
        "airrank assess --year 2017 --goals 110,105,100 --json",
    ),
    "report": ("airrank report --html --as-of 2017-09-24 --out out",),
    "weekly": ("airrank weekly --no-update --as-of 2017-09-24 --out weeks",),
    "track": ("airrank track weeks", "airrank track --replay 2017 --out weeks --jobs 2"),
    "backtest": ("airrank backtest --years 2016-2017 --jobs 2 --out scores",),
    "control": (
        "airrank control --as-of 2017-09-24",
        "airrank control --as-of 2017-09-24 --scale pm25=-5% --from 2017-10-01",
    ),
}
"""Command lines that each page shows; a command without any fails the test of the pages."""

STATUS = re.compile(r"Exit status: ([^.]+)\.")
DEFAULT = re.compile(r"\s*\[default: (.+)\]\s*$")


def pages() -> dict[str, str]:
    """Give the text of every page by file name."""
    context = click.Context(cli, info_name="airrank", **cli.context_settings)
    with speaking("en"):
        made = {"index.md": index_page()}
        for name in cli.list_commands(context):
            command = cli.get_command(context, name)
            assert command is not None, name
            made[f"{name}.md"] = command_page(name, command, context)
    return made


def index_page() -> str:
    """Give the page that lists the commands."""
    rows = [
        f"| [`airrank {name}`]({name}.md) | {cell(str(what))} |" for name, what in COMMANDS.items()
    ]
    lines = ["# Commands", made_by(), "| command | what |\n|---|---|\n" + "\n".join(rows)]
    return "\n\n".join([*lines, "## Exit status", statuses(cli)]) + "\n"


def command_page(name: str, command: click.Command, parent: click.Context) -> str:
    """Give the page of one command."""
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    text = re.sub(r"\s*" + STATUS.pattern, "", paragraphs(command))
    parts = [f"# airrank {name}", made_by(), text, f"```text\n{usage}\n```"]
    if name in EXAMPLES:
        parts += ["## Examples", "```bash\n" + "\n".join(EXAMPLES[name]) + "\n```"]
    options = [row(param, context) for param in command.get_params(context)]
    head = "| option | value | default | what |\n|---|---|---|---|\n"
    parts += ["## Options", head + "\n".join(options), "## Exit status", statuses(command)]
    return "\n\n".join(parts) + "\n"


def made_by() -> str:
    """Say where a page comes from, to whoever is about to edit it."""
    return f"<!-- Made by `{REBUILD}`; edit the command's help instead. -->"


def paragraphs(command: click.Command) -> str:
    """Give the help of a command, each paragraph on one line."""
    blocks = (command.help or "").strip().split("\n\n")
    return "\n\n".join(" ".join(block.split()) for block in blocks)


def statuses(command: click.Command) -> str:
    """Give the exit statuses as a list: the command's own, else those of all commands."""
    found = STATUS.search(paragraphs(command)) or STATUS.search(paragraphs(cli))
    assert found is not None, "the help of the command line lists no exit status"
    items = re.split(r",\s+(?:or\s+)?(?=\d)", found[1])
    pairs = (item.partition(" ") for item in items)
    return "\n".join(f"- `{number}` {text or 'done'}" for number, _, text in pairs)


def row(param: click.Parameter, context: click.Context) -> str:
    """Give the row of an option: its names, value, default and help."""
    info: dict[str, Any] = param.to_info_dict()
    # Short names first: click before 8.5 gives those of --help in any order.
    opts = sorted(info["opts"], key=lambda name: str(name).startswith("--"))
    names = ", ".join(f"`{name}`" for name in [*opts, *info["secondary_opts"]])
    text = info.get("help") or ""
    stated = DEFAULT.search(text)
    text = DEFAULT.sub("", text)
    if info["required"]:
        default = "required"
    elif stated:
        default = stated[1]
    elif info.get("is_flag") or info["default"] in (None, ()):
        default = ""
    else:
        default = f"`{info['default']}`"
    notes = [text]
    if info["multiple"] and "repeated" not in text:
        notes.append("May be repeated.")
    if info.get("envvar"):
        notes.append(f"Environment: `{info['envvar']}`.")
    cells = (names, value(param, context), default, " ".join(filter(None, notes)))
    return "| " + " | ".join(map(cell, cells)) + " |"


def value(param: click.Parameter, context: click.Context) -> str:
    """Say what an option takes: its choices, its name and range, or nothing for a flag."""
    kind = param.type
    if getattr(param, "is_flag", False):
        return "flag"
    if isinstance(kind, click.Choice):
        return " \\| ".join(f"`{choice}`" for choice in kind.choices)
    name = param.make_metavar(context).removesuffix(" RANGE")
    if isinstance(kind, (click.IntRange, click.FloatRange)):
        low, high = kind.min, kind.max
        return f"{name}, {low:g} to {high:.0f}" if high is not None else f"{name}, at least {low:g}"
    return name


def cell(text: str) -> str:
    """Make a text safe for a table's cell: bars that are not yet escaped."""
    return re.sub(r"(?<!\\)\|", r"\\|", text)


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a page is stale.")
def build(check: bool) -> None:
    """Write docs/commands, or compare it with the command line."""
    made = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in {*made, *there} if made.get(name) != there.get(name))
    if check:
        if stale:
            raise click.ClickException(f"stale: {', '.join(stale)}; run {REBUILD}")
        return
    for name in stale:
        if name in made:
            (FOLDER / name).write_text(made[name], encoding="utf-8", newline="\n")
        else:
            (FOLDER / name).unlink()
    click.echo(f"{FOLDER}: {len(made)} pages, changed: {', '.join(stale) or 'none'}")


if __name__ == "__main__":
    build()
