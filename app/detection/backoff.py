"""Which past units speak for a pair? Those of the cell of its finest level, by counts alone, before any score is seen (1.7).

Every level of the pair's own platform goes before any that came with the model: a coarse stratum of the right market before a fine one
of another. Taking the smallest p over levels would not be valid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from app.detection.strata import DEPTHS, ORDINARY, SEPARATOR, parent
from app.domain.calibrated import BORROWED, NO_LIKE_DAY, NOT_ENOUGH, OK, SUSPENDED


@dataclass(frozen=True)
class Names:
    """Levels that hold any unit, and those that have a cell with its name. Own ones are named as own_name does."""

    known: Collection[str]
    cells: Mapping[str, str]


def own_name(platform: pl.Expr, level: pl.Expr) -> pl.Expr:
    """The name of a platform's own stratum."""
    return pl.concat_str(platform, level, separator=":")


def choice(figures: pl.DataFrame, own: Names, lent: Names, suspended: Iterable[str] = ()) -> pl.DataFrame:
    """calibration_level (name of the cell, null: none speaks), calibration (app.domain.calibrated), name (the level in own or lent).

    Needs `stratum`, and `platform` where there are own strata. `suspended`: cells or levels, of every platform or (own_name) of one;
    whatever lies under a level is silent too.
    """
    platform = "platform" if "platform" in figures.columns else pl.lit("").alias("platform")
    asked = figures.select(platform, "stratum")
    told = _told(asked.unique(), own, lent, frozenset(suspended))
    return asked.join(told, on=["platform", "stratum"], how="left", maintain_order="left", nulls_equal=True).drop("platform", "stratum")


def _told(asked: pl.DataFrame, own: Names, lent: Names, suspended: frozenset[str]) -> pl.DataFrame:
    """The answers of a few different strata."""
    depths = range(len(DEPTHS))
    frame = asked.with_columns(parent(pl.col("stratum"), depth).alias(f"lent{i}") for i, depth in enumerate(DEPTHS))
    frame = frame.with_columns(own_name(pl.col("platform"), pl.col(f"lent{i}")).alias(f"own{i}") for i in depths)
    frame = frame.with_columns(
        pl.coalesce(pl.when(_in(f"own{i}", own.cells)).then(f"own{i}") for i in depths).alias("own"),
        pl.coalesce(pl.when(_in(f"lent{i}", lent.cells)).then(f"lent{i}") for i in depths).alias("lent"),
    )
    plain = {name: cell.partition(":")[2] for name, cell in own.cells.items()}
    frame = frame.with_columns(pl.coalesce(_renamed("own", plain), _renamed("lent", lent.cells)).alias("cell"))
    frame = frame.with_columns(
        own_name(pl.col("platform"), pl.col("cell")).alias("own_cell"),
    ).with_columns(
        pl.any_horizontal(
            _in(c, suspended) for c in ("cell", "own_cell", *(f"{kind}{i}" for kind in ("own", "lent") for i in depths))
        ).alias("silent"),
    )
    last = depths[-1]
    ordinary = (pl.col("stratum").str.split(SEPARATOR).list.get(1, null_on_oob=True) == ORDINARY).fill_null(value=True)
    seen = _in(f"own{last}", own.known) | _in(f"lent{last}", lent.known)
    answer = (
        pl.when("silent").then(pl.lit(SUSPENDED))
        .when(pl.col("own").is_not_null()).then(pl.lit(OK))
        .when(pl.col("lent").is_not_null()).then(pl.lit(BORROWED))
        .when(ordinary | seen).then(pl.lit(NOT_ENOUGH))
        .otherwise(pl.lit(NO_LIKE_DAY))
    )  # fmt: skip
    spoken = pl.when(~pl.col("silent"))
    return frame.select(
        "platform",
        "stratum",
        spoken.then("cell").alias("calibration_level"),
        answer.alias("calibration"),
        spoken.then(pl.coalesce("own", "lent")).alias("name"),
    )


def _in(column: str, names: Iterable[str]) -> pl.Expr:
    return pl.col(column).is_in(sorted(names)).fill_null(value=False)


def _renamed(column: str, names: Mapping[str, str]) -> pl.Expr:
    return pl.col(column).replace_strict(list(names), list(names.values()), default=None, return_dtype=pl.String())
