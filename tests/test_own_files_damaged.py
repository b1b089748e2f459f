"""Files that airrank wrote and someone changed: refused by an error of ours, or usable to the end.

``HYPOTHESIS_PROFILE=long`` tries 3,000 inputs a reader, chosen at random.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airrank.cities import load_ranking_list
from airrank.cli.readiness import readiness
from airrank.errors import InputError
from airrank.forecasting.files import read_week
from airrank.forecasting.record import read_record, record_table
from airrank.ingest.retrieval import Entry
from airrank.report import weekly
from airrank.report.evidence import read_backtest
from airrank.rules.standards import shipped_folder
from airrank.simulation.fitted import CARD, MODEL, read_fitted
from airrank.store import Store, journal, ownership
from airrank.store.checking import check
from airrank.store.lock import holder
from airrank.terms import settings_text
from airrank.words import LANGS
from tests.ingest.test_fuzz import JSON, damaged, only_ours

FEW = settings(max_examples=max(20, settings.default.max_examples // 4))  # type: ignore[union-attr]
DAY = "2017-09-24"
NOW = dt.datetime(2026, 9, 25, 2, tzinfo=dt.UTC)
CITIES = ("驻马店", "信阳", "南阳")
WEEK: dict[str, Any] = {
    "schema": "airrank/forecast/2",
    "city": "驻马店",
    "panel": "henan17",
    "cities": 3,
    "as_of": DAY,
    "period": "2017",
    "year_to_date": {"rank": 2, "tied": 1, "index": 5.5},
    "rank": {"median": 2, "intervals": {"80": [1, 3]}},
    "index": {"median": 5.5, "intervals": {"80": [5.1, 5.9]}},
    "goals": [{"rank": 2, "probability": 0.5, "shown": "50 %"}],
    "settings": {
        "edition": "2012",
        "dust": "keep",
        "rounding": "single_index",
        "weights": "equal",
        "ties": "competition",
        "model": "remainder",
        "fit": "afresh",
        "draws": 200,
        "seed": 0,
    },
    "caveats": [],
    "data_fingerprint": "0" * 64,
    "versions": {"airrank": "0.2.0"},
}
RANKS = (
    "city,ytd_rank,ytd_index,rank_median,rank_lo80,rank_hi80\n"
    "驻马店,2,5.5,2,1,3\n信阳,1,5.1,1,1,2\n南阳,3,6.2,3,2,3\n"
)
MANIFEST = {
    "format": 1,
    "sources": {
        "archive": {
            "applied": 0,
            "years": {
                "2017": {
                    "file": "city_days/archive/2017-0123456789ab.parquet",
                    "sha256": "0" * 64,
                    "records": 1,
                    "complete_days": 1,
                    "last_complete_day": "2017-01-01",
                }
            },
        }
    },
}
ENTRY = Entry(
    "archive", "20170101", NOW, "0" * 64, "http://x/", dt.date(2017, 1, 1), dt.date(2017, 1, 1), {}
)


@st.composite
def changed(draw: st.DrawFn, content: Any) -> Any:
    """Put another value in some place of a JSON content, or take it out."""
    content = copy.deepcopy(content)
    for _ in range(draw(st.integers(1, 2))):
        place, keys = content, None
        while isinstance(place, dict | list) and place and (keys is None or draw(st.booleans())):
            inside = place if keys is None else place[keys]
            if not isinstance(inside, dict | list) or not inside:
                break
            place = inside
            within = sorted(place) if isinstance(place, dict) else list(range(len(place)))
            keys = draw(st.sampled_from(within))
        if keys is None:
            return draw(JSON)
        if draw(st.booleans()):
            place[keys] = draw(JSON)
        else:
            del place[keys]
    return content


def as_bytes(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one stored week."""
    root = tmp_path_factory.mktemp("weeks")
    (root / DAY).mkdir()
    return root


