"""Who a session belongs to, and as what: read at once."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from requests_app.permissions.roles import account_with_roles


class AccountBackend(ModelBackend):
    def get_user(self, user_id: int) -> Any:
        user = account_with_roles(user_id)
        return user if user and self.user_can_authenticate(user) else None
