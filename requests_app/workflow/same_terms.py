"""Whether a provider tells once more what it has told, or something else."""

from dataclasses import replace

from requests_app.models import AccessRequest, Arrival
from requests_app.providers.application import Application
from requests_app.providers.terms import PLAIN


def tells_the_same(access_request: AccessRequest, application: Application) -> bool:
    """Is it on the terms that were last told? Of a door that a person typed, the
    provider says no more than whether it is open."""
    last = last_told(access_request)
    if last is None or access_request.is_typed_door:
        return last is not None
    whole = with_what_was_typed(access_request, application)
    return last.terms_digest == whole.terms_digest


def last_told(access_request: AccessRequest) -> Arrival | None:
    """The arrival by which its terms were last told."""
    return access_request.arrivals.exclude(terms_digest="").first()


def with_what_was_typed(
    access_request: AccessRequest, application: Application
) -> Application:
    """What people add to what comes incomplete stands where the provider is silent."""
    if not access_request.comes_incomplete:
        return application
    justification = access_request.justification
    named = access_request.requested_objects.still_named().order_by("pk")
    typed = {
        **{term.name: getattr(access_request, term.name) for term in PLAIN},
        "justification": justification.text if justification else "",
        "object_ids": tuple(named.values_list("external_id", flat=True)),
        "requested_at": access_request.requested_at,
    }
    silent = [name for name in typed if not getattr(application, name)]
    return replace(application, **{name: typed[name] for name in silent})
