"""Who a session belongs to, read by a query that is written once."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from audit_app.prewritten import Prewritten


@Prewritten
def _accounts(pk: int) -> QuerySet[Any]:
    return get_user_model()._default_manager.filter(pk=pk)


class AccountBackend(ModelBackend):
    def get_user(self, user_id: int) -> Any:
        for user in _accounts(user_id):
            return user if self.user_can_authenticate(user) else None
        return None