def put(weeks: Path, content: bytes = as_bytes(WEEK), ranks: bytes = RANKS.encode()) -> None:
    (weeks / DAY / "forecast.json").write_bytes(content)
    (weeks / DAY / "ranks.csv").write_bytes(ranks)
    shares = pd.DataFrame(np.eye(3), columns=["1", "2", "3"]).assign(city=CITIES)
    shares.to_parquet(weeks / DAY / "rank_distribution.parquet")


def use(weeks: Path) -> None:
    """Do with a record what ``airrank track`` and the next week do."""
    record = read_record(weeks, CITIES)
    assert set(record.troubles) | {week.as_of for week in record.weeks} == {dt.date(2017, 9, 24)}
    for lang in LANGS:
        for why in record.troubles.values():
            assert "\n" not in why.in_words(lang)
    for week in record.weeks:
        record_table(record, "驻马店", (2,))
        week.rules.during(week.period)
        for lang in LANGS:
            settings_text(week.content["settings"]).in_words(lang)
        assert all(int(goal["rank"]) for goal in week.content["goals"])
        weekly._digest(week.content)


def test_a_whole_week_is_read(weeks: Path) -> None:
    put(weeks)
    assert read_week(weeks / DAY, CITIES).probability("信阳", 2) > 0.99


@pytest.mark.slow
@given(content=changed(WEEK).map(as_bytes) | damaged(as_bytes(WEEK)))
def test_forecast_json(weeks: Path, content: bytes) -> None:
    put(weeks, content)
    use(weeks)


@pytest.mark.parametrize(
    "settings",
    [{"draws": 0}, {"edition": "1999"}, {"weights": [1, 2]}, {"ties": "no"}, {"fit": ["a"]}],
)
def test_settings_that_cannot_be(weeks: Path, settings: dict[str, Any]) -> None:
    put(weeks, as_bytes(WEEK | {"settings": WEEK["settings"] | settings}))
    with pytest.raises(InputError, match=r"forecast\.json"):
        read_week(weeks / DAY, CITIES)


@FEW
@given(ranks=damaged(RANKS.encode()))
def test_ranks_csv(weeks: Path, ranks: bytes) -> None:
    put(weeks, ranks=ranks)
    use(weeks)


@FEW
@given(data=st.data())
def test_rank_distribution(weeks: Path, data: st.DataObject) -> None:
    put(weeks)
    path = weeks / DAY / "rank_distribution.parquet"
    path.write_bytes(data.draw(damaged(path.read_bytes())))
    use(weeks)


@pytest.mark.parametrize("values", [[np.nan, 1.0, 0.0], [2.0, -1.0, 0.0], ["a", "b", "c"]])
def test_shares_that_are_none(weeks: Path, values: list[Any]) -> None:
    put(weeks)
    frame = pd.DataFrame([values] * 3, columns=["1", "2", "3"]).assign(city=CITIES)
    frame.to_parquet(weeks / DAY / "rank_distribution.parquet")
    with pytest.raises(InputError, match=r"rank_distribution\.parquet"):
        read_week(weeks / DAY, CITIES)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model")


SHIPPED = shipped_folder("models") / "remainder_168"
PARTS = json.loads((SHIPPED / MODEL).read_bytes())


def keep(folder: Path, content: bytes, *, card: bytes | None = None) -> None:
    """Put a model in a folder, with a card that knows it unless another is given."""
    (folder / MODEL).write_bytes(content)
    told = f"- `{MODEL}` (SHA-256): `{hashlib.sha256(content).hexdigest()}`\n".encode()
    (folder / CARD).write_bytes(told if card is None else card)


@FEW
@given(content=changed(PARTS).map(as_bytes) | damaged((SHIPPED / MODEL).read_bytes()))
def test_models(model: Path, content: bytes) -> None:
    keep(model, content)
    only_ours(lambda: read_fitted(model))


@FEW
@given(card=damaged((SHIPPED / CARD).read_bytes()))
def test_cards(model: Path, card: bytes) -> None:
    keep(model, (SHIPPED / MODEL).read_bytes(), card=card)
    only_ours(lambda: read_fitted(model))


