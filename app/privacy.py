"""Whether what is chosen stays on this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def remote_host(address: str) -> str | None:
    """The other machine that an address leads to; None where it is this one or there is none.

    An address that cannot be read is given back as it is, for nobody knows where it leads.
    """
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return address
    return None if host is None or host == "localhost" or _is_loopback(host) else host


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name, not a number
        return False
