"""Who fills in and signs the papers on processing: both answer for what they say."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import Authority, Role
from requests_app.permissions.roles import MANAGERS, authorities_of

PAPER_KEEPERS = (*MANAGERS, Role.DATA_PROTECTION_OFFICER)


def papers_kept_by(user: Any) -> QuerySet[Authority]:
    """The authorities whose papers the person fills in and signs."""
    return Authority.objects.filter(pk__in=authorities_of(user, *PAPER_KEEPERS))