def test_other_numbers_than_the_card_knows_are_refused(model: Path) -> None:
    whole = (SHIPPED / MODEL).read_bytes()
    keep(model, whole, card=(SHIPPED / CARD).read_bytes())
    assert read_fitted(model).panel == "168"
    changed_ = copy.deepcopy(PARTS)
    changed_["months"]["variances"][0][0][0] *= 1.01
    keep(model, as_bytes(changed_), card=(SHIPPED / CARD).read_bytes())
    with pytest.raises(InputError, match=r"not the model that .* describes"):
        read_fitted(model)
    (model / CARD).unlink()
    with pytest.raises(InputError, match="card"):
        read_fitted(model)


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (("months", "variances"), 1e9, "levels would differ by"),
        (("half_months", "variances"), -1.0, "not all positive"),
        (("correction", "coefficients"), 1e3, "not all within"),
        (("correction", "ahead"), 1e3, "not all within"),
    ],
)
def test_numbers_that_no_data_give_are_refused(
    model: Path, where: tuple[str, str], value: float, said: str
) -> None:
    content = copy.deepcopy(PARTS)
    first, second = where
    place = content[first][second]
    content[first][second] = np.full(np.shape(place), value).tolist()
    keep(model, as_bytes(content))
    with pytest.raises(InputError, match=said):
        read_fitted(model)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    root = tmp_path_factory.mktemp("store")
    ownership.claim(root)
    return Store(root)


@given(content=changed(MANIFEST).map(as_bytes) | damaged(as_bytes(MANIFEST)))
def test_manifests_of_a_store(store: Store, content: bytes) -> None:
    (store.root / "manifest.json").write_bytes(content)
    only_ours(lambda: store.versions("archive"))
    only_ours(lambda: check(store))
    only_ours(lambda: readiness(store.root, NOW))
    assert ownership.is_store(store.root)


@FEW
@given(content=JSON.map(as_bytes) | damaged(b'{"pid": 1, "host": "a", "since": "b"}'))
def test_names_of_a_holder(store: Store, content: bytes) -> None:
    (store.root / "holder.json").write_bytes(content)
    assert holder(store.root)


LINE = json.loads(journal._line(ENTRY).decode().partition(" ")[2])


@given(content=changed(LINE).map(as_bytes) | damaged(as_bytes(LINE)))
def test_lines_of_a_journal(store: Store, content: bytes) -> None:
    """Whoever changes a line can make its check sum too."""
    place = journal.folder(store.root, "archive") / "2026.jsonl"
    place.parent.mkdir(parents=True, exist_ok=True)
    check_sum = hashlib.sha256(content).hexdigest()[:16]
    place.write_bytes(check_sum.encode() + b" " + content + b"\n")
    only_ours(lambda: journal.read(store.root, "archive"))
    only_ours(lambda: store.apply("archive"))


@FEW
@given(
    content=changed(
        {"steps": {"status": {"state": "done", "files": {"status.json": "0" * 64}}}}
    ).map(as_bytes)
)
def test_manifests_of_a_week(weeks: Path, content: bytes) -> None:
    path = weeks / DAY / "manifest.json"
    path.write_bytes(content)
    for step in weekly._read(path).get("steps", {}).values():
        weekly._hashes(weeks / DAY, step.get("files", {}))


SCORES = (
    "as_of,model,period,lead_days,cities,draws,rank_mae,rps,crps,median_change,coverage_50,"
    "coverage_80,coverage_95,log_score_2,brier_2\n"
    "2017-05-31,remainder,2017,214,17,200,2.5,0.03,0.2,,0.5,0.8,0.95,0.3,0.1\n"
)


@FEW
@given(content=damaged(SCORES.encode()))
def test_scores_of_a_backtest(weeks: Path, content: bytes) -> None:
    (weeks / "scores.csv").write_bytes(content)
    only_ours(lambda: read_backtest(weeks, load_ranking_list("henan17")))
