"""What every page of the workbench is made of.

LockboxAdmin closes what Django's and the libraries' admin leave open: no deletion, no
bulk actions, no recent-actions log, no unscoped history. CaseAdmin turns a step of the
workflow into a page. The admin package itself is declarations.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app.acting import acting
from audit_app.changes import Source, Transaction, changes
from audit_app.ledger import Kind, record
from requests_app import permissions
from requests_app.models import Content
from requests_app.workflow.step import WrongState

PAGE = 50


class LockboxAdmin(admin.ModelAdmin):
    """A list and a form over what the person may see, with its history."""

    actions = None
    list_per_page = PAGE
    show_full_result_count = False
    view_on_site = False

    # Roles that see and that keep these rows; None: everybody with a role.
    seen_by: Iterable[str] | None = None
    kept_by: Iterable[str] = ()
    # The path to the authority a row belongs to, where it belongs to one.
    authority_path: str | None = None

    # -- Who may what ----------------------------------------------------------------

    def _rows(self, request: HttpRequest, roles: Iterable[str] | None) -> list[Any]:
        held = permissions.roles_of(request.user)
        return [row for row in held if roles is None or row.role in roles]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self._rows(request, self.seen_by))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self._rows(request, self.kept_by))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        rows = self._rows(request, self.kept_by)
        if obj is None or self.authority_path is None:
            return bool(rows)
        return self._authority_of(obj) in {row.authority_id for row in rows}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _authority_of(self, obj: Any) -> int | None:
        for name in (self.authority_path or "").split("__"):
            obj = obj if name == "pk" else getattr(obj, name)
        return obj.pk

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        if self.authority_path is None:
            return rows
        seen = {row.authority_id for row in self._rows(request, self.seen_by)}
        return rows.filter(**{f"{self.authority_path}__in": seen})

    # -- Forms -----------------------------------------------------------------------

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        # A choice is offered only of what the person may see, and an authority only
        # where they keep its rows.
        other = self.admin_site._registry.get(db_field.related_model)
        if other is not None and "queryset" not in kwargs:
            kwargs["queryset"] = other.get_queryset(request)
        if self.authority_path == db_field.name:
            kept = {row.authority_id for row in self._rows(request, self.kept_by)}
            kwargs["queryset"] = kwargs["queryset"].filter(pk__in=kept)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        with acting(request.user, reason=request.POST.get("_reason", "")[:300]):
            return super().changeform_view(request, *args, **kwargs)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> Any:
        raise Http404

    # The ledger tells what happened; this log would show it to people unasked.
    def log_addition(self, *args: Any) -> None: ...

    def log_change(self, *args: Any) -> None: ...

    def log_deletions(self, *args: Any) -> None: ...

    # -- History ---------------------------------------------------------------------

    def visible_or_404(self, request: HttpRequest, object_id: str) -> Any:
        found = self.get_object(request, unquote(object_id))
        if found is None or not self.has_view_permission(request, found):
            raise Http404
        return found

    def history_sources(self, obj: Any) -> list[Source]:
        """Whose history is shown on the object's history page."""
        children = [
            Source(inline.model, inline_fk(inline.model, self.model), obj.pk)
            for inline in self.inlines
        ]
        return [Source(self.model, "id", obj.pk), *children]

    def masked_fields(self, request: HttpRequest, obj: Any) -> list[models.Field]:
        """Fields whose values this person may not read, over all history sources."""
        return []

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        obj = self.visible_or_404(request, object_id)
        page = _page_number(request)
        record("history.read", by=request.user, on=obj, kind=Kind.READ, page=page)
        found = changes(
            self.history_sources(obj),
            masked=self.masked_fields(request, obj),
            limit=PAGE,
            offset=(page - 1) * PAGE,
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(name)s") % {"name": obj},
            "opts": self.opts,
            "object": obj,
            "transactions": found,
            "older": page + 1 if _fills_a_page(found) else None,
            "newer": page - 1 if page > 1 else None,
        }
        return TemplateResponse(request, "lockbox/history.html", context)


def inline_fk(child: type[models.Model], parent: type[models.Model]) -> str:
    """The column by which a child points at its parent."""
    return next(f.column for f in child._meta.fields if f.related_model is parent)


def content_fields(sources: Iterable[Source]) -> list[models.Field]:
    """Fields that hold content: every pointer to it, and what a model calls protected."""
    return [
        field
        for model in {source.model for source in sources}
        for field in model._meta.fields
        if field.related_model is Content
        or field.name in getattr(model, "PROTECTED", ())
    ]


