"""Case: filters, boundary and cases."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.ledger import Kind, record
from audit_app.queries import cached_row
from requests_app.core.drafts import is_script
from requests_app.core.forms import OwnField
from requests_app.core.municipality import Municipality
from requests_app.core.pages.lists import has_index
from requests_app.core.pages.steps import BeginningMixin, StepsAdmin, at_work
from requests_app.core.people.rights import (
    in_reach,
    people_of,
    role_holder,
    roles_of,
    within_reach,
)
from requests_app.core.step import relation_to
from requests_app.core.words.texts import by_name, swedish_key

# The boundary between municipalities on pages: by which other rows a list is narrowed,
# and where a new row is entered.


class RelatedInReach(admin.RelatedFieldListFilter):
    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        rows = in_reach(field.related_model._default_manager.all(), request.user)
        return [(row.pk, str(row)) for row in by_name(rows)]


admin.FieldListFilter.register(
    lambda field: field.remote_field is not None, RelatedInReach, take_priority=True
)


class EnteredInOwn:
    """A form in which a new row is entered in one of the person's municipalities."""

    # The roles with which it is.
    entered_by: tuple[str, ...]

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "municipality":
            own = within_reach(request.user, *self.entered_by)
            kwargs["queryset"] = Municipality.objects.filter(pk__in=own)
            kwargs["form_class"] = OwnField
        parent: Any = super()
        return parent.formfield_for_foreignkey(db_field, request, **kwargs)


# What lists are narrowed by.


class OwnAuthority(admin.SimpleListFilter):
    """The authorities in which the person has a role."""

    title = _("authority")
    parameter_name = "authority"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        roles: list[Any] = roles_of(request.user)
        own = {str(row.authority_id): row.authority.name for row in roles}
        rows = sorted(own.items(), key=lambda row: swedish_key(row[1]))
        return rows if len(own) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        return queryset.filter(authority=value) if value.isdecimal() else queryset


class Confirmed(admin.SimpleListFilter):
    """What one has entered, and another has confirmed or not."""

    title = _("confirmed")
    parameter_name = "confirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not yet")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(confirmed_at__isnull=self.value() == "no")
        return queryset


class SecondPersonStatus(admin.SimpleListFilter):
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


# The page of a case: what it shows, and its buttons.

# Filled by the domain of cases (requests_app/hooks.py): in a list, the rows with this
# number, by the path to their request; what of a row is not what was recorded.
NUMBERED: list[Callable[[Any, str, str], models.Q]] = []
ALTERATIONS: list[Callable[[Any], Any]] = []


class CaseAdmin(BeginningMixin, StepsAdmin):
    """Read-only pages over a case, and one page for each step."""

    page_template = ""
    is_register = False
    # A person's rows as pages show them, where these ask nothing but their roles.
    rows: Callable[[Any], models.QuerySet] | None = None
    # The path to the request, by whose numbers the list is searched.
    request_path = ""
    search_help_text = _(
        "Diary number, the provider's number, support case or our own number"
    )

    @cached_property
    def one(self) -> Callable[[Any, int], Any] | None:
        """A function of a person and a key: the row."""
        return cached_row(role_holder)(self.rows) if self.rows else None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        if self.rows is None:
            return super().get_queryset(request)
        return self.rows(request.user)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: Any = None
    ) -> Any:
        if self.one is None or from_field:
            return super().get_object(request, object_id, from_field)
        try:
            return self.one(request.user, self.opts.pk.to_python(object_id))
        except (ObjectDoesNotExist, ValidationError):
            return None

    def get_sortable_by(self, request: HttpRequest) -> list[Any]:
        """Cases grow in number for ever: they are sorted by what has an index."""
        names = super().get_sortable_by(request)
        return [name for name in names if has_index(self.model, self._order_of(name))]

    def _order_of(self, name: Any) -> str | None:
        """The path that a column is sorted by."""
        if any(field.name == name for field in self.opts.fields):
            return name
        shown = getattr(self, name, None) or getattr(self.model, name, None)
        return getattr(shown, "admin_order_field", None)

    @admin.display(description=_("case"))
    def case(self, obj: Any) -> str:
        return str(obj)

    def get_search_fields(self, request: HttpRequest) -> Any:
        fields = super().get_search_fields(request)
        return ("pk",) if self.request_path else fields

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        text = search_term.strip()
        if not text or not self.request_path:
            return super().get_search_results(request, queryset, search_term)
        sought = models.Q(pk__in=[])
        for numbered in NUMBERED:
            sought |= numbered(request.user, text, self.request_path)
        return queryset.filter(sought), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def page_context(
        self, request: HttpRequest, obj: Any, relation: Any
    ) -> dict[str, Any]:
        """What the page shows beside the object; one query each, whatever its life."""
        return {}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        obj = self.visible_or_404(request, object_id)
        if is_script(request):
            return JsonResponse({"company": at_work(self, request, obj)})
        record(f"{self.opts.model_name}.read", by=request.user, on=obj, kind=Kind.READ)
        relation = relation_to(request.user, obj)
        context = {
            **self.admin_site.each_context(request),
            "title": str(obj),
            "opts": self.opts,
            "object": obj,
            "steps": self.buttons(request, obj, relation),
            "wrong": next((altered(obj) for altered in ALTERATIONS), None),
            "company": at_work(self, request, obj),
            **self.page_context(request, obj, relation),
        }
        return TemplateResponse(request, self.page_template, context)


class RegisterAdmin(StepsAdmin):
    """A form over a row, and the steps that others take on what was entered."""

    change_form_template = "lockbox/register/form.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        obj = self.visible_or_404(request, object_id)
        relation = relation_to(request.user, obj)
        context = {
            "steps": self.buttons(request, obj, relation),
            **self.page_context(request, obj, relation),
        }
        return super().change_view(request, object_id, form_url, context)

    def page_context(
        self, request: HttpRequest, obj: Any, relation: Any
    ) -> dict[str, Any]:
        """What the page says above the form."""
        return {}

    def waits_for(self, confirmers: Any, nobody: str) -> dict[str, Any]:
        """What a page says of a row that waits: the people with these roles, or why
        there are none."""
        rows = confirmers.select_related("person")
        people = people_of(rows.order_by("person__last_name", "person"))
        return {"waits": True, "confirmers": people, "nobody_confirms": nobody}


class DatedAdmin(RegisterAdmin):
    """Rows that hold from a day on: a new one from today."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        begun = super().get_changeform_initial_data(request)
        return {"valid_from": acting.today(), **begun}
