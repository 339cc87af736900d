"""How does a scikit-learn object become bytes that are the same each time, and back without running foreign code?

skops names every array by its memory address and stamps the archive with the clock, so equal models had unequal files. Here addresses
are renumbered in the order of the schema and the archive carries no time: training twice from one seed gives one hash.
"""

from __future__ import annotations

import io
import json
from typing import Any, Final, TypeVar
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import skops.io

from app.detection.manifest import ModelRefused

ALLOWED: Final = ("sklearn.tree._tree.Tree", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor")
"""Compiled containers of numbers that our two models need beyond what skops trusts by itself. Nothing else is ever let in."""

Estimator = TypeVar("Estimator")


class ForeignType(ModelRefused):
    """A model file names a type that no model of ours holds."""


def to_bytes(estimator: object) -> bytes:
    """The skops archive of an estimator; equal estimators give equal bytes."""
    source = ZipFile(io.BytesIO(skops.io.dumps(estimator)))
    schema = json.loads(source.read("schema.json"))
    names: dict[str, str] = {}
    numbered = _renumber(schema, {}, names)
    target = io.BytesIO()
    with ZipFile(target, "w", compression=ZIP_DEFLATED) as archive:
        for old, new in names.items():
            archive.writestr(_timeless(new), source.read(old))
        archive.writestr(_timeless("schema.json"), json.dumps(numbered, indent=0))
    return target.getvalue()


def from_bytes(data: bytes, expected: type[Estimator]) -> Estimator:
    """The estimator in an archive whose hash was checked before; raises ForeignType for any type beyond the list above."""
    foreign = sorted(set(skops.io.get_untrusted_types(data=data)) - set(ALLOWED))
    if foreign:
        raise ForeignType(f"the model file holds types that are not allowed: {', '.join(foreign)}; train again with `kawal train`")
    loaded = skops.io.loads(data, trusted=list(ALLOWED))
    if not isinstance(loaded, expected):
        raise ForeignType(f"the model file holds a {type(loaded).__name__} where a {expected.__name__} belongs")
    return loaded


def _timeless(name: str) -> ZipInfo:
    info = ZipInfo(name)  # dated 1980-01-01
    info.compress_type = ZIP_DEFLATED
    return info


def _renumber(node: Any, ids: dict[int, int], names: dict[str, str]) -> Any:
    """The schema with `__id__` and array file names replaced by their order of appearance; names: old file -> new file."""
    if isinstance(node, list):
        return [_renumber(child, ids, names) for child in node]
    if not isinstance(node, dict):
        return node
    plain: dict[str, Any] = {}
    for key, child in node.items():
        if key == "__id__":
            plain[key] = ids.setdefault(child, len(ids))
        elif key == "file":
            plain[key] = names.setdefault(child, f"{len(names)}.npy")
        else:
            plain[key] = _renumber(child, ids, names)
    return plain
