"""Does the published contract hold? Examples run, operations are unique, errors are problems."""

from __future__ import annotations

import json

from fastapi.testclient import TestClient

from app.intake import examples


def test_every_example_posts(client: TestClient, key: dict[str, str]) -> None:
    content = client.get("/openapi.json").json()["paths"]["/v1/events"]["post"]["requestBody"]["content"]
    for example in content["application/json"]["examples"].values():
        answer = client.post("/v1/events", headers=key, json=example["value"])
        assert answer.status_code == 202, answer.text
        assert (answer.json()["rejected"], answer.json()["unknown_fields"]) == ([], {})
    for example in content["application/x-ndjson"]["examples"].values():
        answer = client.post("/v1/events", headers={**key, "Content-Type": "application/x-ndjson"}, content=example["value"])
        assert answer.json()["accepted"] == len(examples.ALL)


def test_operations_are_unique_and_errors_are_problems(client: TestClient) -> None:
    spec = client.get("/openapi.json").json()
    assert spec["openapi"] == "3.1.0"
    operations = [operation for path in spec["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert "HTTPValidationError" not in json.dumps(spec)
    for operation in operations:
        assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_every_reference_resolves(client: TestClient) -> None:
    spec = client.get("/openapi.json").json()
    text = json.dumps(spec)
    for part in text.split('"$ref": "#/components/schemas/')[1:]:
        assert part.split('"')[0] in spec["components"]["schemas"]
