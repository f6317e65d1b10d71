"""What the person is told of, and by which way."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import NoticeChoice, NoticeKind, NoticeWay
from requests_app.models.notice import ALWAYS_TOLD
from requests_app.workflow.notice import choose_notices


class Cell(NamedTuple):
    """A kind by a way: its box, or why it is always told."""

    way: str
    box: Any
    always: Any


class NoticesForm(forms.Form):
    """A box for each kind of notice and way; what is always told has none."""

    def __init__(self, *args: Any, off: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in NoticeKind:
            for way in NoticeWay:
                if (way, kind) in ALWAYS_TOLD:
                    continue
                switch = NoticeChoice.switch(way, kind)
                self.fields[switch] = forms.BooleanField(
                    label=f"{kind.label}: {way.label}",
                    initial=switch not in off,
                    required=False,
                )

    def rows(self) -> Iterator[tuple[Any, list[Cell]]]:
        for kind in NoticeKind:
            yield kind.label, [self._cell(way, kind) for way in NoticeWay]

    def _cell(self, way: NoticeWay, kind: NoticeKind) -> Cell:
        always = ALWAYS_TOLD.get((way, kind), "")
        box = None if always else self[NoticeChoice.switch(way, kind)]
        return Cell(str(way.label), box, always)

    def off(self) -> list[str]:
        return [switch for switch, is_on in self.cleaned_data.items() if not is_on]


def notices(site: Any, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    row = NoticeChoice.objects.filter(person=user.pk).first()
    data = request.POST if request.method == "POST" else None
    form = NoticesForm(data, off=row.off if row else [])
    if request.method == "POST" and form.is_valid():
        choose_notices(user, form.off())
        messages.success(request, _("Your choice of notices is saved."))
        return HttpResponseRedirect(reverse("admin:notices"))
    context = {
        **site.each_context(request),
        "title": _("What reaches me, and how"),
        "form": form,
        "ways": list(NoticeWay.labels),
        "goes_out": bool(settings.MAIL_SERVER),
    }
    return TemplateResponse(request, "lockbox/person/notices.html", context)
