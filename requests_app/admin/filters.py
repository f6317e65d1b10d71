"""What lists are narrowed by."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app import permissions
from requests_app.models import Authority
from requests_app.words.swedish_order import by_name

PRODUCT = "access_request__connection__product"


class OwnAuthority(admin.SimpleListFilter):
    """The authorities in which the person has a role."""

    title = _("authority")
    parameter_name = "authority"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        own = {row.authority_id for row in permissions.roles_of(request.user)}
        rows = by_name(Authority.objects.filter(pk__in=own))
        return [(str(row.pk), row.name) for row in rows] if len(own) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        return queryset.filter(authority=value) if value.isdecimal() else queryset


class Officer(admin.SimpleListFilter):
    title = _("case officer")
    parameter_name = "officer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("I")), ("none", _("Nobody yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "me":
            return queryset.filter(case_officer=request.user.pk)
        if self.value() == "none":
            return queryset.filter(case_officer=None)
        return queryset


class DealtWith(admin.SimpleListFilter):
    title = _("dealt with")
    parameter_name = "handled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("No")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(handled__isnull=self.value() == "no")
        return queryset


class Settled(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("no", _("Waits for a second person")),
            ("confirmed", _("Confirmed")),
            ("refused", _("Refused")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        terms: dict[str, dict[str, Any]] = {
            "no": {"confirmed_at": None, "refused_at": None},
            "confirmed": {"confirmed_at__isnull": False},
            "refused": {"refused_at__isnull": False},
        }
        return queryset.filter(**terms.get(self.value() or "", {}))
