"""The plan of Zhumadian as data, and what is refused in a plan."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.goals.plan import COMPUTED, RATIOS, load_plan, rank_goal
from airrank.rules.standards import POLLUTANTS, shipped_tables
from airrank.showable import shown

NUMBERS = re.compile(r"\d+(?:\.\d+)?|[一二三四五六七八九十]+(?=级|因子|个|项|成|倍|次|年)")

GOAL = """
[[goal]]
id = "pm25"
title_zh = "甲"
title_en = "a"
indicator = "pm25"
comparison = "le"
value = 35.5
year = 2025
strength = "duty"
assessed = "computed"
"""
HEAD = 'title_zh = "甲"\ntitle_en = "a"\ncity = "甲"\nyears = [2023, 2025]\n'


@pytest.fixture(scope="module")
def text(shared_data: Path) -> str:
    (path,) = (shared_data.parent / "plan").glob("*.txt")
    return path.read_text(encoding="utf-8")


@pytest.mark.shared
def test_every_number_of_the_text_is_a_goal_or_left_out(text: str) -> None:
    plan = load_plan()
    covered = [False] * len(text)
    for quote, pattern in [(g.quote, "") for g in plan.goals] + [
        (entry.quote, entry.pattern) for entry in plan.left_out
    ]:
        spans = list(re.finditer(pattern or re.escape(quote), text, re.MULTILINE))
        assert spans, f"{quote or pattern} is not in the text"
        for span in spans:
            covered[span.start() : span.end()] = [True] * (span.end() - span.start())
    numbers = list(NUMBERS.finditer(text))
    missing = [
        text[max(0, m.start() - 12) : m.end() + 12]
        for m in numbers
        if not all(covered[m.start() : m.end()])
    ]
    assert len(numbers) > 120
    assert missing == []


@pytest.mark.shared
def test_the_values_and_years_are_those_of_the_text(text: str) -> None:
    for goal in load_plan().goals:
        if goal.comparison != "done" and goal.values[0] not in {0, 100, 4, Decimal(36)}:
            for value in goal.values:
                assert str(value) in goal.quote, goal.id
        if goal.year_stated:
            start = text.index(goal.quote)
            line = text[text.rfind("\n", 0, start) : start + len(goal.quote)]
            years = re.findall(r"(20\d\d)年(?!基础|增加|下降|率先)", line)
            assert int(years[-1]) == goal.year, goal.id
        assert goal.section.startswith(("二", "三("))


def test_the_plan_has_the_targets_everybody_quotes() -> None:
    plan = load_plan()
    targets = {
        goal.id: (str(goal.target), goal.since, goal.year, goal.strength, goal.assessed)
        for goal in plan.goals
    }
    assert 60 <= len(targets) <= 80
    assert targets["rank_2023"] == ("≤ 110", 2023, 2023, "duty", "computed")
    assert targets["rank_2025"] == ("≤ 100", 2025, 2025, "aspiration", "computed")
    assert targets["pm25_2025"][0] == "< 36 µg/m³"
    assert targets["heavy_days_2025"][0] == "≤ 0.3 %"
    assert targets["surface_water_2025"][0] == "≥ 92.86 %"
    assert targets["places_suiping_2025"][0] == "5–10 places"
    assert targets["grade2_pingyu"][1:3] == (2023, 2025)
    assert targets["grade2_runan_2025"][3] == "aspiration"
    assert plan.select(["cement_transport_2025"])[0].deadline == date(2025, 9, 30)
    assert {goal.id for goal in plan.due(2024)} > {"rank_2024", "outfalls_fixed_2024"}
    assert "rank_2023" not in {goal.id for goal in plan.due(2024)}
    assert "zhumadian_2023_2025" in shipped_tables("plans")


def test_a_goal_moves_to_another_year_and_says_so() -> None:
    (goal,) = load_plan().select(["pm25_2025"])
    moved = goal.in_year(2017)
    assert (moved.since, moved.year, moved.deadline) == (2017, 2017, date(2017, 12, 31))
    assert "2017" in moved.note
    assert goal.year == 2025
    assert str(rank_goal(110, 2017).target) == "≤ 110"


def test_a_plan_of_another_city_is_read_exactly(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + GOAL, encoding="utf-8")
    plan = load_plan(path)
    assert (plan.name, plan.city, plan.panel, plan.goals[0].values) == (
        "mine",
        "甲",
        "168",
        (Decimal("35.5"),),
    )


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('comparison = "le"', 'comparison = "below"', "'comparison'"),
        ("value = 35.5", 'value = "35.5"', "'value'"),
        ("value = 35.5", "value = [35, 36]", "'value'"),
        ("value = 35.5", "", "'value'"),
        ("year = 2025", "year = 2026", "'year'"),
        ("year = 2025", "year = 2025\nsince = 2022", "'since'"),
        ("year = 2025", "year = 2025\ndeadline = 2024-12-31", "'deadline'"),
        ('strength = "duty"', 'strength = "must"', "'strength'"),
        ('strength = "duty"', 'strength = "duty"\nstrenght = 1', "'strenght'"),
        ('indicator = "pm25"', 'indicator = "noise"', "'indicator'"),
        ('indicator = "pm25"', 'indicator = "places_gained"', "'place'"),
        (
            'indicator = "pm25"',
            'indicator = "places_gained"\nplace = "乙"',
            "'baseline'",
        ),
        ('indicator = "pm25"', 'indicator = "grade_2"\nplace = "乙"', "'comparison'"),
        ('comparison = "le"\nvalue = 35.5', 'comparison = "done"', "'comparison'"),
        ('comparison = "le"\nvalue = 35.5', 'comparison = "range"\nvalue = [36, 35]', "'value'"),
        ("year = 2025", 'year = 2025\nlead = "甲"', "'lead'"),
        ("year = 2025", 'year = 2025\nyear_stated = "yes"', "'year_stated'"),
        ("year = 2025", "year = 2025\nnote = 5", "'note'"),
        ('assessed = "computed"', 'assessed = "qualitative"', "'comparison'"),
        ('title_zh = "甲"\ntitle_en = "a"\nindicator', 'title_en = "a"\nindicator', "'title_zh'"),
        ("value = 35.5", "value = 1e-40", "'value'"),
        ("value = 35.5", f"value = 35.{'1' * 3000}", "'value'"),
        ("value = 35.5", "value = -5", "'value': expected a concentration above zero, found -5"),
        (
            '"pm25"\ncomparison = "le"\nvalue = 35.5',
            '"rank"\ncomparison = "le"\nvalue = 99.5',
            "'value'",
        ),
        (
            '"pm25"\ncomparison = "le"\nvalue = 35.5',
            '"rank"\ncomparison = "le"\nvalue = 0',
            "'value'",
        ),
        (
            '"pm25"\ncomparison = "le"\nvalue = 35.5',
            '"good_day_ratio"\ncomparison = "ge"\nvalue = 300',
            "'value'",
        ),
        ("year = 2025", 'year = 2025\nunit = "mg/m³"', "'unit': expected µg/m³, or no unit"),
        ('"pm25"\ncomp', '"rank"\nunit = "%"\ncomp', "'value'"),
        (
            '"pm25"\ncomparison = "le"\nvalue = 35.5',
            '"rank"\ncomparison = "le"\nvalue = 9\nunit = "%"',
            "'unit'",
        ),
        ("year = 2025", "year = 2025\nbaseline = 2025", "'baseline'"),
        ("year = 2025", "year = 2025\ndeadline = 2025-09-30T10:00:00+08:00", "'deadline'"),
        ('id = "pm25"', 'id = "pm25 "', "'id'"),
        ('id = "pm25"', 'id = "pm25\\nb"', "'id'"),
        ('id = "pm25"', 'id = "pm25,pm10"', "'id'"),
        ('title_zh = "甲"', 'title_zh = "\u200b"', "'title_zh'"),
    ],
)
def test_an_error_names_file_goal_and_key(tmp_path: Path, old: str, new: str, named: str) -> None:
    path = tmp_path / "wrong.toml"
    changed = GOAL.replace(old, new)
    assert changed != GOAL
    path.write_text(HEAD + changed, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_plan(path)
    for part in ("wrong.toml", "pm25", named):
        assert part in str(caught.value)


def test_what_is_no_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.toml"
    path.write_text(HEAD + GOAL + GOAL, encoding="utf-8")
    with pytest.raises(InputError, match="two goals have the id 'pm25'"):
        load_plan(path)
    path.write_text(HEAD, encoding="utf-8")
    with pytest.raises(InputError, match="'goal'"):
        load_plan(path)
    path.write_text("goal = 5\n" + HEAD, encoding="utf-8")
    with pytest.raises(InputError, match=r"at least one \[\[goal\]\], found 5"):
        load_plan(path)
    path.write_text(HEAD.replace("[2023, 2025]", "[2025, 2023]") + GOAL, encoding="utf-8")
    with pytest.raises(InputError, match="'years': expected the first year and the last"):
        load_plan(path)
    path.write_text("goal = [1]\n" + HEAD, encoding="utf-8")
    with pytest.raises(InputError, match="expected a table of keys, found 1"):
        load_plan(path)
    reported = GOAL.replace('"computed"', '"reported"').replace('"le"\nvalue = 35.5', '"done"')
    path.write_text(HEAD + reported, encoding="utf-8")
    with pytest.raises(InputError, match="a comparison with a value for a reported goal"):
        load_plan(path)
    path.write_text(HEAD + GOAL + '[[left_out]]\nreason = "x"\n', encoding="utf-8")
    with pytest.raises(InputError, match="either a quote or a pattern"):
        load_plan(path)
    path.write_text("city =", encoding="utf-8")
    with pytest.raises(InputError, match="not valid TOML"):
        load_plan(path)
    with pytest.raises(InputError, match="no plan 'nowhere'"):
        load_plan("nowhere")
    with pytest.raises(InputError, match="cannot read"):
        load_plan(tmp_path / "absent.toml")
    with pytest.raises(InputError, match="no goal nothing"):
        load_plan().select(["nothing"])


def test_units_may_be_written_in_any_way(tmp_path: Path) -> None:
    path = tmp_path / "unit.toml"
    for unit in ("µg/m³", "μg/m3", "ug/m3", "微克/立方米", "?g/m?"):
        path.write_text(f'{HEAD}{GOAL}unit = "{unit}"\n', encoding="utf-8")
        assert load_plan(path).goals[0].unit == "µg/m³"


@pytest.mark.parametrize("number", ["0x" + "f" * 6000, "0b" + "1" * 20_000, "9" * 4000, "2" * 5000])
@pytest.mark.parametrize("key", ["value", "year", "id"])
def test_a_whole_number_of_thousands_of_digits_is_refused(
    tmp_path: Path, number: str, key: str
) -> None:
    path = tmp_path / "huge.toml"
    path.write_text(HEAD + re.sub(rf"\b{key} = .*", f"{key} = {number}", GOAL), encoding="utf-8")
    with pytest.raises(InputError, match=r"huge\.toml") as caught:
        load_plan(path)
    assert len(str(caught.value)) < 500


def test_a_number_beyond_all_decimals_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    path.write_text(HEAD + GOAL.replace("35.5", "1e999999999999999999999"), encoding="utf-8")
    with pytest.raises(InputError, match=r"huge\.toml .*the number 1e9+ is too large"):
        load_plan(path)


def test_years_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "years.toml"
    path.write_text(HEAD.replace("[2023, 2025]", "[2023.7, 2025.2]") + GOAL, encoding="utf-8")
    with pytest.raises(InputError, match=r"'years': expected .* found \[2023.7, 2025.2\]"):
        load_plan(path)


@pytest.mark.parametrize("twin", ["caf\u00e9", "cafe\u0301", "ｃａｆé"])
def test_two_ids_that_look_the_same_are_refused(tmp_path: Path, twin: str) -> None:
    path = tmp_path / "twins.toml"
    both = [GOAL.replace('"pm25"\ntitle', f'"{name}"\ntitle') for name in ("caf\u00e9", twin)]
    path.write_text(HEAD + "".join(both), encoding="utf-8")
    with pytest.raises(InputError, match="two goals have the id"):
        load_plan(path)


VALUES = st.one_of(
    st.sampled_from([
        *("35", "-1", "0", "0.0", "-0.0", "1e3", "1e-400", "nan", "-inf", "0xff", "9" * 50),
        *("0x" + "f" * 5000, "1e99999999999999999999", "35." + "0" * 200, "2025", "2023", "true"),
        *("2025-09-30", "0001-01-01", "2025-09-30T10:00:00-12:00", "07:32:00"),
        *("[]", "[1, 2]", "[2, 1]", "[2023, 2025]", "[" * 300 + "]" * 300, "{}", "{a = {a = 1}}"),
        *("[nan, 1]", '["a"]', "[[1], [2]]", "[2025-09-30]", "[true, false]"),
        *('""', '" "', '"\\u200b"', '"\\u001b[31m"', '"\\u202e"', '"\\ud800"', '"a\\nb"', '"\\t"'),
        *('"""a\nb"""', "'''x'''", '"１１０"', '"e\\u0301"', '"🌫️"', '"&a"', '"*a"', '"[b]x[/b]"'),
        *('"done"', '"range"', '"ge"', '"rank"', '"grade_2"', '"places_gained"'),
        *('"good_day_ratio"', '"x"'),
        *('"reported"', '"qualitative"', '"aspiration"', '"%"', '"mg/m³"', '"驻马店"', '"x" ' * 2),
    ]),
    st.integers(-(10**30), 10**30).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda v: f"{v:e}".lower()),
    st.text(max_size=80).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.dates().map(str),
)  # fmt: skip
KEYS = (
    *("id", "title_zh", "title_en", "section", "quote", "indicator", "comparison", "value", "unit"),
    *("since", "year", "deadline", "strength", "lead", "assessed", "place", "baseline", "decimals"),
    *("any_of", "year_stated", "note", "one_reading", "other", "years", "city", "panel"),
)  # fmt: skip


@pytest.mark.slow
@given(changes=st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=4))
def test_any_values_make_a_plan_or_an_error_that_names_the_file(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    head = {"title_zh": '"甲"', "title_en": '"a"', "city": '"甲"', "years": "[2023, 2025]"}
    goal = dict(line.split(" = ") for line in GOAL.strip().splitlines()[1:])
    for key, value in changes.items():
        own = {"years", "city", "panel"}
        (head if key in own else goal)[key] = value
    lines = [*map(" = ".join, head.items()), "[[goal]]", *map(" = ".join, goal.items())]
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        plan = load_plan(path)
    except InputError as error:
        told = str(error)
        assert str(path) in told
        assert len(told) < len(str(path)) + 500
        assert shown(told) == told
        return
    (made,) = plan.goals
    assert 1990 <= plan.years[0] <= made.since <= made.year <= plan.years[1] <= 2100
    assert made.deadline.year == made.year
    assert made.id == " ".join(made.id.split())
    assert made.id.isprintable()
    assert all(-(10**12) < value < 10**12 for value in made.values)
    assert len(made.values) == {"done": 0, "range": 2}.get(made.comparison, 1)
    assert len(str(made.target)) < 150
    if made.assessed == "computed":
        assert made.indicator in COMPUTED
        if made.indicator in {"rank", *POLLUTANTS, *RATIOS}:
            assert all(value >= 0 for value in made.values)
