"""May we connect there? The target comes from settings only, is parsed once, resolved once, and dialled by that address."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx2

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]

NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
COMPATIBLE: Final = ipaddress.IPv6Network("::/96")
UNICAST_V6: Final = ipaddress.IPv6Network("2000::/3")
"""All that is handed out for the public net; the standard library calls site-local and some multicast global, too."""


class TargetRefused(Exception):
    """The target breaks a rule of the guard; the message says which, never the path or query of the target."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked target; `url` is the one parse, also used for the request, so that two parsers can't disagree."""

    url: httpx2.URL
    allow_loopback: bool

    @property
    def port(self) -> int:
        """The port to dial."""
        return self.url.port or (443 if self.url.scheme == "https" else 80)


def parse_target(text: str, *, allow_loopback: bool) -> Target:
    """Check what can be checked without the network: scheme, host, no userinfo. Refusal here is a mistake of the settings."""
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, TypeError) as exc:
        raise TargetRefused("not a URL") from exc
    if url.scheme not in ("https", "http"):
        raise TargetRefused("scheme must be https")
    if url.scheme == "http" and not allow_loopback:
        raise TargetRefused("scheme must be https; http is for loopback in demos and tests (KAWAL_REFERRAL_ALLOW_LOOPBACK)")
    if not url.host or "%" in url.host or not 0 < (url.port or 443) < 65536:
        raise TargetRefused("no usable host and port")
    # a backslash or a second @ is read as path by one parser and as authority by the next
    if url.userinfo or "@" in text or "\\" in text or any(c.isspace() or ord(c) < 32 for c in text):
        raise TargetRefused("no user, password, @, backslash or white space in the target")
    if url.fragment:
        raise TargetRefused("no fragment in the target")
    return Target(url, allow_loopback)


def system_resolver(host: str, port: int) -> list[str]:
    """Every address of a name, as the system's resolver gives them (it also reads 0x7f.1 and other old spellings)."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise TargetRefused("host does not resolve") from exc
    return [str(item[4][0]) for item in found]


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 spelling carries (IPv4-mapped, compatible, NAT64, 6to4, Teredo), else the address."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in NAT64 or (address in COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address not in UNICAST_V6:
        return False
    # multicast counts as global in the standard library
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def resolve(target: Target, resolver: Resolver = system_resolver) -> str:
    """Resolve once and return the address to dial. One bad address among several refuses them all: rebinding mixes them."""
    spellings = resolver(target.url.raw_host.decode(), target.port)
    if not spellings:
        raise TargetRefused("host does not resolve")
    addresses = [unwrapped(ipaddress.ip_address(s.partition("%")[0])) for s in spellings]
    if target.allow_loopback and all(a.is_loopback for a in addresses):
        return spellings[0]
    if target.url.scheme != "https":
        raise TargetRefused("http is for loopback only")
    if not all(_is_public(a) for a in addresses):
        raise TargetRefused("the host leads to an address that is not public")
    return spellings[0]
