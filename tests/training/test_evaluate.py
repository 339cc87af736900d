"""Does `kawal evaluate` judge what it says? Detectors on a small market, absences told and not hidden, files that leave the model alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from app.cli import app
from app.detection import model_file
from app.domain.events import SESSION
from app.training.dataset import IDS
from app.training.evaluate import parts as every
from app.training.evaluate.command import NoSuchSet, evaluate
from app.training.evaluate.detector import CannotJudge
from app.training.evaluate.divisions import Division, FixedHalf, RobustZ, TwoDivisions, divisions
from app.training.evaluate.intervals import cluster_draws
from app.training.evaluate.judge import rows, run
from app.training.evaluate.learned import Boosting, WalmartNaiveBayes
from app.training.evaluate.ours import Ours, Shipped, WithoutForest
from app.training.evaluate.outliers import HalfSpaceTrees, PyOD
from app.training.evaluate.pairs import NothingToJudge, Split, split
from app.training.evaluate.report import as_json, as_markdown
from app.training.evaluate.section import Section, Table, Wanted, plain
from app.training.evaluate.sets.evenings import evenings as invented
from app.training.evaluate.sets.shape import BY_SELLER, EvaluationSet
from app.training.evaluate.written import write
from tests.detection.synthetic import evenings

SEED = 3


def market(*, losses: float = 0.08) -> EvaluationSet:
    figures, truth = evenings(60, seed=4, losses=losses)
    figures = figures.with_columns(pl.lit(None, pl.Float64()).alias("rivals_median_pb"))
    ends = figures.group_by(SESSION).agg(pl.col("end_us").min().alias("first"), pl.col("end_us").max().alias("last"))
    cut = int(ends.get_column("last").quantile(0.5))  # type: ignore[arg-type]
    return EvaluationSet("small", figures, truth, cut, BY_SELLER, "made up")


@pytest.fixture(scope="module")
def parted() -> Split:
    return split(market())


def test_past_and_judged_sessions_never_meet(parted: Split) -> None:
    before, later = (f.select(SESSION).unique() for f in (parted.past, parted.later.finals))
    assert before.join(later, on=SESSION, how="semi").is_empty()
    assert parted.past.get_column("end_us").max() <= market().fit_until_us < parted.later.finals.get_column("end_us").min()  # type: ignore[operator]


def test_a_pairs_score_is_the_highest_of_its_finals(parted: Split) -> None:
    scores = np.random.default_rng(1).random(parted.later.finals.height)
    told = parted.later.finals.with_columns(pl.Series("s", scores)).group_by(IDS).agg(pl.col("s").max()).sort(IDS)
    assert parted.later.highest(scores).tolist() == told.get_column("s").to_list()
    assert told.select(IDS).equals(parted.later.pairs.select(IDS))


def test_a_pair_opens_at_its_first_final_above_the_threshold(parted: Split) -> None:
    scores = np.random.default_rng(2).random(parted.later.finals.height)
    told = parted.later.finals.with_columns(pl.Series("s", scores)).filter(pl.col("s") > 0.9).group_by(IDS).agg(pl.col("end_us").min())
    opened = parted.later.pairs.select(IDS).join(told, on=IDS, how="left", maintain_order="left").get_column("end_us").cast(pl.Float64())
    assert np.array_equal(parted.later.opened_us(scores, 0.9), opened.fill_null(np.nan).to_numpy(), equal_nan=True)


def test_every_detector_without_packages_ranks_losses_better_than_chance(parted: Split) -> None:
    plain_ones = [
        Ours(SEED),
        WithoutForest(SEED),
        *divisions(),
        TwoDivisions(),
        FixedHalf(),
        RobustZ(),
        WalmartNaiveBayes(),
        Boosting(SEED),
    ]
    found = rows(run(plain_ones, parted), parted, cluster_draws(parted.later.pairs, BY_SELLER, SEED, 40))
    assert [row.missing for row in found] == [""] * len(found)
    chance = parted.later.loss.mean()
    by_name = {row.name: row for row in found}
    assert by_name["ours"].ap > 3 * chance
    assert by_name["supervised boosting"].ap > 3 * chance
    assert by_name["supervised boosting"].to_supervised == 1.0
    best = max((row for row in found if row.kind == "single division"), key=lambda row: row.ap)
    assert best.to_best == 1.0
    assert best.to_best_range == (1.0, 1.0)
    assert all(row.to_best == pytest.approx(row.ap / best.ap) for row in found)
    assert all(row.ap_range[0] <= row.ap <= row.ap_range[1] for row in found if row.kind == "ours")


def test_openings_are_counted_by_hand(parted: Split) -> None:
    detector = Division("price / list", "list_price")
    found = run([detector], parted)[0].opened
    assert found is not None
    before = parted.known_past.highest(np.nan_to_num(detector.score(parted.known_past.finals), nan=-9.0))[~parted.known_past.loss]
    limit = np.sort(before)[len(before) - int(0.01 * (len(before) + 1))]
    highest = parted.later.highest(np.nan_to_num(detector.score(parted.later.finals), nan=-9.0))
    assert found.false == int((highest[~parted.later.loss] > limit).sum())
    assert found.found == pytest.approx((highest[parted.later.loss] > limit).mean())
    assert found.per_hours == pytest.approx(1000 * found.false / parted.hours)
    assert found.per_hours_range[0] <= found.per_hours < found.per_hours_range[1]


def test_without_labels_of_the_past_learners_say_so() -> None:
    parts = split(market(losses=0.0))
    found = run([WalmartNaiveBayes(), Boosting(SEED)], parts)
    assert all("labels of the past" in s.missing for s in found)
    assert all(row.missing for row in rows(found, parts, np.ones((1, parts.later.pairs.height))))


@pytest.mark.parametrize(("detector", "package"), [(PyOD("ECOD", SEED), "pyod.models.ecod"), (HalfSpaceTrees("h", SEED), "river.anomaly")])
def test_a_missing_package_is_said(detector: PyOD, package: str, parted: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(CannotJudge, match="not installed"):
        detector.fit(parted.past, None)


def test_a_model_that_is_not_there_is_said(tmp_path: Path, parted: Split) -> None:
    with pytest.raises(CannotJudge, match="no model"):
        Shipped(tmp_path, None).fit(parted.past, None)
    with pytest.raises(CannotJudge, match="refused") as told:
        Shipped(tmp_path / "models", "m_0").fit(parted.past, None)
    assert str(tmp_path) not in str(told.value)


def test_a_set_without_a_past_is_not_judged() -> None:
    with pytest.raises(NothingToJudge, match="before"):
        split(EvaluationSet("s", market().figures, market().truth, 0))


def _wanted(**other: object) -> Wanted:
    return Wanted(**{"seed": 1, "seeds": 2, "quick": True, "reference": None, "models": Path("models"), "model_id": None} | other)  # type: ignore[arg-type]


def test_a_part_that_breaks_does_not_take_the_others_along(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Wanted) -> Section:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("app.training.evaluate.command.parts", lambda: {"a": broken, "b": lambda _: Section("b", {"n": 1})})
    first, second = evaluate(["a", "b"], _wanted(), progress=False)
    assert first.broken
    assert "by nothing" in first.missing
    assert second.figures["n"] == 1


def test_an_unknown_set_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(NoSuchSet, match=r"tomatoes; there are: vegetables, ticks"):
        evaluate(["tomatoes"], _wanted(), progress=False)


@pytest.mark.parametrize("name", ["vegetables", "orange-juice", "adbench", "promotions", "shopee", "false-alarms"])
def test_an_unset_reference_is_said_for_each_set_outside(name: str) -> None:
    told = every.parts()[name](_wanted())
    assert told.missing == every.UNSET


def test_an_empty_reference_folder_is_said(tmp_path: Path) -> None:
    told = [every.parts()[name](_wanted(reference=tmp_path)) for name in ("vegetables", "orange-juice", "adbench")]
    assert all("KAWAL_REFERENCE_DATA" in s.missing and str(tmp_path) not in s.missing for s in told)


def test_json_holds_no_figure_that_json_cannot() -> None:
    assert plain({"a": (np.nan, np.float64(1.5), np.int64(2)), 3: np.inf}) == {"a": [None, 1.5, 2], "3": None}


def test_the_command_prints_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAWAL_REFERENCE_DATA", raising=False)
    done = CliRunner().invoke(app, ["evaluate", "--set", "vegetables", "--set", "adbench", "--json", "--no-progress"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["sets"] == {"vegetables": {"missing": every.UNSET}, "adbench": {"missing": every.UNSET}}
    assert told["command"] == "kawal evaluate --set vegetables --set adbench --seeds 20"


def test_written_figures_leave_the_model_servable(tmp_path: Path) -> None:
    shipped = sorted(Path("models").glob("m_*"))[-1]
    folder = tmp_path / shipped.name
    shutil.copytree(shipped, folder)
    sections = [
        Section("small", {"n": 1}, (Table("t", ("a", "b"), (("1", "x [0, 1]"),)),), ("a note",)),
        Section("other", missing="absent"),
    ]
    head = {"model_id": shipped.name, "date": "2026-11-22", "command": "kawal evaluate --card"}
    files = write(head, sections, as_json(head, sections), folder, tmp_path / "docs")
    assert {f.name for f in files} == {"evaluation.md", "evaluation.json"}
    assert model_file.load(folder).model_id == shipped.name
    text = (tmp_path / "docs" / "evaluation.md").read_text()
    assert text.startswith(f"---\nmodel_id: {shipped.name}\n---\n")
    assert "| 1 | x [0, 1] |" in text
    assert "absent" in as_markdown(sections[1])
    assert json.loads((folder / "evaluation.json").read_text())["sets"]["small"]["n"] == 1


def test_sets_measured_apart_stand_together_in_their_order(tmp_path: Path) -> None:
    head = {"model_id": "m_1", "seed": 7, "quick": False, "date": "2026-11-22", "command": "kawal evaluate --set b --card"}
    old, new, other = Section("b", {"n": 1}), Section("b", {"n": 2}), Section("a", {"n": 3})
    for sections in ([old], [other], [new]):
        write(head, sections, as_json(head, sections), tmp_path, tmp_path, ("a", "b"))
    text = (tmp_path / "evaluation.md").read_text()
    assert text.index("## a") < text.index("## b")
    assert text.count("## b") == 1
    assert json.loads((tmp_path / "evaluation.json").read_text())["sets"] == {"a": {"n": 3, "notes": []}, "b": {"n": 2, "notes": []}}
    anew = head | {"seed": 8}
    write(anew, [new], as_json(anew, [new]), tmp_path, tmp_path)
    assert "## a" not in (tmp_path / "evaluation.md").read_text()


def test_a_final_without_a_price_says_nothing(parted: Split) -> None:
    bare = parted.later.finals.with_columns(pl.lit(0).alias("w1_units"), pl.lit(None, pl.Float64()).alias("force_mean_w1"))
    for detector in (Ours(SEED), *divisions(), RobustZ(), WalmartNaiveBayes(), Boosting(SEED)):
        detector.fit(parted.past, parted.past_truth)
        assert np.isnan(detector.score(bare)).all(), detector.name


@pytest.mark.slow
def test_the_shipped_ticks_are_judged_from_end_to_end() -> None:
    done = CliRunner().invoke(app, ["evaluate", "--set", "ticks", "--quick", "--json", "--no-progress"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)["sets"]["ticks"]
    assert (told["pairs"], told["losses"], told["past_losses"]) == (165, 37, 32)
    assert {row["kind"] for row in told["rows"]} == {"ours", "single division", "rule", "peer", "supervised"}
    assert told["shown"]["best_division"] == "price / list"
    assert all(0 < row["ap"] <= 1 for row in told["rows"] if not row["missing"])


@pytest.mark.slow
def test_evenings_hold_a_past_a_later_evening_and_the_moment_of_each_loss() -> None:
    made = invented(2, sessions=3)
    parts = split(made)
    assert parts.later.loss.any()
    assert parts.known_past.loss.any()
    known = parts.later.pairs.filter("loss").get_column("first_loss_us")
    assert known.null_count() == 0
    assert (known > made.fit_until_us).all()
