"""Which network addresses belong to the public web, and what the others are, in plain words."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_CLOSED = tuple(
    (IPv4Network(network), name)
    for network, name in (
        ("0.0.0.0/8", "this machine"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a provider's inner network (CGNAT)"),
        ("127.0.0.0/8", "this machine (loopback)"),
        ("169.254.0.0/16", "a link-local address, where clouds keep their metadata"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "reserved, and cloud metadata"),
        ("192.0.2.0/24", "reserved for examples"),
        ("192.88.99.0/24", "a relay of 6to4"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "reserved for measurements"),
        ("198.51.100.0/24", "reserved for examples"),
        ("203.0.113.0/24", "reserved for examples"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "reserved"),
        # Azure's, the one metadata address that lies among the public ones.
        ("168.63.129.16/32", "cloud metadata"),
    )
)
"""IANA's special-purpose registry, written out: `ipaddress` has changed its mind about several between versions of Python."""

_PUBLIC_6 = IPv6Network("2000::/3")
"""All that has ever been given out as global unicast: what is outside needs no list."""
_CLOSED_6 = tuple(
    (IPv6Network(network), name)
    for network, name in (
        ("2001::/23", "reserved for protocols (Teredo, ORCHID and others)"),
        ("2001:db8::/32", "reserved for examples"),
        ("3fff::/20", "reserved for examples"),
    )
)
_OUTSIDE_6 = tuple(
    (IPv6Network(network), name)
    for network, name in (
        ("::1/128", "this machine (loopback)"),
        ("::/128", "this machine"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a private network"),
        ("ff00::/8", "a multicast address"),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
"""The well-known prefix. Networks without IPv4 reach every IPv4 site by it, so it is judged by what it holds; a network's own
prefix (64:ff9b:1::/48) is closed, since nobody outside can know what it leads to."""
_SIX_TO_FOUR = IPv6Network("2002::/16")
_ISATAP = (0x00005EFE, 0x02005EFE)


def closed_as(address: str) -> str | None:
    """What an address is if it is not of the public web, such as "a private network"; None if it is. What is no address is closed."""
    try:
        found = ip_address(address)
    except ValueError:
        return "no address"
    if isinstance(found, IPv4Address):
        return _closed_4(found)
    within = _held(found)
    if within is not None and (name := _closed_4(within)):
        return f"{name}, written as {within} within it"
    if found.ipv4_mapped or found in _NAT64:
        return None
    if found not in _PUBLIC_6:
        return next((name for network, name in _OUTSIDE_6 if found in network), "reserved")
    return next((name for network, name in _CLOSED_6 if found in network), None)


def _closed_4(address: IPv4Address) -> str | None:
    return next((name for network, name in _CLOSED if address in network), None)


def _held(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address to which a router or the system itself would turn this one."""
    number = int(address)
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in _SIX_TO_FOUR:
        return IPv4Address(number >> 80 & 0xFFFFFFFF)
    if address in _NAT64 or number >> 32 & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return None
