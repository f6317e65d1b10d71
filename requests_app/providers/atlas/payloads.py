"""What Atlas shows of a cluster: are MongoDB's employees let in, and until when?

The client puts the request's number beside the cluster: Atlas knows none.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.application import Application
from requests_app.providers.reading import Piece, Unreadable, instant, text_of

GRANT = "mongoDBEmployeeAccessGrant"
# What is let in to, as the specification lists it; the first is the least.
GRANT_TYPES = (
    "CLUSTER_DATABASE_LOGS",
    "CLUSTER_INFRASTRUCTURE",
    "CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA",
)


def applications(raw: bytes) -> Iterator[Piece]:
    """Atlas has no requests that could be saved to a file. Raises Unreadable."""
    raise Unreadable(_("Atlas sends no requests: record what the support case says."))


def application(value: Any) -> Application:
    """A cluster as a request for it sees it. Raises Unreadable."""
    cluster = value.get("cluster") if isinstance(value, dict) else None
    if not isinstance(cluster, dict):
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "cluster"})
    grant = cluster.get(GRANT)
    if grant is not None and not isinstance(grant, dict):
        raise Unreadable(_("“%(key)s” is not an object.") % {"key": GRANT})
    return Application(
        external_id=text_of(value.get("number"), "number")[:200],
        service=text_of((grant or {}).get("grantType"), "grantType"),
        object_ids=(text_of(cluster.get("name"), "name"),),
        provider_status="granted" if grant else "closed",
        concluded="approved" if grant else "",
        open_until=instant((grant or {}).get("expirationTime"), "expirationTime"),
    )


def place_of(number: str) -> str:
    """The cluster, by the number of a request."""
    return number.partition("/")[0]
