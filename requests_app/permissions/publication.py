"""Who draws up and publishes an authority's packages, and who looks at newer ones."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import Authority, Original, Publication, Role
from requests_app.permissions.guarded_registers import PUBLISHERS
from requests_app.permissions.package import ALL_TAKERS
from requests_app.permissions.roles import authorities_of

# They are published: whoever publishes or takes has them, and the auditor.
READERS = (*PUBLISHERS, *ALL_TAKERS, Role.AUDITOR)


def publishing_for(user: Any) -> QuerySet[Authority]:
    return Authority.objects.filter(pk__in=authorities_of(user, *PUBLISHERS))


def can_publish(user: Any, authority: Authority) -> bool:
    return authority.pk in authorities_of(user, *PUBLISHERS)


def publications_seen_by(user: Any) -> QuerySet[Publication]:
    return Publication.objects.filter(authority__in=authorities_of(user, *READERS))


def can_see_publications(user: Any) -> bool:
    return bool(authorities_of(user, *READERS))


def originals_to_look_at(user: Any) -> QuerySet[Original]:
    """What has come since somebody took an older edition, for who takes packages."""
    theirs = authorities_of(user, *ALL_TAKERS)
    return Original.objects.filter(authority__in=theirs, looked_at=None)


def can_look_at(user: Any, original: Original) -> bool:
    return originals_to_look_at(user).filter(pk=original.pk).exists()
