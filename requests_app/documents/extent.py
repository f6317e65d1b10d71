"""What a decision is about: objects by designation, time and scope."""

from django.utils.translation import gettext

from requests_app.drafting.words import span
from requests_app.models import Decision, RequestedObject


def extent(decision: Decision) -> tuple[tuple[str, str], ...]:
    """Label and value, in Swedish; what the decision does not say is left out."""
    found = [("Objekt", ", ".join(_objects(decision)))]
    if decision.granted_minutes:
        found.append(("Tid", f"Högst {span(decision.granted_minutes)}"))
    if decision.granted_scope:
        found.append(("Omfattning", decision.granted_scope))
    return tuple((label, value) for label, value in found if value)


def _objects(decision: Decision) -> list[str]:
    rows = RequestedObject.objects.filter(pk__in=decision.object_ids)
    return [_name(row) for row in rows.select_related("cloud_object").order_by("pk")]


def _name(row: RequestedObject) -> str:
    """Our own neutral designation; the provider's name only where we have none."""
    held = row.cloud_object
    if held is None or not held.designation:
        return row.external_id
    return f"{held.designation} ({gettext(held.get_kind_display()).lower()})"
