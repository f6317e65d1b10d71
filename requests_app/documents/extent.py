"""What a decision is about: objects by designation, time and scope."""

from django.utils.translation import gettext

from requests_app.catalogue.countries import EEA, NAMES
from requests_app.documents.appeal import is_tf
from requests_app.documents.as_decided import asked_for
from requests_app.documents.drafting.words import span
from requests_app.models import CloudObject, Condition, Decision, RequestedObject
from requests_app.words.addresses import printable

Lines = tuple[tuple[str, str], ...]


def extent(decision: Decision) -> Lines:
    """Label and value, in Swedish; what the decision does not say is left out."""
    lines = [("Objekt", ", ".join(_objects(decision)))]
    if decision.granted_minutes and not is_tf(decision):
        lines.append(("Tid", f"Högst {span(decision.granted_minutes)}"))
    if decision.grants and not is_tf(decision):
        lines.append(("Utförs av", _who(decision)))
    if decision.granted_scope:
        lines.append(("Omfattning", decision.granted_scope))
    return tuple((label, value) for label, value in lines if value)


def _who(decision: Decision) -> str:
    """Who does the work, and from where, by the request that was decided on; not from
    where a condition says that it is not to be done."""
    request = asked_for(decision)
    code = request.engineer_country.upper()
    inside = decision.proposal.conditions.filter(kind=Condition.Kind.INSIDE_EEA)
    outside = code in NAMES and code not in EEA
    country = "" if outside and inside.exists() else NAMES.get(code, [""])[0]
    where = f"från {country}" if country else ""
    return ", ".join(filter(None, [printable(request.employer_entity), where]))


def _objects(decision: Decision) -> list[str]:
    named = named_objects(decision)
    return [_with_kind(row.called(place), row.cloud_object) for place, row in named]


def named_objects(decision: Decision) -> list[tuple[int, RequestedObject]]:
    """The objects of the decision, each after its place in the request."""
    numbered = RequestedObject.objects.numbered(decision.review.access_request_id)
    return [(place, row) for place, row in numbered if row.pk in decision.object_ids]


def _with_kind(name: str, cloud_object: CloudObject | None) -> str:
    if cloud_object is None:
        return name
    return f"{name} ({gettext(cloud_object.get_kind_display()).lower()})"
