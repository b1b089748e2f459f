"""The catalogue of texts has nothing missing, stale or put together."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.speech import foreign

FIELD = re.compile(r"\{[^}]*\}")
HALF_WIDTH = re.compile("[\u4e00-\u9fff][,:;?!]|[,:;?!][\u4e00-\u9fff]|\\d %")
TOOL = Path(__file__).resolve().parents[1] / "tools" / "catalogue.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["catalogue"] = module
    spec.loader.exec_module(module)
    return module


def test_the_files_are_those_the_tool_makes(tool: ModuleType) -> None:
    catalogue = tool.updated(tool.load())
    assert (tool.FOLDER / "airrank.po").read_bytes() == tool.as_po(catalogue), tool.REBUILD
    assert (tool.FOLDER / "airrank.mo").read_bytes() == tool.as_mo(catalogue), tool.REBUILD


def test_every_text_is_a_template_with_its_values_beside_it(tool: ModuleType) -> None:
    assert tool.put_together() == []


def test_nothing_is_missing_fuzzy_or_of_other_fields(tool: ModuleType) -> None:
    assert tool.faults(tool.updated(tool.load())) == []


def test_each_side_of_the_catalogue_is_in_its_language(tool: ModuleType) -> None:
    for message in tool.load():
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        for lang, texts in (("en", forms), ("zh", said)):
            for text in texts if message.id else ():
                assert not foreign(FIELD.sub("", text), lang), text


def test_chinese_is_written_as_chinese_is(tool: ModuleType) -> None:
    """Full-width punctuation between characters, no space before the sign of per cent."""
    for message in tool.load():
        said = message.string[0] if isinstance(message.string, tuple) else message.string
        assert not message.id or not HALF_WIDTH.search(said), said


def test_what_is_wrong_with_a_translation_is_told(tool: ModuleType) -> None:
    catalogue = tool.Catalog(locale="zh_CN")
    catalogue.add("no {x}", "没有{y}")
    catalogue.add("nothing", "")
    catalogue.add("perhaps", "也许", flags={"fuzzy"})
    assert [fault.partition(":")[0] for fault in tool.faults(catalogue)] == [
        "other fields",
        "not translated",
        "fuzzy",
    ]


def test_every_field_of_a_template_is_found(tool: ModuleType) -> None:
    assert tool.fields("{a.b} of {n:.2f}, %(prog)s") == {"a", "n", "prog"}
    assert tool.fields("no { field") == set()


def test_a_text_that_is_put_together_is_refused(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "module.py"
    module.write_text('raise InputError(f"no {x}")\nraise InputError("no {x}", x=x)\n')
    assert [found.message for found in tool.texts_of(module)] == [None, "no {x}"]
