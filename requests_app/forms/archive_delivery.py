"""Which cases go to the archive, and what the archive answered."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import StepForm
from requests_app.models import Authority
from requests_app.permissions.archive_delivery import delivering_for

DIGEST = RegexValidator(r"^\s*[0-9a-fA-F]{64}\s*$", _("64 digits and letters a to f."))


class ArchiveDeliveryForm(StepForm):
    template = "lockbox/archive_delivery/form.html"

    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=_("Authority"), empty_label=None
    )
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=2000,
        max_value=2099,
        help_text=_("All closed cases that were registered in it."),
    )
    number = forms.CharField(
        label=_("Diary number"),
        required=False,
        max_length=40,
        help_text=_("Or one closed case."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("authority").queryset = delivering_for(self.by)


class ReceiptForm(StepForm):
    received_by = forms.CharField(label=_("Received by"), max_length=200)
    receipt = forms.CharField(
        label=_("Number of the receipt"), required=False, max_length=100
    )
    received_at = MomentField(label=_("When it was received"), initial=this_minute)
    digest = forms.CharField(
        label=_("Digest as the archive tells it"),
        max_length=80,
        validators=[DIGEST],
        help_text=_("SHA-256 of the file METS.xml in the package."),
    )
