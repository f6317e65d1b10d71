"""The form in which a request is typed in."""

from django.utils import timezone

from tests.helpers.web import signed_in

ADD_REQUEST = "/requests_app/accessrequest/add/"


def typed_request(cast, **changes):
    now = timezone.localtime()
    typed = {
        "connection": cast.m365.pk,
        "external_id": "EXSR418822",
        "service": "Exchange",
        "object_ids": "kurator@skola.example",
        "justification": "Reparera ett skadat objekt",
        "requested_at_0": f"{now:%Y-%m-%d}",
        "requested_at_1": f"{now:%H:%M}",
        "hours": "4",
        "engineer_country": "ie",
        **changes,
    }
    return {name: value for name, value in typed.items() if value is not None}


def send_request(cast, name="nils", **changes):
    return signed_in(getattr(cast, name)).post(
        ADD_REQUEST, typed_request(cast, **changes)
    )
