"""Which addresses a webhook may go to: https, outside our network.

Nothing is looked up here. What a name stands for is asked, and checked, when something
is sent.
"""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

# Public by their numbers, and answered by the cloud's own host to whoever lies in it:
# Azure's platform (its metadata is link-local, like everybody's).
OF_THE_HOST = {ipaddress.ip_address("168.63.129.16")}
UNICAST = ipaddress.ip_network("2000::/3")
# A last label that resolvers take for a number, so for an IPv4 address.
NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)


class Refused(Exception):
    """An address that we do not send to."""


class Place(NamedTuple):
    host: str
    port: int


def place_of(url: str) -> Place:
    """Host and port of a webhook address. Raises Refused for anything but https to a
    name in the world or a public IP address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 443
    except ValueError as error:
        raise Refused(_("The webhook address is not an address.")) from error
    if parts.scheme != "https" or not host or parts.username is not None:
        raise Refused(_("A webhook address begins with https:// and names a host."))
    refuse_inside(host)
    if port not in settings.WEBHOOK_PORTS:
        ports = ", ".join(str(number) for number in sorted(settings.WEBHOOK_PORTS))
        raise Refused(
            _("A webhook goes to port %(ports)s; ours lets no other out.")
            % {"ports": ports}
        )
    return Place(host, port)


def refuse_inside(host: str) -> None:
    """Raises Refused for an IP address, or a way to write one, that is not public, and
    for a name that only our own network knows."""
    try:
        is_outside = is_public(host)
    except ValueError:
        labels = host.rstrip(".").split(".")
        is_outside = len(labels) > 1 and not NUMBER.fullmatch(labels[-1])
        is_outside = is_outside and labels[-1].lower() != "localhost"
    if not is_outside:
        raise Refused(_("The webhook address lies inside our own network."))


def is_public(address: str) -> bool:
    """Raises ValueError for what is no IP address."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        # Only plain unicast: no address that carries an IPv4 address of ours inside.
        plain = ip in UNICAST and ip.sixtofour is None and ip.teredo is None
        if not plain:
            return False
    if ip in OF_THE_HOST:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
