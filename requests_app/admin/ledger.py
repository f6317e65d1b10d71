"""The auditor's log: who read what, who was refused, who signed in. Read only."""

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import BigIntegerField, Case, OuterRef, Q, Subquery, When
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from audit_app.models import LedgerEntry
from requests_app import permissions
from requests_app.models import AccessRequest, Role, RoleAssignment, SecrecyReview
from requests_app.words.events import read_label
from requests_app.words.swedish_order import by_name
from requests_app.words.times import moment_in_words
from requests_app.workbench.lists import LockboxAdmin

NAME_TRIED = ("user.sign_in_refused", "user.sign_in_braked")
SHOWN = [Kind.READ, Kind.REFUSAL, Kind.AUTH]
# What people know by a number, and those who may not know of it by nothing.
NUMBERED = {model._meta.db_table for model in (SecrecyReview, AccessRequest)}


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.value, kind.label) for kind in SHOWN]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class PersonFilter(admin.SimpleListFilter):
    """People with a role, now or before, where the auditor audits."""

    title = _("person")
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        people = get_user_model().objects.filter(pk__in=_people(request.user))
        named = by_name(people)
        return [(str(person.pk), str(person)) for person in named]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> Any:
        value = self.value() or ""
        return queryset.filter(actor_id=value) if _is_key(value) else queryset


class DayFilter(admin.ListFilter):
    """From one day to another, both included."""

    title = _("day")
    template = "lockbox/ledger/day_filter.html"

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: Any, owner: Any
    ) -> None:
        super().__init__(request, params, model, owner)
        for name in self.expected_parameters():
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def expected_parameters(self) -> Any:
        return ["from", "to"]

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Any:
        query = changelist.get_query_string(remove=["from", "to", "p"])
        return [{"kept": _pairs(query), **self.used_parameters}]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> Any:
        since, until = (
            _day(self.used_parameters.get(name)) for name in self.expected_parameters()
        )
        if since is not None:
            queryset = queryset.filter(at__date__gte=since)
        return queryset if until is None else queryset.filter(at__date__lte=until)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(LockboxAdmin):
    list_display = ["when", "by", "kind", "what", "about"]
    list_display_links = None
    list_filter = [DayFilter, KindFilter, PersonFilter]
    search_fields = ["actor_name"]
    search_help_text = _("Name of the person")
    list_select_related = ["detail"]
    is_register = False
    seen_by = [Role.AUDITOR]

    @admin.display(description=_("when"))
    def when(self, obj: LedgerEntry) -> str:
        return moment_in_words(obj.at)

    @admin.display(description=_("who"))
    def by(self, obj: LedgerEntry) -> str:
        return obj.actor_name or gettext("nobody signed in")

    @admin.display(description=_("what"))
    def what(self, obj: LedgerEntry) -> Any:
        pages = self.admin_site._registry.values()
        steps = {
            name: step.label
            for page in pages
            if page.opts.db_table == obj.object_type
            for name, step in getattr(page, "steps", {}).items()
        }
        return read_label(obj.event, steps)

    @admin.display(description=_("about"))
    def about(self, obj: Any) -> str:
        if obj.event in NAME_TRIED:
            return gettext("tried as “%(name)s”") % {"name": _name_tried(obj)}
        if not obj.object_type:
            return ""
        kind = _kinds().get(obj.object_type, "")
        if obj.object_type in NUMBERED and not obj.number:
            return kind
        return f"{kind} {obj.number or obj.object_id}"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[LedgerEntry]:
        audited = permissions.authorities_of(request.user, Role.AUDITOR)
        theirs = Q(actor_id__in=_people(request.user)) | Q(actor_id=None)
        return (
            LedgerEntry.objects.filter(kind__in=SHOWN)
            .filter(Q(authority_id__in=audited) | (Q(authority_id=None) & theirs))
            .annotate(number=_number(request.user))
        )

    def get_urls(self) -> list[URLPattern]:
        return [
            row for row in super().get_urls() if str(row.name).endswith("changelist")
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        record("ledger.read", by=request.user, kind=Kind.READ)
        return super().changelist_view(request, extra_context)


def _people(user: Any) -> Any:
    audited = permissions.authorities_of(user, Role.AUDITOR)
    return RoleAssignment.objects.filter(authority__in=audited).values("person")


def _number(user: Any) -> Case:
    """The number by which people know what was read, where it has one and the auditor
    may know it: people read at other authorities too."""
    key = Cast(OuterRef("object_id"), BigIntegerField())
    reviews = permissions.visible_to(user) | permissions.overseen_by(user)
    requests = permissions.requests_visible_to(user)
    numbers = ((reviews, "diary_number"), (requests, "external_id"))
    return Case(
        *(
            When(
                object_type=rows.model._meta.db_table,
                then=Subquery(rows.filter(pk=key).values(name)[:1]),
            )
            for rows, name in numbers
        )
    )


def _name_tried(entry: LedgerEntry) -> str:
    return json.loads(entry.detail.body).get("username", "")


def _kinds() -> dict[str, str]:
    return {
        model._meta.db_table: str(model._meta.verbose_name)
        for model in apps.get_models()
        if not model._meta.proxy
    }


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 18


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query.lstrip("?"))
