from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.background.channels import next_try, silent_channels
from requests_app.forms.notice_channel import EndChannelForm, NewChannelForm
from requests_app.models import Heartbeat, NoticeChannel
from requests_app.permissions.roles import MANAGERS, SEE_STAFFING, has_role
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import notice_channel


@admin.register(NoticeChannel)
class NoticeChannelAdmin(CaseAdmin):
    guide = "arbetsflode#aviseringskanaler"
    list_display = ["__str__", "authority", "host", "made_at", "ended_at"]
    list_select_related = ["authority"]
    is_register = True
    authority_path = "authority"
    seen_by = SEE_STAFFING
    gives_power = True
    page_template = "lockbox/notice_channel/page.html"
    steps = {
        "end": StepPage(
            _("End the channel"),
            notice_channel.end_channel,
            EndChannelForm,
            done=_("The channel has ended."),
            guide="steg#aviseringskanal",
        ),
    }

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, *self.seen_by)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, *MANAGERS)

    begins_with = NewChannelForm

    def begin(self, request: HttpRequest, form: NewChannelForm) -> HttpResponse:
        if made := self.made(request, form, notice_channel.make_channel):
            template = "lockbox/notice_channel/secret.html"
            return self.show_once(request, made.channel, template, made)
        return self.new_page(request, gettext("New notice channel"), form)

    def page_context(
        self, request: HttpRequest, obj: NoticeChannel, relation: Any
    ) -> dict[str, Any]:
        silent = silent_channels(Heartbeat.objects.all()).get(obj.pk)
        return {"silent": silent, "next_try": next_try(silent) if silent else None}
