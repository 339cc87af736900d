"""What does the published contract say? OpenAPI 3.1 with the event models as body schema, and problems instead of FastAPI's 422."""

from __future__ import annotations

import json
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.problems import KINDS, MEDIA_TYPE
from app.intake import examples
from app.intake.contract import ADAPTER

_REF: Final = "#/components/schemas/{model}"
_REFUSALS: Final = (
    "not-json",
    "not-authenticated",
    "other-platform",
    "too-large",
    "media-type-not-supported",
    "nothing-accepted",
    "log-full",
    "not-writable",
)
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457. More members may follow, named by the problem type.",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "enum": [f"/problems/{slug}" for slug in KINDS]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
    },
}
_RECEIPT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["receipt_id", "accepted", "rejected", "unknown_fields", "notes"],
    "properties": {
        "receipt_id": {"type": ["string", "null"], "description": "Null for a dry run."},
        "accepted": {"type": "integer", "description": "Events that are durable now; sent = accepted + rejected."},
        "rejected": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "index": {"type": "integer", "description": "Among the events sent, from 0; blank lines are no events."},
                    "event_id": {"type": ["string", "null"]},
                    "field": {"type": ["string", "null"]},
                    "problem": {"type": "string"},
                },
            },
        },
        "unknown_fields": {"type": "object", "additionalProperties": {"type": "integer"}},
        "notes": {"type": "array", "items": {"type": "string"}},
        "repeated": {"type": "boolean", "description": "True if this request was answered before: the first receipt."},
        "dry_run": {"type": "boolean"},
    },
}


def install(app: FastAPI) -> None:
    """Replace the generator; the document is made once, when it is first asked for."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = published(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def published(app: FastAPI) -> dict[str, Any]:
    """The document of an application."""
    spec: dict[str, Any] = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, openapi_version="3.1.0"
    )
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    event = ADAPTER.json_schema(ref_template=_REF)
    schemas.update(event.pop("$defs"))
    schemas.update({"Event": event, "Problem": _PROBLEM, "Receipt": _RECEIPT})
    for path in spec["paths"].values():
        for operation in path.values():
            _with_problems(operation)
    _with_events(spec["paths"]["/v1/events"]["post"])
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    return spec


def _with_problems(operation: dict[str, Any]) -> None:
    answer = {"description": "A problem.", "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}}}
    responses = operation["responses"]
    responses.pop("422", None)
    responses["default"] = answer


def _with_events(operation: dict[str, Any]) -> None:
    one = {"$ref": _REF.format(model="Event")}
    each = {example["type"]: {"value": example} for example in examples.ALL}
    array = {"all": {"summary": "An evening, as an array", "value": list(examples.ALL)}}
    lines = "\n".join(json.dumps(example, separators=(",", ":")) for example in examples.ALL) + "\n"
    operation["requestBody"] = {
        "required": True,
        "description": "Content-Encoding: gzip is taken too. A field that is null counts as left out; unknown fields are kept and named.",
        "content": {
            "application/json": {"schema": {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}, "examples": {**each, **array}},
            "application/x-ndjson": {"schema": {"type": "string"}, "examples": {"all": {"summary": "One event per line", "value": lines}}},
        },
    }
    receipt = {"application/json": {"schema": {"$ref": _REF.format(model="Receipt")}}}
    operation["responses"]["202"] = {"description": "Durable.", "content": receipt}
    operation["responses"]["200"] = {"description": "A dry run: nothing was stored.", "content": receipt}
    for slug in _REFUSALS:
        kind = KINDS[slug]
        content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}}
        operation["responses"][str(kind.status)] = {"description": kind.title, "content": content}
