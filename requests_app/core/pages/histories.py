"""Histories: inlines, once a page and two persons."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app.changes import changes, looking_at
from audit_app.history import Source
from audit_app.ledger import Kind, record
from requests_app.core.forms import DAYS, Autocomplete
from requests_app.core.models import content_fields
from requests_app.core.two_persons import (
    GUARDED,
    changes_visible_to,
    remove_or_propose,
    save_or_propose,
)

# Rows of another model inside a form.


def inline_fk(child: type[models.Model], parent: type[models.Model]) -> str:
    """The column by which a child points at its parent."""
    return next(f.column for f in child._meta.fields if f.related_model is parent)


class LockboxInline(admin.TabularInline):
    """Rows below their parent: whoever keeps the parent keeps them."""

    extra = 0
    can_delete = False
    show_change_link = False
    formfield_overrides = DAYS

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
        if field:
            # In a table the column says it, and is tied to no field.
            field.widget.attrs["aria-label"] = capfirst(str(field.label))
        return field

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Autocomplete(db_field, self.admin_site)
        other: Any = self.admin_site._registry.get(db_field.related_model)
        if other is not None and "queryset" not in kwargs:
            kwargs["queryset"] = other.choosable(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


# What a page of Django's admin asks of a row again and again, asked once.

SHOWING = ("GET", "HEAD")


def once_a_page(method: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a method of an admin class that is asked by a request of a row, or of
    its key. While a page is only shown, nothing that the answer rests on changes."""

    @wraps(method)
    def answer(self: Any, request: Any, row: Any = None, *more: Any) -> Any:
        if row is None or request.method not in SHOWING:
            return method(self, request, row, *more)
        known = request.__dict__.setdefault("answers_of_admins", {})
        of_row = (getattr(row, "pk", row), *filter(None, more))
        question = (self.opts.label, method.__qualname__, of_row)
        if question not in known:
            known[question] = method(self, request, row, *more)
        return known[question]

    return answer


def read_people(row: Model) -> None:
    """Whoever has it, gave it and took its steps: all in one query."""
    fields = [
        field
        for field in row._meta.concrete_fields
        if field.related_model is get_user_model()
    ]
    keys = {getattr(row, field.attname) for field in fields} - {None}
    people = get_user_model()._default_manager.in_bulk(keys)
    for field in fields:
        setattr(row, field.name, people.get(getattr(row, field.attname)))


# The history of a row: what was changed, by whom, why; for whoever may see the row.

PAGE = 50


