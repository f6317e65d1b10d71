from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms.replay import ReplayForm
from requests_app.models import ReplayRun
from requests_app.permissions.replay import (
    ORDER_REPLAYS,
    SEE_REPLAYS,
    replays_visible_to,
)
from requests_app.permissions.roles import authorities_of
from requests_app.selectors.replay import replayed_cases, with_state
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.completion import done
from requests_app.workflow import replay


@admin.register(ReplayRun)
class ReplayRunAdmin(CaseAdmin):
    guide = "arbetsflode#provkorning"
    list_display = ["__str__", "whose", "since", "ordered_by", "ordered_at", "state"]
    list_select_related = ["authority", "ordered_by"]
    page_template = "lockbox/replay/page.html"
    is_register = True
    seen_by = SEE_REPLAYS
    add_label = _("Try decisions anew")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ReplayRun]:
        rows = replays_visible_to(request.user)
        return with_state(rows.select_related("authority", "ordered_by"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(authorities_of(request.user, *ORDER_REPLAYS))

    @admin.display(description=_("authority"))
    def whose(self, obj: Any) -> Any:
        return obj.authority or _("Every authority")

    @admin.display(description=_("status"))
    def state(self, obj: Any) -> Any:
        if obj.is_done:
            return _("Done")
        return _("Under way") if obj.has_begun else _("Waits for the next round")

    begins_with = ReplayForm

    def begin(self, request: HttpRequest, form: ReplayForm) -> HttpResponse:
        if run := self.made(request, form, replay.order):
            text = gettext("It is ordered, and begins within a minute.")
            url = self.page_url(run)
            return done(request, text, to=lambda: url, otherwise=url)
        return self.new_page(request, gettext("Try decisions anew"), form)

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # Its rows are only added: they are their own history.
        raise Http404

    def page_context(
        self, request: HttpRequest, obj: Any, relation: Any
    ) -> dict[str, Any]:
        return {
            "replayed": replayed_cases(obj, request.user),
            "state": self.state(obj),
            "whose": self.whose(obj),
        }
