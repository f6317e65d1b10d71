"""What providers' people did, by their own record, and what each act came out as."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from requests_app.admin.filters import ActOutcome
from requests_app.background.log_file import read_file
from requests_app.catalogue.countries import country_name
from requests_app.forms.provider_log import LogFileForm
from requests_app.models import AccessEvent
from requests_app.permissions.acts import (
    sees_doors,
)
from requests_app.permissions.provider_log import connections_with_files
from requests_app.permissions.request_visibility import requests_visible_to
from requests_app.providers.reading import Unreadable
from requests_app.selectors.act_rows import act_rows_of, object_of, outcome_of
from requests_app.templatetags.lockbox import moment
from requests_app.words.times import moment_in_words
from requests_app.workbench.boundary import RelatedInReach
from requests_app.workbench.cases import CaseAdmin
from requests_app.workflow.step import WrongState


def _rows(user: Any) -> models.QuerySet[Any]:
    related = ("log__connection__product", "access_request", "payload")
    return act_rows_of(user).select_related(*related)


@admin.register(AccessEvent)
class AccessEventAdmin(CaseAdmin):
    guide = "arbetsflode#leverantorens-loggar"
    rows = staticmethod(_rows)
    list_display = [
        "happened",
        "connection",
        "action",
        "object_in_words",
        "actor",
        "place",
        "outcome",
    ]
    list_filter = [ActOutcome, ("connection", RelatedInReach), "happened_at"]
    ordering = ["-happened_at"]
    add_label = _("Read a log from a file")
    is_register = True
    page_template = "lockbox/access_event/page.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_doors(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return connections_with_files(request.user).exists()

    @admin.display(description=_("when"), ordering="happened_at")
    def happened(self, obj: AccessEvent) -> str:
        return moment(obj.happened_at)

    @admin.display(description=_("object"))
    def object_in_words(self, obj: Any) -> str:
        return object_of(obj)

    @admin.display(description=_("from which country"))
    def place(self, obj: AccessEvent) -> str:
        return country_name(obj.country) if obj.country else ""

    @admin.display(description=_("came out as"))
    def outcome(self, obj: Any) -> str:
        return outcome_of(obj)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.payload_view)
        name = "requests_app_accessevent_payload"
        return [path("<path:object_id>/payload/", view, name=name), *super().get_urls()]

    def payload_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The record as it came; with ?bytes=1 byte for byte, as plain text."""
        obj = self.visible_or_404(request, object_id)
        if not obj.is_readable:
            raise Http404
        record("accessevent.payload_read", by=request.user, on=obj, kind=Kind.READ)
        if "bytes" in request.GET:
            plain = "text/plain; charset=utf-8"
            return HttpResponse(obj.payload.body, content_type=plain)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The record as it came"),
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
        }
        return TemplateResponse(request, "lockbox/access_event/payload.html", context)

    def page_context(
        self, request: HttpRequest, obj: Any, relation: Any
    ) -> dict[str, Any]:
        outcomes = list(obj.outcomes.select_related("access_request"))
        cases = {row.access_request_id for row in outcomes} | {obj.access_request_id}
        seen = requests_visible_to(request.user).filter(pk__in=cases - {None})
        return {
            "title": f"{obj.action}, {moment_in_words(obj.happened_at)}",
            "outcomes": outcomes[::-1],
            "cases": {row.pk: row for row in seen},
            "outcome": self.outcome(obj),
            "object_in_words": self.object_in_words(obj),
        }

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # An act never changes: what it came out as stands on its page.
        raise Http404

    begins_with = LogFileForm

    def begin(self, request: HttpRequest, form: LogFileForm) -> HttpResponse:
        """A log that somebody has saved as a file."""
        if self.is_sent(request, form):
            try:
                return self._read(request, form)
            except Unreadable as error:
                form.add_error("file", str(error))
            except WrongState as error:
                form.add_error(None, str(error))
        return self.new_page(request, gettext("Read a log from a file"), form)

    def _read(self, request: HttpRequest, form: LogFileForm) -> HttpResponse:
        connection, file = (form.cleaned_data[name] for name in ("connection", "file"))
        result = read_file(connection, file.read(), file.name, by=request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The file has been read"),
            "opts": self.opts,
            "connection": connection,
            "file_name": file.name,
            "result": result,
            "sees_acts": sees_doors(request.user),
        }
        return TemplateResponse(request, "lockbox/access_event/read.html", context)
