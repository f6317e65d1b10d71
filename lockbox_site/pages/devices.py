"""How a person is reached on the phone: their browsers, and their number."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.forms.step import StepForm
from requests_app.models import NoticeChannel, PhoneNumber, PushDevice
from requests_app.models.push_device import PHONE_NUMBER
from requests_app.providers.http.push_key import public_key
from requests_app.workbench.pages import guided, refused
from requests_app.workflow.push_device import add_device, end_device, tell_number
from requests_app.workflow.step import WrongState


class NumberForm(StepForm):
    number = forms.CharField(
        required=False,
        max_length=16,
        validators=[PHONE_NUMBER],
        label=gettext_lazy("Number for text messages"),
        help_text=gettext_lazy(
            "With the country first, such as +46701234567. Empty: no text messages."
        ),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )


class DeviceForm(StepForm):
    """The browser fills in all but the name (push.js)."""

    name = forms.CharField(
        label=gettext_lazy("What you call this browser"),
        max_length=60,
        help_text=gettext_lazy("Such as “my phone”."),
    )
    endpoint = forms.CharField(widget=forms.HiddenInput, max_length=2000)
    p256dh = forms.CharField(widget=forms.HiddenInput, max_length=200)
    auth = forms.CharField(widget=forms.HiddenInput, max_length=100)

    def clean(self) -> dict[str, Any]:
        # Nobody sees the hidden fields: their errors stand above the form.
        hidden = [
            name for name in ("endpoint", "p256dh", "auth") if name in self.errors
        ]
        for name in hidden:
            del self._errors[name]
        if hidden:
            text = _("The browser did not tell where notices are to go.")
            self.add_error(None, text)
        return self.cleaned_data


@guided("aviseringsstegar#din-telefon")
def devices(site: Any, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    sent = request.POST.get("form", "")
    data = request.POST if request.method == "POST" else None
    row = PhoneNumber.objects.filter(person=user.pk).first()
    number = NumberForm(
        data if sent == "number" else None,
        subject=None,
        by=user,
        initial={"number": row.number if row else ""},
    )
    device = DeviceForm(data if sent == "device" else None, subject=None, by=user)
    status, forms_sent = 200, {"number": number, "device": device}
    if sent in forms_sent and forms_sent[sent].is_valid():
        done, status = _act(sent, forms_sent[sent], user)
        if done:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("admin:devices"))
    elif sent == "end":
        own = get_object_or_404(PushDevice, person=user.pk, pk=_key(request))
        if not own.ended_at:
            end_device(own, by=user, reason=_("Ended by the person."))
            messages.success(request, _("The device gets nothing more."))
        return HttpResponseRedirect(reverse("admin:devices"))
    context = {
        **site.each_context(request),
        "title": _("My phone"),
        "form": device if sent == "device" else number,
        "number": number,
        "device": device,
        "devices": PushDevice.objects.filter(person=user.pk, ended_at=None),
        "ended": PushDevice.objects.filter(person=user.pk).exclude(ended_at=None)[:5],
        "key": public_key(),
        "has_gateway": NoticeChannel.objects.filter(
            kind=NoticeChannel.Kind.SMS, ended_at=None
        ).exists(),
    }
    return TemplateResponse(
        request, "lockbox/person/devices.html", context, status=status
    )


def _key(request: HttpRequest) -> int:
    text = request.POST.get("device", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _act(sent: str, form: Any, user: Any) -> tuple[str, int]:
    """What is said of it, and the status of the answer where it was refused."""
    fields = form.step_fields()
    try:
        if sent == "number":
            tell_number(user, by=user, **fields)
            return _("Your number is saved."), 200
        device = add_device(user, by=user, **fields)
        return _("Notices come to %(name)s from now on.") % {"name": device.name}, 200
    except (ValidationError, WrongState) as error:
        if isinstance(error, ValidationError) and "endpoint" in getattr(
            error, "error_dict", {}
        ):
            error = ValidationError(error.messages)
        return "", refused(form, error)
