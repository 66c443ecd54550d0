"""The IP operators: membership of an address in a range, IPv4 and IPv6 apart (B.7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from iam.operators.comparison import Comparison, Test
from iam.wildcards import Pieces, render

Address = tuple[int, int]
"""The number of bits (32 or 128) and the address as a number."""

_PREFIX = re.compile(r"[0-9]{1,3}")
_LONGEST = 64


def parse_address(text: str) -> Address | None:
    """Read an IPv4 or IPv6 address in any of its spellings; None for any other text."""
    return _parse(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _parse(text: str) -> Address | None:
    try:
        if ":" not in text:
            return 32, int(IPv4Address(text))
        return None if "%" in text else (128, int(IPv6Address(text)))
    except ValueError:
        return None


def parse_network(text: str) -> tuple[int, int, int] | None:
    """Read a range as (bits, mask, network): a lone address is a range of one, host bits are masked (B-50)."""
    host, slash, prefix = text.partition("/")
    address = parse_address(host)
    if address is None or (slash and not _PREFIX.fullmatch(prefix)):
        return None
    bits, number = address
    length = int(prefix) if slash else bits
    if length > bits:
        return None
    mask = (1 << bits) - (1 << (bits - length))
    return bits, mask, number & mask


def compile_addresses(values: Sequence[Pieces]) -> Comparison:
    """Compile ranges; an address never belongs to a range of the other version (B-51)."""
    parsed = [parse_network(render(value)) for value in values]
    known = [network for network in parsed if network is not None]
    complete = len(known) == len(parsed)
    if len(known) == 1:
        return Comparison(_within(*known[0]), complete=complete)
    by_mask: dict[tuple[int, int], set[int]] = {}
    for bits, mask, network in known:
        by_mask.setdefault((bits, mask), set()).add(network)
    ranges: dict[int, list[tuple[int, set[int]]]] = {32: [], 128: []}
    for (bits, mask), networks in by_mask.items():
        ranges[bits].append((mask, networks))

    def test(value: str) -> bool:
        address = parse_address(value)
        if address is None:
            return False
        bits, number = address
        for mask, networks in ranges[bits]:  # noqa: SIM110  `any` with a generator takes twice as long
            if number & mask in networks:
                return True
        return False

    return Comparison(test, complete=complete)


def _within(bits: int, mask: int, network: int) -> Test:
    def test(value: str) -> bool:
        address = parse_address(value)
        return address is not None and address[0] == bits and address[1] & mask == network

    return test
