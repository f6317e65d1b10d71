import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.providers.application import Application
from requests_app.providers.protocol import Abilities, Answer, unable
from requests_app.providers.reading import Piece, Unreadable, instant, text_of

__all__ = [
    "abilities",
    "answer_body",
    "application",
    "applications",
    "concluded",
    "event",
    "label",
]


# What Atlas shows of a cluster: are MongoDB's employees let in, and until when?
#
# The client puts the request's number beside the cluster: Atlas knows none.

GRANT = "mongoDBEmployeeAccessGrant"
# What is let in to, as the specification lists it; the first is the least.
GRANT_TYPES = (
    "CLUSTER_DATABASE_LOGS",
    "CLUSTER_INFRASTRUCTURE",
    "CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA",
)


def applications(raw: bytes) -> Iterator[Piece]:
    """Atlas has no requests that could be saved to a file. Raises Unreadable."""
    raise Unreadable(
        gettext("Atlas sends no requests: record what the support case says.")
    )


def application(value: Any) -> Application:
    """A cluster as a request for it sees it. Raises Unreadable."""
    cluster = value.get("cluster") if isinstance(value, dict) else None
    if not isinstance(cluster, dict):
        raise Unreadable(gettext("“%(key)s” is missing.") % {"key": "cluster"})
    grant = cluster.get(GRANT)
    if grant is not None and not isinstance(grant, dict):
        raise Unreadable(gettext("“%(key)s” is not an object.") % {"key": GRANT})
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


# What Atlas wants to hear.


def answer_body(answer: Answer) -> str:
    """A grant with its type and end; a refusal and a revocation have no body. What was
    asked for in other words than Atlas's is granted as the least."""
    if answer.word != "approve" or answer.ends_at is None:
        return ""
    service = answer.service.strip().upper()
    grant = service if service in GRANT_TYPES else GRANT_TYPES[0]
    ends_at = answer.ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps({"grantType": grant, "expirationTime": ends_at})


def concluded(_refusal: bytes) -> str:
    """A refusal does not say how the cluster stands."""
    return ""


# MongoDB Atlas: the customer lets MongoDB's employees into a cluster for a time.
#
# Source: mongodb/atlas-sdk-go, openapi/atlas-api-transformed.yaml, the operations
# `grantMongoEmployeeAccess` and `revokeMongoEmployeeAccess`. The number of a request is
# the cluster's name, a slash and the support case: Atlas has no requests of its own.

label = _("MongoDB Atlas employee access")
abilities = Abilities(
    can_be_polled=True,
    can_be_answered=True,
    can_be_revoked=True,
    can_be_read_back=True,
    can_be_told_minutes=True,
    opens_grants=True,
    number_pattern=r"[A-Za-z0-9][A-Za-z0-9-]{0,63}/[A-Za-z0-9-]{1,60}",
    number_help=_("The cluster, a slash and the support case: cluster0/01234567."),
    limits=(
        _("Atlas sends no requests: a person records what the support case asks for."),
        _("A cluster is open or closed as a whole: one access to it at a time."),
        _("Questions go through the provider's support case."),
        _("What was done during access is not reported."),
    ),
)
event = unable
