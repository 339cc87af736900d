"""What did one attempt bring? One POST to the resolved address; every failure becomes an outcome, never an exception."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx2

from app.referral.guard import Resolver, Target, TargetRefused, resolve, system_resolver

TIMEOUT_S: Final = 15.0
ANSWER_LIMIT_BYTES: Final = 64_000
EXCERPT_CHARACTERS: Final = 2_000
USER_AGENT: Final = "kawal-harga"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is recorded of an attempt. `status_code` is null where no answer came."""

    status_code: int | None
    latency_ms: int
    error: str | None = None
    excerpt: str | None = None
    retry_after: str | None = None


Sender = Callable[[Mapping[str, str], bytes], Outcome]
"""(signed headers, exact body) -> outcome; the courier knows no more of the network than this."""


def _read(answer: httpx2.Response, deadline: float) -> bytes:
    got = b""
    # Raw bytes: a compressed answer is never unpacked, so it can't grow in our memory. As they come, not in chunks of a size: who
    # sends a byte every few seconds must meet the deadline before the chunk is full.
    # (a transport without a network, as in tests, hands over an answer that is already there)
    for chunk in [answer.content] if answer.is_stream_consumed else answer.iter_raw():
        got += chunk
        if len(got) >= ANSWER_LIMIT_BYTES or time.monotonic() > deadline:
            break
    return got[:ANSWER_LIMIT_BYTES]


def _request(client: httpx2.Client, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> httpx2.Request:
    # The URL names the address, Host and SNI the authority: what was checked is what is dialled, and its certificate still has to
    # be the authority's.
    url = target.url.copy_with(host=address)
    fixed = {
        "host": target.url.netloc.decode(),
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "accept-encoding": "identity",
    }
    return client.build_request(
        "POST", url, content=body, headers={**fixed, **headers}, extensions={"sni_hostname": target.url.raw_host.decode()}
    )


def _post(transport: httpx2.BaseTransport | None, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> Outcome:
    began = time.monotonic()
    # trust_env off: a proxy named in the environment would connect where the guard never looked
    with httpx2.Client(transport=transport, timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
        answer = client.send(_request(client, target, address, headers, body), stream=True)
        status, retry_after = answer.status_code, answer.headers.get("retry-after")
        try:
            text = _read(answer, began + TIMEOUT_S)
        except httpx2.HTTPError:
            text = b""  # the status line came: it decides, whatever became of the rest
        finally:
            answer.close()
    latency = int((time.monotonic() - began) * 1000)
    excerpt = text.decode("utf-8", "replace").replace("\x00", "")[:EXCERPT_CHARACTERS]
    error = None if 200 <= status < 300 else f"answered {status}"
    return Outcome(status, latency, error, excerpt, retry_after)


def attempt(
    target: Target,
    headers: Mapping[str, str],
    body: bytes,
    *,
    transport: httpx2.BaseTransport | None = None,
    resolver: Resolver = system_resolver,
) -> Outcome:
    """Resolve, send once, read at most 64 kB of the answer."""
    began = time.monotonic()
    try:
        return _post(transport, target, resolve(target, resolver), headers, body)
    except TargetRefused as exc:
        error = f"target refused: {exc}"
    except httpx2.TimeoutException as exc:
        error = f"no answer in {TIMEOUT_S:.0f} s ({type(exc).__name__})"
    except httpx2.HTTPError as exc:
        error = f"{type(exc).__name__}: {exc}"[:500]
    return Outcome(None, int((time.monotonic() - began) * 1000), error)


def sender_for(target: Target, *, transport: httpx2.BaseTransport | None = None, resolver: Resolver = system_resolver) -> Sender:
    """Bind the target of the settings, once."""

    def send(headers: Mapping[str, str], body: bytes) -> Outcome:
        return attempt(target, headers, body, transport=transport, resolver=resolver)

    return send
