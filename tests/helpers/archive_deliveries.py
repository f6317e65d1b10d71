"""A package that has been taken out for the archive, which has said nothing of it yet."""

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.records.models import ArchiveDelivery


def delivery_of(cast, **terms):
    usual = {
        "authority": cast.gsn,
        "year": 2025,
        "cases": [],
        "number": "uuid-1",
        "digest": "0" * 64,
        "files": 1,
        "size": 1,
        "made_by": cast.lena,
        "made_at": acting.now(),
    }
    with acting_as(cast.lena):
        return ArchiveDelivery.objects.create(**{**usual, **terms})
