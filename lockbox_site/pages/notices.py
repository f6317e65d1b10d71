"""Which notices the person wants by mail."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import NoticeChoice
from requests_app.workflow.notice import choose_notices


class NoticesForm(forms.Form):
    wants = forms.ChoiceField(
        label=gettext_lazy("Mail me"),
        choices=NoticeChoice.Wants,
        widget=forms.RadioSelect,
    )


def notices(site: Any, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    row = NoticeChoice.objects.filter(person=user.pk).first()
    initial = {"wants": row.wants if row else NoticeChoice.Wants.CLOCK}
    form = NoticesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        choose_notices(user, form.cleaned_data["wants"])
        messages.success(request, _("Your choice of notices is saved."))
        return HttpResponseRedirect(reverse("admin:notices"))
    context = {
        **site.each_context(request),
        "title": _("Notices by mail"),
        "form": form,
        "goes_out": bool(settings.MAIL_SERVER),
    }
    return TemplateResponse(request, "lockbox/person/notices.html", context)
