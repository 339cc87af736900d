"""Does a product's page say on what its p rests, or why there is none, in the words of the finding?"""

from __future__ import annotations

import pytest

from app.console.article import article
from app.console.facts import ProductFacts, spells_of
from app.console.render import environment
from app.findings.calibration_words import ANSWERS
from tests.console.evening import body, minutes


def page(answer: str | None) -> str:
    told = body(calibration=answer, p_value=0.004 if answer in ("ok", "borrowed") else None)
    view = article(ProductFacts("siarmart", "s-77", "toko-1", "p-9", told, spells=spells_of(told)), minutes(), "a1")
    return str(environment().get_template("_product.html").module.article(view))  # type: ignore[attr-defined]


@pytest.mark.parametrize("answer", [a for a in ANSWERS if a != "ok"])
def test_each_answer_is_shown_in_its_own_words_alone(answer: str) -> None:
    """["suspended" and a first 11.11 read "not enough calibration".]"""
    text = page(answer)
    shown = [a for a, words in ANSWERS.items() if f"<small>{words.short['id']} <" in text and f">{words.short['en']}<" in text]
    assert shown == [answer]


@pytest.mark.parametrize("answer", ["ok", None])
def test_nothing_is_added_to_a_p_of_own_sessions_or_where_no_model_spoke(answer: str | None) -> None:
    text = page(answer)
    assert not [a for a, words in ANSWERS.items() if words.short["id"] in text]
