"""What lists are narrowed by."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.registers.models import cloud as acts


class Explained(admin.SimpleListFilter):
    title = _("explained")
    parameter_name = "explained"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not yet")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(explained_at__isnull=self.value() == "no")
        return queryset


class ActOutcome(admin.SimpleListFilter):
    """What an act came out as; "other" is all that is not within what was granted."""

    title = _("came out as")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        other = ("other", _("Other than granted"))
        return [other, *((str(value), label) for value, label in acts.Outcome.choices)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "other":
            return queryset.exclude(outcome_now=acts.Outcome.INSIDE)
        if self.value() in acts.Outcome.values:
            return queryset.filter(outcome_now=self.value())
        return queryset
