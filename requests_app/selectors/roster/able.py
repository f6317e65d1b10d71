"""Who can be reached, and sign in with what deciding asks."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from requests_app.selectors.reach import is_reached


def able_people() -> QuerySet[Any]:
    """People with both: a way to be told, and a way in."""
    people = get_user_model()._default_manager.filter(is_active=True, is_machine=False)
    return people.filter(is_reached(), signs_in()).order_by()


def signs_in() -> Q:
    """In a query of people: through the identity provider, or past it with a one-time
    code; where there is none, with a password."""
    has_password = ~Q(password="") & ~Q(password__startswith="!")  # noqa: S106 — none
    is_local = Q(identity=None) & has_password
    if not settings.IDENTITY_PROVIDERS:
        return is_local
    return Q(identity__isnull=False) | (is_local & Q(second_factor__isnull=False))
