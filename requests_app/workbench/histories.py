"""The history of a row: what was changed, by whom, why; for whoever may see the row."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit_app.changes import changes
from audit_app.ledger import Kind, record
from audit_app.noticing import looking_at
from audit_app.row_versions import Source
from requests_app.models.content import content_fields
from requests_app.workbench.inlines import inline_fk
from requests_app.workbench.once_a_page import once_a_page

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
        return super().get_object(request, object_id, from_field)

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
