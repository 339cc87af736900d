"""One attempt over a real socket: what counts as an answer, and what an unfriendly receiver can do."""

from __future__ import annotations

import httpx2
import pytest

from app.referral import deliver
from app.referral.deliver import ANSWER_LIMIT_BYTES, EXCERPT_CHARACTERS, attempt
from app.referral.guard import Target, parse_target
from tests.referral.receiver import Answer, Receiver


def target(inbox: Receiver) -> Target:
    return parse_target(inbox.url, allow_loopback=True)


def test_the_exact_bytes_arrive(inbox: Receiver) -> None:
    body = '{"catatan":"Rp45.000 — di bawah biaya"}'.encode()
    outcome = attempt(target(inbox), {"webhook-id": "m"}, body)
    path, headers, got = inbox.got[0]
    assert (outcome.status_code, outcome.error) == (204, None)
    assert (path, got, headers["webhook-id"], headers["content-type"]) == ("/hook", body, "m", "application/json")
    assert headers["host"] == inbox.url.split("/")[2]


def test_a_redirect_is_a_failure_and_is_not_followed(inbox: Receiver) -> None:
    inbox.answers += [Answer(302, {"location": inbox.url})]
    outcome = attempt(target(inbox), {}, b"{}")
    assert (outcome.status_code, outcome.error) == (302, "answered 302")
    assert len(inbox.got) == 1


def test_a_long_answer_is_read_in_part(inbox: Receiver) -> None:
    inbox.answers += [Answer(500, body=b"x" * (ANSWER_LIMIT_BYTES * 20))]
    outcome = attempt(target(inbox), {}, b"{}")
    assert outcome.status_code == 500
    assert outcome.excerpt == "x" * EXCERPT_CHARACTERS


def test_nul_bytes_and_bad_utf8_can_be_stored(inbox: Receiver) -> None:
    inbox.answers += [Answer(500, body=b"\x00no\xff")]
    assert attempt(target(inbox), {}, b"{}").excerpt == "no\ufffd"


def test_hanging_up_is_an_outcome(inbox: Receiver) -> None:
    inbox.answers += [Answer(0)]
    outcome = attempt(target(inbox), {}, b"{}")
    assert outcome.status_code is None
    assert "RemoteProtocolError" in str(outcome.error)


def test_nobody_there_is_an_outcome() -> None:
    outcome = attempt(parse_target("http://127.0.0.1:9/", allow_loopback=True), {}, b"{}")
    assert outcome.status_code is None
    assert "ConnectError" in str(outcome.error)


def test_silence_is_an_outcome() -> None:
    def silent(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("nothing", request=request)

    outcome = attempt(parse_target("http://127.0.0.1:9/", allow_loopback=True), {}, b"{}", transport=httpx2.MockTransport(silent))
    assert outcome.error == "no answer in 15 s (ReadTimeout)"


def test_no_proxy_of_the_environment_is_used(inbox: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert attempt(target(inbox), {}, b"{}").status_code == 204


def test_a_dripping_answer_ends_with_the_attempt() -> None:
    assert deliver._read(httpx2.Response(200, stream=Drip()), deadline=0.0) == b"x"


class Drip(httpx2.SyncByteStream):
    def __iter__(self):  # type: ignore[no-untyped-def]
        while True:
            yield b"x"
