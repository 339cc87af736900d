"""Is every log line one JSON object with the request's id and without keys?"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.observe.logs import configure_logs, get_logger, request_id


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    configure_logs("INFO", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def read(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_line_is_json_with_request_id(lines: io.StringIO) -> None:
    token = request_id.set("r-1")
    get_logger("app.intake").info("batch_accepted", events=5)
    request_id.reset(token)
    get_logger("app.intake").debug("not written")
    (line,) = read(lines)
    assert line["event"] == "batch_accepted"
    assert line["events"] == 5
    assert line["request_id"] == "r-1"
    assert line["logger"] == "app.intake"
    assert line["level"] == "info"
    assert str(line["at"]).endswith("Z")


def test_standard_library_lines_take_the_same_road(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("started on %s", "127.0.0.1")
    (line,) = read(lines)
    assert line["event"] == "started on 127.0.0.1"
    assert line["logger"] == "uvicorn.error"


def test_keys_and_secrets_never_reach_a_line(lines: io.StringIO) -> None:
    get_logger("app.api").info("refused kwl_live_abc123", path="/v1?key=kwl_live_abc123", authorization="Bearer x")
    logging.getLogger("uvicorn.access").info("GET /?key=%s", "kwl_live_abc123")
    assert "abc123" not in lines.getvalue()
    assert read(lines)[0]["authorization"] == "***"


def test_failure_is_written_with_its_trace(lines: io.StringIO) -> None:
    try:
        raise OSError("disk kwl_live_abc123 gone")
    except OSError:
        get_logger("app.log").exception("append_failed")
    (line,) = read(lines)
    assert "OSError: disk kwl_*** gone" in str(line["exception"])
