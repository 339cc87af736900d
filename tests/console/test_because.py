"""Does the page show why? A bar per figure to the right side, the clearing price per cause, nothing where nothing is told."""

from __future__ import annotations

import re

from app.console.article import article
from app.console.because import because
from app.console.facts import ProductFacts
from tests.console.evening import body, minutes
from tests.test_words import NEVER


def facts(**changed: object) -> ProductFacts:
    return ProductFacts("siarmart", "s-77", "toko-1", "p-9", body(**changed))


def test_bars_go_left_where_the_path_is_shortened_and_in_proportion() -> None:
    told = because(facts(), "p0")
    assert told is not None
    bars = re.findall(r'<rect class="(\w+)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', str(told.svg))
    assert [kind for kind, _, _ in bars] == ["rarer", "rarer", "usual"]  # what changes nothing is not drawn
    (deep, rush, market) = [(float(x), float(wide)) for _, x, wide in bars]
    assert deep[0] + deep[1] == rush[0] + rush[1] == market[0]
    assert abs(deep[1] - 2 * rush[1]) < 0.2
    assert "potongan dari harga normal yang tertera" in told.svg
    assert "the rush of buyers" in told.svg


def test_the_clearing_price_is_told_per_cause() -> None:
    told = because(facts(), "p0")
    assert told is not None
    assert [(words.en, price) for words, price in told.causes] == [
        ("the unit cost", "Rp53.000"), ("what is usual in comparable sessions", "Rp47.210"),
    ]  # fmt: skip
    assert "had the price been at least Rp53,000 throughout the session" in told.sentence.en
    assert "3,21" in told.note.id
    assert not NEVER.search(f"{told.sentence} {told.note} {told.svg}")


def test_a_body_without_an_explanation_shows_none() -> None:
    assert because(facts(explanation=None), "p0") is None
    assert article(facts(explanation=None), minutes(), "p0").because is None
    assert article(facts(), minutes(), "p0").because is not None


def test_without_a_model_the_sentence_stands_alone() -> None:
    bare = {
        "contributions": [], "path_length": None, "expected_path_length": None,
        "counterfactual": {"price": 5, "causes": [{"cause": "cost", "price": 5}]},
        "sentence": {"id": "Seandainya.", "en": "Had."},
    }  # fmt: skip
    told = because(facts(explanation=bare), "p0")
    assert told is not None
    assert str(told.svg) == ""
    assert "saw no price" in told.note.en