def _fills_a_page(found: list[Transaction]) -> bool:
    return sum(len(transaction.changes) for transaction in found) >= PAGE


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("p", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


class Step(NamedTuple):
    """A step of the workflow as a page: a button, a form, a function."""

    label: Any
    act: Callable[..., Any]
    form: type[forms.Form]
    # Shown as a button when this holds; the guard itself is in the workflow.
    offered: Callable[[Any, Any], bool]
    # The step the case waits for: its button stands out.
    main: bool = False
    done: Any = ""


class CaseAdmin(LockboxAdmin):
    """Read-only pages over a case, and one page for each step."""

    steps: dict[str, Step] = {}
    page_template = ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        view = self.admin_site.admin_view(self.step_view)
        own = [path("<path:object_id>/do/<slug:step_name>/", view, name=name)]
        return own + super().get_urls()

    def page_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
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
        record(f"{self.opts.model_name}.read", by=request.user, on=obj, kind=Kind.READ)
        context = {
            **self.admin_site.each_context(request),
            "title": str(obj),
            "opts": self.opts,
            "object": obj,
            "steps": self.buttons(request, obj),
            **self.page_context(request, obj),
        }
        return TemplateResponse(request, self.page_template, context)

    def buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        standing = self.standing(request, obj)
        return [
            {"label": step.label, "url": self.step_url(obj, name), "main": step.main}
            for name, step in self.steps.items()
            if step.offered(standing, obj)
        ]

    def standing(self, request: HttpRequest, obj: Any) -> Any:
        """What the person is to the object, read once for all buttons."""
        return request.user

    def step_url(self, obj: Any, name: str) -> str:
        opts = self.opts
        return reverse(
            f"admin:{opts.app_label}_{opts.model_name}_step", args=[obj.pk, name]
        )

    def page_url(self, obj: Any) -> str:
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk]
        )

    def step_view(
        self, request: HttpRequest, object_id: str, step_name: str
    ) -> HttpResponse:
        """GET shows the form, POST takes the step; what was typed is never lost."""
        step = self.steps.get(step_name)
        if step is None:
            raise Http404
        obj = self.visible_or_404(request, object_id)
        if request.method == "POST":
            return self._take_step(request, obj, step_name, step)
        if not step.offered(self.standing(request, obj), obj):
            record(f"step.{step_name}", by=request.user, on=obj, kind=Kind.REFUSAL)
            text = _("This step can not be taken now, or not by you.")
            messages.error(request, text)
            return HttpResponseRedirect(self.page_url(obj))
        form = step.form(subject=obj, by=request.user)
        return self._form_page(request, obj, step, form)

    def _take_step(
        self, request: HttpRequest, obj: Any, step_name: str, step: Step
    ) -> HttpResponse:
        form = step.form(request.POST, request.FILES, subject=obj, by=request.user)
        if form.asks_again() or not form.is_valid():
            return self._form_page(request, obj, step, form)
        if "seen" in request.POST and request.POST["seen"].isdecimal():
            obj.version = int(request.POST["seen"])
        try:
            step.act(obj, by=request.user, **form.step_fields())
        except PermissionDenied:
            record(f"step.{step_name}", by=request.user, on=obj, kind=Kind.REFUSAL)
            raise
        except WrongState as error:
            form.add_error(None, str(error))
            return self._form_page(request, obj, step, form, status=409)
        except ValidationError as error:
            form.add_errors(error)
            return self._form_page(request, obj, step, form)
        messages.success(request, step.done or capfirst(_("done.")))
        return HttpResponseRedirect(self.after_step(request, obj))

    def after_step(self, request: HttpRequest, obj: Any) -> str:
        """Back to the page; to the start page when the case is no longer theirs."""
        if self.get_object(request, str(obj.pk)) is None:
            return reverse("admin:index")
        return self.page_url(obj)

    def _form_page(
        self,
        request: HttpRequest,
        obj: Any,
        step: Step,
        form: Any,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
            "form": form,
        }
        return TemplateResponse(request, form.template, context, status=status)


class LockboxInline(admin.TabularInline):
    """Rows below their parent: whoever keeps the parent keeps them."""

    extra = 0
    can_delete = False
    show_change_link = False

    def _parent(self) -> Any:
        return self.admin_site._registry[self.parent_model]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent().has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        other = self.admin_site._registry.get(db_field.related_model)
        if other is not None and "queryset" not in kwargs:
            kwargs["queryset"] = other.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
