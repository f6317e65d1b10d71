"""The page of a case: what it shows, and its buttons."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    ValidationError,
)
from django.db import models
from django.http import (
    HttpRequest,
    HttpResponse,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from audit_app.cached_query import cached_row
from audit_app.ledger import Kind, record
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import people_of, today
from requests_app.permissions.steps import relation_to
from requests_app.selectors.alteration import alterations_of
from requests_app.selectors.search.numbers import as_number, numbered
from requests_app.workbench.beginning import BeginningMixin
from requests_app.workbench.long_lists import has_index
from requests_app.workbench.presence import at_work
from requests_app.workbench.steps import StepsAdmin
from requests_app.workflow.drafts.script import is_script


class CaseAdmin(BeginningMixin, StepsAdmin):
    """Read-only pages over a case, and one page for each step."""

    page_template = ""
    is_register = False
    # A person's rows as pages show them, where these ask nothing but their roles.
    rows: Callable[[Any], models.QuerySet] | None = None
    # The path to the request, by whose numbers the list is searched.
    request_path = ""
    search_help_text = gettext_lazy(
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

    @admin.display(description=gettext_lazy("case"))
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
        sought = numbered(request.user, text, self.request_path)
        if (number := as_number(text)) is not None:
            sought |= models.Q(pk=number)
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
            "wrong": alterations_of(obj),
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
        return {"valid_from": today(), **begun}
