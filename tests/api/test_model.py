"""Does a model come to serve only as it should, and is one told how it stands? Shadow, promotion, roll-back, GET /v1/model."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from app.detection.drift import counted, learn_bins
from app.detection.features import feature_frame
from app.detection.model_file import load
from app.domain.snapshot import Snapshot
from app.domain.time import day_date
from app.domain.units import SEALED_UNITS_SCHEMA
from app.log.record import unpack
from app.store import calibration_checks, sealed_days, sealed_units, snapshots
from app.store.engine import read, write
from app.training.dataset import by_time
from app.training.train import train
from tests.api.reading import House, open_house
from tests.detection.synthetic import evenings

DAY = 20_748
PLATFORM = "siarmart"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """(folder of models, the one that serves, a candidate)."""
    models = tmp_path_factory.mktemp("models")
    fit, calibration = by_time(evenings(60, seed=3)[0], 0.5)
    first, second = (train(fit, calibration, models, seed=seed, trained_on="made-up evenings").name for seed in (1, 2))
    return models, first, second


@pytest.fixture
def house(tmp_home: Path, tmp_path: Path, two: tuple[Path, str, str]) -> Iterator[House]:
    models = Path(shutil.copytree(two[0], tmp_path / "models"))
    with open_house(tmp_home, models_dir=models) as opened:
        snapshots.publish(opened.engine, "test", "first", model_id=two[1], senders={PLATFORM: ("k",)})
        yield opened


def post(house: House, what: str, body: dict[str, Any] | None = None, called: str = "admin") -> Any:
    return house.client.post(f"/v1/model/{what}", json=body, headers=house.bearer(called))


def newest(house: House) -> Snapshot:
    with read(house.engine) as connection:
        return snapshots.load(connection, snapshots.newest(connection))


def announced(house: House) -> list[list[int]]:
    log = house.services.log
    controls = [[unpack(record.body).control for record in log.read(p, 0)] for p in range(log.partitions)]
    return [[c["version"] for c in told if c] for told in controls]


def test_promotion_and_the_way_back_are_configurations_told_to_every_partition(house: House, two: tuple[Path, str, str]) -> None:
    _, first, second = two
    assert post(house, "promotion", {"model_id": second}).json() == {"model_id": second, "config_version": 2}
    assert newest(house).model_id == second
    assert post(house, "rollback").json() == {"model_id": first, "config_version": 3}
    assert newest(house).model_id == first
    assert post(house, "rollback").json()["model_id"] == second, "back from the way back"
    assert announced(house) == [[2, 3, 4]] * 3
    told = house.get("/v1/model", "admin").json()
    assert [(c["config_version"], c["model_id"]) for c in told["changes"]] == [(4, second), (3, first), (2, second), (1, first)]
    assert told["served_before"] == first


def test_nobody_but_an_admin_changes_the_model(house: House, two: tuple[Path, str, str]) -> None:
    for called in ("analyst", "approver", "observer", "platform", "authority"):
        for what, body in (("promotion", {"model_id": two[2]}), ("shadow", {"model_id": two[2]}), ("rollback", None)):
            assert post(house, what, body, called).status_code == 403
    assert newest(house).version == 1
    assert house.get("/v1/models").status_code == 403


def test_a_folder_that_was_tampered_with_is_never_promoted(house: House, two: tuple[Path, str, str]) -> None:
    card = house.services.settings.models_dir / two[2] / "card.md"
    card.write_text(card.read_text() + "better than it is\n")
    for what in ("promotion", "shadow"):
        answer = post(house, what, {"model_id": two[2]})
        assert answer.status_code == 409
        assert "sha256 is not the manifest's" in answer.json()["detail"]
        assert "train again" in answer.json()["detail"]
    assert post(house, "promotion", {"model_id": "m_" + "0" * 32}).status_code == 409
    assert post(house, "promotion", {"model_id": "../escape"}).status_code == 422
    assert (newest(house).version, announced(house)) == (1, [[], [], []])


def test_what_does_not_fit_is_said(house: House, two: tuple[Path, str, str]) -> None:
    assert "serves already" in post(house, "promotion", {"model_id": two[1]}).json()["detail"]
    assert "serves already" in post(house, "shadow", {"model_id": two[1]}).json()["detail"]
    assert "no other model has served" in post(house, "rollback").json()["detail"]
    assert newest(house).version == 1


def test_a_model_named_in_the_settings_is_not_undone_behind_their_back(tmp_home: Path, two: tuple[Path, str, str]) -> None:
    with open_house(tmp_home, models_dir=two[0], model_id=two[1]) as house:
        answer = post(house, "promotion", {"model_id": two[2]})
        assert answer.status_code == 409
        assert "KAWAL_MODEL_ID" in answer.json()["detail"]


def test_a_candidate_stands_beside_until_it_serves(house: House, two: tuple[Path, str, str]) -> None:
    _, first, second = two
    assert post(house, "shadow", {"model_id": second}).json() == {"shadow_model_id": second, "config_version": 2}
    assert (newest(house).model_id, newest(house).shadow_model_id) == (first, second)
    roles = {m["model_id"]: m["role"] for m in house.get("/v1/models", "admin").json()["items"]}
    assert roles == {first: "serving", second: "candidate"}
    post(house, "promotion", {"model_id": second})
    assert (newest(house).model_id, newest(house).shadow_model_id) == (second, None)
    post(house, "shadow", {"model_id": first})
    assert post(house, "shadow", {"model_id": None}).json()["shadow_model_id"] is None


def units(model_id: str, maxima: list[float], p: list[float]) -> pl.DataFrame:
    rows = [
        dict.fromkeys(SEALED_UNITS_SCHEMA)
        | {
            "platform": PLATFORM,
            "session_id": f"s{i}",
            "seller_id": f"t{i}",
            "product_id": "p",
            "key": "siarmart:kids",
            "stratum": "IDR|ordinary|mid|1|3",
            "maximum": maximum,
            "model_id": model_id,
            "calibration": "ok",
            "p_value": value,
            "level": 0,
            "legal_level": 0,
        }
        for i, (maximum, value) in enumerate(zip(maxima, p, strict=True))
    ]
    return pl.DataFrame(rows, schema=SEALED_UNITS_SCHEMA)


def seal(house: House, frame: pl.DataFrame) -> None:
    with write(house.engine) as connection:
        sealed_units.save(connection, PLATFORM, DAY, frame)
        sealed_days.seal_through(connection, PLATFORM, DAY)


def test_promotion_keeps_no_unit_of_another_model(house: House, two: tuple[Path, str, str]) -> None:
    _, first, second = two
    seal(house, units(first, [0.1, 0.2, 0.3], [0.5, 0.4, 0.3]))
    snapshots.publish(house.engine, "test", "own", calibration=units(first, [0.1], [0.5]).select(newest(house).calibration.columns))
    post(house, "promotion", {"model_id": second})
    assert newest(house).calibration.height == 0, "its maxima would calibrate nothing"
    post(house, "rollback")
    assert sorted(newest(house).calibration["maximum"]) == [0.1, 0.2, 0.3], "sealed units of the first model are its own again"


def test_a_candidate_is_compared_on_the_units_that_both_scored(house: House, two: tuple[Path, str, str]) -> None:
    _, first, second = two
    post(house, "shadow", {"model_id": second})
    frame = units(first, [0.1, 0.2, 0.3, 0.4], [0.9, 0.5, 0.008, 0.004])
    seal(house, frame)
    shadows = [(1.0, 0.8, second), (3.0, 0.01, second), (2.0, 0.2, second), (9.0, 0.001, "m_another")]
    pairs = frame.select("platform", "session_id", "seller_id", "product_id", "key").to_dicts()
    more = [{"shadow_score": s, "shadow_p": p, "shadow_model_id": m, "unit_day": DAY, "partition": 0} for s, p, m in shadows]
    house.keep(judgement=[pair | row for pair, row in zip(pairs, more, strict=True)])
    told = house.get("/v1/model").json()["platforms"][PLATFORM]["candidate"]
    # ranks 1 2 3 against 1 3 2: Spearman 0.5; the serving model opens one of three, the candidate another
    assert (told["units"], told["spearman"]) == (3, 0.5)
    assert (told["serving_opens"], told["candidate_opens"], told["both_open"]) == (1, 1, 0)
    assert told["to_day"] == day_date(DAY).isoformat()


def test_how_the_model_stands_is_told_for_the_platforms_of_the_key_only(house: House, two: tuple[Path, str, str]) -> None:
    models, first, _ = two
    figures = evenings(60, seed=3)[0]
    bins = load(models / first).bins
    counts = counted(feature_frame(figures.with_columns(pl.col("list_price") * 3)), {n: b.edges for n, b in bins.items()})
    row = {"partition": 0, "platform": PLATFORM, "day": DAY, "model_id": first, "body": json.dumps(counts)}
    house.keep(feature_count=[row, row | {"platform": "pasarlive"}])
    seal(house, units(first, [0.1], [0.5]))
    checked = {
        "scope": "stratum",
        "name": "IDR|ordinary",
        "alpha": 0.01,
        "units": 900,
        "sellers": 40,
        "ratio": 1.7,
        "low": 1.2,
        "high": 2.2,
    }
    with write(house.engine) as connection:
        calibration_checks.save(connection, PLATFORM, DAY, pl.DataFrame([checked | {"suspended": True}]))
    told = house.get("/v1/model").json()
    assert list(told["platforms"]) == [PLATFORM]
    assert (told["serving"]["model_id"], told["serving"]["seed"], told["serving"]["refused"]) == (first, 1, None)
    assert told["serving"]["card"].startswith("# Model card")
    assert told["serving"]["evaluation"] is None
    here = told["platforms"][PLATFORM]
    drifts = {f["feature"]: f for f in here["drift"]["features"]}
    assert drifts["depth_list"]["warns"], "three times the list price"
    assert not drifts["demand_burst"]["warns"]
    assert here["weekly_check"]["rows"][0] == checked | {"suspended": True}
    assert [s["warm"] for s in here["calibration"]["borrowed"] if s["level"] == "IDR|ordinary"] == [False]
    assert here["measured"]["drawn"] == 0
    assert house.get("/v1/model", "platform").status_code == 403
    scrape = house.client.get("/metrics").text
    assert "kawal_gauges_fresh 1.0" in scrape
    assert f'kawal_model{{model_id="{first}",role="serving"}} 1.0' in scrape
    assert f'kawal_model_drift_psi{{feature="depth_list",platform="{PLATFORM}"}} {drifts["depth_list"]["psi"]}' in scrape
    assert f'kawal_model_feature_unknown_share{{feature="depth_list",platform="{PLATFORM}"}} 0.0' in scrape


def test_without_a_model_nothing_is_claimed(tmp_home: Path, tmp_path: Path) -> None:
    with open_house(tmp_home, models_dir=tmp_path) as house:
        told = house.get("/v1/model").json()
        assert (told["serving"], told["candidate"], told["changes"]) == (None, None, [])
        assert told["platforms"][PLATFORM]["drift"] is None
        assert house.get("/v1/models", "admin").json() == {"items": []}


def test_bins_are_learned_from_all_finals_of_the_fit(two: tuple[Path, str, str]) -> None:
    fit, _ = by_time(evenings(60, seed=3)[0], 0.5)
    assert load(two[0] / two[1]).bins == learn_bins(feature_frame(fit))
