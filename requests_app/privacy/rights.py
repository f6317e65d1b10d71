"""Who fills in and signs the papers on processing: both answer for what they say."""

from typing import Any

from django.db.models import QuerySet

from requests_app.core.models import columns
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import MANAGERS, authorities_of
from requests_app.core.two_persons import Guarded, always
from requests_app.privacy.models import ProcessingPaper

PAPER_KEEPERS = (*MANAGERS, Role.DATA_PROTECTION_OFFICER)


def papers_kept_by(user: Any) -> QuerySet[Authority]:
    """The authorities whose papers the person fills in and signs."""
    return Authority.objects.filter(pk__in=authorities_of(user, *PAPER_KEEPERS))


GUARDED = {
    ProcessingPaper: Guarded(
        PAPER_KEEPERS, "authority", columns(ProcessingPaper), adds=always
    ),
}
