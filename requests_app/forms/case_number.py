"""A case, by the registration number that somebody types."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.models import SecrecyReview
from requests_app.permissions.visibility import readable_by

# The same whether the case does not exist or is none that the person may know of.
NO_CASE = _("No case that you read at this authority has that number.")


def case_numbered(
    by: Any, authority: int, number: str, sentence: Any = NO_CASE
) -> SecrecyReview:
    """Raises ValidationError with the sentence where the person reads no such case."""
    rows = readable_by(by).filter(authority=authority, diary_number=number.strip())
    case = rows.first()
    if case is None:
        raise ValidationError(sentence)
    return case
