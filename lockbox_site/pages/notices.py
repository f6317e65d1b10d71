"""What the person is told of, and by which way."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app.models import (
    NoticeChoice,
    NoticeKind,
    NoticeWay,
    PhoneNumber,
    PushDevice,
    Role,
)
from requests_app.models.notice import ALWAYS_TOLD, OWN_WAYS
from requests_app.permissions.roles import has_role
from requests_app.selectors.reach import ways_to
from requests_app.workbench.pages import guided
from requests_app.workflow.notice import choose_notices


class Cell(NamedTuple):
    """A kind by a way: its box, or why it is always told."""

    way: Any
    box: Any
    always: Any


class Column(NamedTuple):
    """A way, and where it goes; or what lacks for it to go anywhere, and where that is
    added."""

    way: Any
    is_there: bool
    says: str
    link: str = ""
    link_says: str = ""


class NoticesForm(forms.Form):
    """A box for each kind of notice and way; what is always told has none."""

    def __init__(self, *args: Any, choice: NoticeChoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in NoticeKind:
            for way in OWN_WAYS:
                if (way, kind) in ALWAYS_TOLD:
                    continue
                self.fields[NoticeChoice.switch(way, kind)] = forms.BooleanField(
                    label=f"{kind.label}: {way.label}",
                    initial=choice.is_on(way, kind),
                    required=False,
                )

    def rows(self) -> Iterator[tuple[Any, list[Cell]]]:
        for kind in NoticeKind:
            yield kind.label, [self._cell(way, kind) for way in OWN_WAYS]

    def _cell(self, way: NoticeWay, kind: NoticeKind) -> Cell:
        always = ALWAYS_TOLD.get((way, kind), "")
        box = None if always else self[NoticeChoice.switch(way, kind)]
        return Cell(capfirst(way.label), box, always)

    def chosen(self) -> list[str]:
        return [switch for switch, is_on in self.cleaned_data.items() if is_on]


@guided("arbetsflode#vad-som-nar-dig")
def notices(site: Any, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    choice = NoticeChoice.objects.filter(person=user.pk).first() or NoticeChoice()
    data = request.POST if request.method == "POST" else None
    form = NoticesForm(data, choice=choice)
    if request.method == "POST" and form.is_valid():
        choose_notices(user, form.chosen())
        messages.success(request, _("Your choice of notices is saved."))
        return HttpResponseRedirect(reverse("admin:notices"))
    context = {
        **site.each_context(request),
        "title": _("What reaches me, and how"),
        "form": form,
        "columns": _columns(user),
    }
    return TemplateResponse(request, "lockbox/person/notices.html", context)


def _columns(user: Any) -> list[Column]:
    there = ways_to(user)
    says = {
        NoticeWay.MAIL: _mail(user, there[NoticeWay.MAIL]),
        NoticeWay.PUSH: _phone(user),
        NoticeWay.SMS: _number(user, there[NoticeWay.SMS]),
    }
    return [Column(capfirst(way.label), there[way], *says[way]) for way in OWN_WAYS]


def _mail(user: Any, is_there: bool) -> tuple[str, ...]:
    if is_there:
        return (user.email,)
    if not settings.MAIL_SERVER:
        return (_("This Lockbox sends no mail: no mail server is set."),)
    text = _("You have no e-mail address in Lockbox.")
    if user.email:
        text = _("The mail server does not take %(address)s.") % {"address": user.email}
    if has_role(user, Role.SYSTEM_ADMINISTRATOR):
        account = reverse("admin:lockbox_site_user_change", args=[user.pk])
        return text, account, _("Correct the address")
    return (f"{text} {_('Ask your system administrator.')}",)


def _phone(user: Any) -> tuple[str, ...]:
    if not settings.PUSH_KEY:
        return (_("This Lockbox sends no notices to phones."),)
    rows = PushDevice.objects.filter(person=user.pk, ended_at=None)
    if names := ", ".join(rows.values_list("name", flat=True)):
        return (names,)
    text = _("No browser of yours takes notices.")
    return text, reverse("admin:devices"), _("Add one")


def _number(user: Any, is_there: bool) -> tuple[str, ...]:
    row = PhoneNumber.objects.filter(person=user.pk).first()
    if row is None or not row.number:
        text = _("You have told no number.")
        return text, reverse("admin:devices"), _("Tell your number")
    if is_there:
        return (row.number,)
    return (_("No authority where you have a role sends text messages."),)
