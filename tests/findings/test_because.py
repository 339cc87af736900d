"""One plain sentence in each language: what stands out, and the price that would have cleared; nobody is called anything (E10)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.detection.features import NAMES
from app.findings.because import CAUSES, FIGURES, because, figure
from tests.test_words import NEVER


def told(price: int | None = 53_000, causes: tuple[str, ...] = ("cost", "novelty"), change: float = -1.5) -> dict[str, Any]:
    bars = [{"cause": cause, "price": price} for cause in causes]
    shares = [{"feature": "depth_list", "value": 0.7, "path_change": change}, {"feature": "demand_burst", "value": 0.0, "path_change": 0.1}]
    return {"contributions": shares, "counterfactual": {"price": price, "causes": bars}}


def test_a_loss_in_both_languages() -> None:
    assert because(told(), "IDR") == {
        "id": (
            "Yang paling tidak lazim adalah potongan dari harga normal yang tertera; seandainya harga sepanjang sesi paling rendah "
            "Rp53.000, diukur menurut batas biaya per unit, temuan ini tidak akan ada."
        ),
        "en": (
            "Most unusual is the cut under the list price; had the price been at least Rp53,000 throughout the session, measured by "
            "the unit cost, this finding would not be there."
        ),
    }


@pytest.mark.parametrize(
    ("explanation", "english"),
    [
        (told(change=0.2), "Had the price been at least Rp53,000 throughout the session, measured by the unit cost"),
        (told(1, ("rivals",)), "at least Rp1 throughout the session, measured by the prices of matched rivals"),
        (told(None, ("novelty",)), "no single price for the whole session would have kept this finding away"),
        (told() | {"contributions": []}, "Had the price been at least Rp53,000"),
    ],
)
def test_what_is_said(explanation: dict[str, Any], english: str) -> None:
    assert english in because(explanation, "IDR")["en"]


@given(price=st.none() | st.integers(1, 10**12), cause=st.sampled_from(sorted(CAUSES)), change=st.floats(-9, 9))
def test_exactly_one_sentence_and_no_accusation(price: int | None, cause: str, change: float) -> None:
    for text in because(told(price, (cause,), change), "CNY").values():
        assert len(re.findall(r"\.(?=\s|$)", text)) == 1
        assert text[0].isupper()
        assert not NEVER.search(text)


def test_every_feature_of_the_forest_has_a_name_and_a_new_one_is_called_by_its_own() -> None:
    assert set(NAMES) <= set(FIGURES)
    assert figure("peer_gap") == {"id": "peer gap", "en": "peer gap"}
