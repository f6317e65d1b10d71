"""The map of objects as it is, read once to compare many rows with. Reads only."""

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from requests_app.models import CloudObject, CloudObjectInformationSet

Key = tuple[int, str]  # the system's number, and the identifier in small letters


class KnownObject(NamedTuple):
    pk: int
    authority: int
    branch: int | None
    kind: str
    designation: str
    gone_on: date | None


class KnownObjects(NamedTuple):
    objects: dict[Key, KnownObject]
    # Authority and designation, and the object that has it.
    designations: dict[tuple[int, str], Key]
    # The information sets of an object, by its number.
    sets: dict[int, set[int]]


def known_objects() -> KnownObjects:
    """Two queries, however much there is."""
    columns = (
        "system",
        "external_id",
        "pk",
        "authority",
        "branch",
        "kind",
        "designation",
    )
    rows = CloudObject.objects.order_by().values_list(*columns, "gone_on")
    objects = {
        (system, external_id.lower()): KnownObject(*row)
        for system, external_id, *row in rows.iterator()
    }
    designations = {(row.authority, row.designation): k for k, row in objects.items()}
    sets: dict[int, Any] = defaultdict(set)
    links = CloudObjectInformationSet.objects.order_by()
    for pk, set_key in links.values_list("cloud_object", "information_set").iterator():
        sets[pk].add(set_key)
    return KnownObjects(objects, designations, sets)
