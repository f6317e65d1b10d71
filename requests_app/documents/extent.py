"""What a decision is about: objects by designation, time and scope."""

from django.utils.translation import gettext

from requests_app.catalogue.countries import EEA, NAMES
from requests_app.documents.appeal import is_tf
from requests_app.documents.as_decided import asked_for
from requests_app.documents.drafting.words import span
from requests_app.models import Condition, Decision, RequestedObject

Lines = tuple[tuple[str, str], ...]


def extents(decision: Decision) -> tuple[Lines, Lines]:
    """Label and value, in Swedish; what the decision does not say is left out. As
    anybody may read it; and with addresses, as the provider writes them, of what has
    no designation: they may hold a name, and stand in the full copy alone."""
    lines = []
    if decision.granted_minutes and not is_tf(decision):
        lines.append(("Tid", f"Högst {span(decision.granted_minutes)}"))
    if decision.grants and not is_tf(decision):
        lines.append(("Utförs av", _who(decision)))
    if decision.granted_scope:
        lines.append(("Omfattning", decision.granted_scope))
    named = _named(decision)
    plain, with_addresses = (
        tuple(
            (label, value)
            for label, value in [("Objekt", ", ".join(_names(named, full))), *lines]
            if value
        )
        for full in (False, True)
    )
    return plain, with_addresses


def _who(decision: Decision) -> str:
    """Who does the work, and from where, by the request that was decided on; not from
    where a condition says that it is not to be done."""
    request = asked_for(decision)
    code = request.engineer_country.upper()
    inside = decision.proposal.conditions.filter(kind=Condition.Kind.INSIDE_EEA)
    outside = code in NAMES and code not in EEA
    country = "" if outside and inside.exists() else NAMES.get(code, [""])[0]
    where = f"från {country}" if country else ""
    return ", ".join(filter(None, [request.employer_entity, where]))


def _named(decision: Decision) -> list[tuple[RequestedObject, int]]:
    """The objects of the decision, and each its place in the request."""
    request = decision.review.access_request_id
    rows = RequestedObject.objects.filter(access_request=request)
    rows = rows.select_related("cloud_object").order_by("pk")
    return [
        (row, number)
        for number, row in enumerate(rows, start=1)
        if row.pk in decision.object_ids
    ]


def _names(named: list[tuple[RequestedObject, int]], with_addresses: bool) -> list[str]:
    return [_name(row, number, with_addresses) for row, number in named]


def _name(row: RequestedObject, number: int, with_addresses: bool) -> str:
    """Our own neutral designation; where we have none, its place in the request."""
    cloud_object = row.cloud_object
    if cloud_object is None or not cloud_object.designation:
        place = f"objekt {number} i begäran"
        return f"{place} ({row.external_id})" if with_addresses else place
    kind = gettext(cloud_object.get_kind_display()).lower()
    return f"{cloud_object.designation} ({kind})"
