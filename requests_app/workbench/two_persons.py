"""Saving in a form: what nobody changes alone becomes a proposal (design.md 4.2)."""

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from requests_app.permissions.guarded_registers import GUARDED
from requests_app.permissions.register_change import changes_visible_to
from requests_app.selectors.origin import provenance_of
from requests_app.workbench.histories import HistoryAdmin
from requests_app.workbench.inlines import inline_fk
from requests_app.workflow.register_change import remove_or_propose, save_or_propose


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