class HistoryAdmin(admin.ModelAdmin):
    """A history page in place of Django's, which shows what it is not asked to."""

    # The ledger tells what happened; this log would show it to people unasked.
    def log_addition(self, *args: Any) -> Any: ...

    def log_change(self, *args: Any) -> Any: ...

    def log_deletions(self, *args: Any) -> Any: ...

    @once_a_page
    def get_object(
        self, request: HttpRequest, object_id: str, from_field: Any = None
    ) -> Any:
        """With the other rows that its list names: its page names them too."""
        related: Any = self.list_select_related or ()
        rows = self.get_queryset(request).select_related(*related)
        try:
            return rows.get(pk=self.opts.pk.to_python(object_id))
        except (ObjectDoesNotExist, ValidationError):
            return None

    def visible_or_404(self, request: HttpRequest, object_id: str) -> Any:
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_view_permission(request, obj):
            raise Http404
        looking_at(obj)
        return obj

    def history_sources(
        self, request: HttpRequest, obj: Any, reads: bool
    ) -> list[Source]:
        """Whose history is shown on the object's history page."""
        children = [
            Source(inline.model, inline_fk(inline.model, self.model), obj.pk)
            for inline in self.inlines
        ]
        return [Source(self.model, "id", obj.pk), *children]

    def reads(self, request: HttpRequest, obj: Any) -> bool:
        """May the person read content in the history, and the reasons given?"""
        return True

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        """Whose names the history tells; None: everybody's."""
        return None

    def at_work_told(self, obj: Any, ids: set[int]) -> set[int]:
        """Of people who have one of its forms open, those who may be named."""
        return ids

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        obj = self.visible_or_404(request, object_id)
        page = _page_number(request)
        record("history.read", by=request.user, on=obj, kind=Kind.READ, page=page)
        reads = self.reads(request, obj)
        sources = self.history_sources(request, obj, reads)
        history = changes(
            sources,
            masked=None
            if reads
            else content_fields(source.model for source in sources),
            known=self.known_people(request, obj),
            limit=PAGE,
            offset=(page - 1) * PAGE,
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(name)s") % {"name": obj},
            "opts": self.opts,
            "object": obj,
            "transactions": history.transactions,
            "older": page + 1 if history.more else None,
            "newer": page - 1 if page > 1 else None,
        }
        return TemplateResponse(request, "lockbox/history/page.html", context)


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("p", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


# Saving in a form: what nobody changes alone becomes a proposal (design.md 4.2).

# Which package a row came from, and what differs from it (requests_app/hooks.py).
PROVENANCE: list[Callable[[Any], Any]] = []


class TwoPersonsAdmin(HistoryAdmin):
    """A form whose guarded fields and rows wait for a second person."""

    # May a reason be given although nobody else confirms the change?
    asks_reason = False
    # May its rows come from a package?
    has_origin = False

    def _guarded_fields(self) -> tuple[str, ...]:
        guard = GUARDED.get(self.model)
        return guard.fields if guard else ()

    def _begun_without(self) -> tuple[str, ...]:
        """The guarded fields that a new row does not begin with; the rest of it is
        entered."""
        guard = GUARDED.get(self.model)
        return guard.begins_without if guard else ()

    def _has_guarded_rows(self) -> bool:
        return any(inline.model in GUARDED for inline in self.inlines)

    def refuse_without_reason(self, request: HttpRequest, form: Any) -> None:
        """Whoever is to confirm it must know why."""
        touched = set(self._guarded_fields()).intersection(form.changed_data)
        if form.instance.pk and touched and not reason_in(request):
            text = _("Say why: another person has to confirm it.")
            for name in sorted(touched):
                form.add_error(name, text)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        self._say(
            request,
            save_or_propose(obj, by=request.user, reason=reason_in(request)),
        )

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: bool
    ) -> None:
        rows = formset.save(commit=False)
        terms: dict[str, Any] = {"by": request.user, "reason": reason_in(request)}
        for row in formset.deleted_objects:
            self._say(request, remove_or_propose(row, **terms))
        for row in rows:
            self._say(request, save_or_propose(row, **terms))

    def _say(self, request: HttpRequest, change: Any) -> None:
        if change is not None:
            text = _("Waits for a second person: %(name)s.")
            messages.warning(request, text % {"name": change})

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if self.has_origin and obj is not None:
            for provenance_of in PROVENANCE:
                context["provenance"] = provenance_of(obj)
        names = self._guarded_fields() if obj is not None else self._begun_without()
        if names or self._has_guarded_rows():
            by_name: Any = {field.name: field for field in self.opts.concrete_fields}
            fields = [by_name[name].verbose_name for name in names]
            context |= {
                "by_two": fields,
                "asks_why": self.has_change_permission(request, obj),
                "why": reason_in(request),
                "waiting": self._waiting(request, obj) if obj is not None else [],
            }
        elif self.asks_reason and obj is not None:
            context |= {
                "asks_why": self.has_change_permission(request, obj),
                "why": reason_in(request),
                "by_one": True,
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def _waiting(self, request: HttpRequest, obj: models.Model) -> Any:
        """Proposals about this row, or about a row below it."""
        named = models.Q(row_table=self.opts.db_table, row_id=obj.pk)
        for inline in self.inlines:
            table = models.Q(row_table=inline.model._meta.db_table)
            parent = {inline_fk(inline.model, self.model): obj.pk}
            about = models.Q(new_values__contains=parent)
            named |= table & (about | models.Q(old_values__contains=parent))
        waiting = changes_visible_to(request.user).filter(named)
        return waiting.filter(confirmed_at=None, refused_at=None)


def reason_in(request: HttpRequest) -> str:
    return request.POST.get("_reason", "").replace("\x00", "").strip()[:300]
