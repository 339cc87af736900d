"""Where may we connect? Every trick that got past somebody else's guard."""

from __future__ import annotations

import httpx2
import pytest

from app.referral.deliver import attempt
from app.referral.guard import TargetRefused, parse_target, resolve

PUBLIC = "93.184.215.14"


@pytest.mark.parametrize(
    "url",
    [
        "http://kppu.example/hook",
        "ftp://kppu.example/",
        "//kppu.example/",
        "kppu.example",
        "https:///hook",
        "https://user@kppu.example/",
        "https://user:pass@kppu.example/",
        "https://kppu.example\\@169.254.169.254/",
        "https://kppu.example#@169.254.169.254/",
        "https://169.254.169.254%2f@kppu.example/",
        "https://kppu.example/#part",
        "https://kppu.example%00.evil.example/",
        "https://kppu.example /",
        "https://kppu.example:99999/",
        "https://kppu.example\r\nhost: evil/",
    ],
)
def test_refused_before_any_network(url: str) -> None:
    with pytest.raises(TargetRefused):
        parse_target(url, allow_loopback=False)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::",
        "::1",
        "::10.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:a9fe:a9fe",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "2002:0a00:0001::1",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_names_that_lead_inside_are_refused(address: str) -> None:
    target = parse_target("https://kppu.example/", allow_loopback=False)
    with pytest.raises(TargetRefused, match="not public"):
        resolve(target, lambda host, port: [address])
    with pytest.raises(TargetRefused, match="not public"):
        resolve(target, lambda host, port: [PUBLIC, address])


@pytest.mark.parametrize(
    "host", ["0x7f.1", "2130706433", "017700000001", "127.1", "[::ffff:10.0.0.1]", "[::1]", "169.254.169.254", "localhost"]
)
def test_spellings_of_inside_are_refused_by_the_systems_own_reading(host: str) -> None:
    with pytest.raises(TargetRefused):
        resolve(parse_target(f"https://{host}/", allow_loopback=False))


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_pass(address: str) -> None:
    assert resolve(parse_target("https://kppu.example/", allow_loopback=False), lambda host, port: [address]) == address


def test_loopback_needs_the_setting_and_http_needs_loopback() -> None:
    allowed = parse_target("http://demo.example/", allow_loopback=True)
    assert resolve(allowed, lambda host, port: ["127.0.0.1"]) == "127.0.0.1"
    with pytest.raises(TargetRefused, match="loopback only"):
        resolve(allowed, lambda host, port: [PUBLIC])
    with pytest.raises(TargetRefused, match="loopback only"):
        resolve(allowed, lambda host, port: ["127.0.0.1", PUBLIC])
    with pytest.raises(TargetRefused, match="not public"):
        resolve(parse_target("https://demo.example/", allow_loopback=True), lambda host, port: ["10.0.0.1"])


def test_the_checked_address_is_dialled_under_the_authoritys_name() -> None:
    """Resolved once: a name that answers differently the second time (rebinding) is never asked a second time."""
    seen: list[httpx2.Request] = []
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC if len(asked) == 1 else "10.0.0.1"]

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(204)

    target = parse_target("https://kppu.example:8443/hook?a=1", allow_loopback=False)
    outcome = attempt(target, {"webhook-id": "m"}, b"{}", transport=httpx2.MockTransport(answer), resolver=resolver)
    assert outcome.status_code == 204
    assert asked == ["kppu.example"]
    assert str(seen[0].url) == f"https://{PUBLIC}:8443/hook?a=1"
    assert seen[0].headers["host"] == "kppu.example:8443"
    assert seen[0].extensions["sni_hostname"] == "kppu.example"


def test_a_refused_target_is_a_failed_attempt_not_a_crash() -> None:
    outcome = attempt(parse_target("https://kppu.example/", allow_loopback=False), {}, b"{}", resolver=lambda host, port: ["10.0.0.1"])
    assert outcome.status_code is None
    assert outcome.error == "target refused: the host leads to an address that is not public"
