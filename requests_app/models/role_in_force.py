"""Roles asked of the database: which can be used now."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from requests_app.models.connection import Connection


class RoleAssignmentQuerySet(models.QuerySet[Any]):
    def in_force(
        self, at: datetime, day: date | None = None
    ) -> "RoleAssignmentQuerySet":
        """The one rule of when a role is usable; `lockbox_holds_role` is the same, and
        `was_usable`.

        `day`: the moment's, where a query is written beforehand."""
        day = day or timezone.localdate(at)
        return self.of_open_accounts().filter(
            Q(valid_to=None) | Q(valid_to__gte=day),
            Q(confirmed_at__lte=at) | Q(given_at__lte=at, usable_until__gt=at),
            Q(refused_at=None) | Q(refused_at__gt=at),
            Q(ended_at=None) | Q(ended_at__gt=at),
            Q(suspended_at=None) | Q(suspended_at__gt=at),
            valid_from__lte=day,
        )

    def of_open_accounts(self) -> "RoleAssignmentQuerySet":
        """Whose directory, where it says anything, says the role too."""
        return self.filter(
            Q(person__directory_roles=None)
            | Q(person__directory_roles__contains=[F("role")]),
            person__is_active=True,
            person__is_machine=False,
        )

    def with_connections(self) -> "RoleAssignmentQuerySet":
        """Annotate roles with whether their authorities run any connections: one query
        for all of them."""
        run = Connection.objects.filter(authority=OuterRef("authority"))
        return self.annotate(runs_connections=Exists(run))

    def standing(self) -> "RoleAssignmentQuerySet":
        """Neither refused nor ended at once."""
        return self.filter(refused_at=None, ended_at=None)
