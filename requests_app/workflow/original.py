"""Newer editions of what has been taken, and revoked ones: told, and looked at."""

from typing import Any, NamedTuple

from django.db.models import Max
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.catalogue.starter import EDITION, PUBLISHER, SIZES, starter
from requests_app.models import Authority, Origin, Original
from requests_app.permissions.publication import can_look_at
from requests_app.workflow.content import keep_if
from requests_app.workflow.step import note, save, step


class Edition(NamedTuple):
    """What a feed says of a package; `text` is the file, where it is a newer one."""

    publisher: str
    package: str
    edition: int
    text: str = ""
    revoked: str = ""


@step
def tell_of(authority: Authority, edition: Edition, *, by: Any) -> Original | None:
    """Once; nothing where the authority has taken nothing of the package, or has this
    edition already. `by` is the sweep."""
    last = last_taken(authority, edition.publisher, edition.package)
    is_newer = last is not None and edition.edition > last
    is_revoked = last == edition.edition and bool(edition.revoked)
    if not (is_revoked or (is_newer and not edition.revoked)):
        return None
    which = {
        "authority": authority,
        "publisher": edition.publisher,
        "package": edition.package,
        "edition": edition.edition,
        "revoked_reason": edition.revoked[:300],
    }
    if Original.objects.filter(**which).exists():
        return None
    body = keep_if(edition.text)
    return Original.objects.create(**which, body=body, came_at=clock.now())


def last_taken(authority: Authority, publisher: str, package: str) -> int | None:
    rows = Origin.objects.filter(
        authority=authority, publisher=publisher, package=package
    )
    return rows.aggregate(last=Max("edition"))["last"]


def tell_of_starters(by: Any) -> int:
    """Of the packages that ship with the product; returns how many are new."""
    new = 0
    for size in SIZES:
        name = starter(size)["name"]
        taken_by = Origin.objects.filter(
            publisher=PUBLISHER, package=name, edition__lt=EDITION
        )
        for authority in Authority.objects.filter(origins__in=taken_by).distinct():
            edition = Edition(PUBLISHER, name, EDITION)
            new += tell_of(authority, edition, by=by) is not None
    return new


def _is_looked_at(_may: Any, original: Original) -> str:
    return _("It has been looked at already.") if original.looked_at else ""


@step(may=can_look_at, hindrance=_is_looked_at)
def look_at(original: Original, *, by: Any) -> None:
    """Somebody has compared it with what stands: it waits no more."""
    save(original, looked_by=by, looked_at=clock.now())
    note("original.looked_at", on=original, by=by)
