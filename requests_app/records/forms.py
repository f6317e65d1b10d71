"""The forms of kept records: archive delivery and disposal."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.core.forms import DayField, MomentField, StepForm, this_minute
from requests_app.core.people.models import Authority
from requests_app.records.law import ANSWERABLE, obstacles_of
from requests_app.records.models import DisposalAnswer, DisposalItem, Obstacle
from requests_app.records.rights import delivering_for, disposing_for

# Which cases go to the archive, and what the archive answered.

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


# Drawing up a list to dispose of, and answering what becomes of its cases.

Answer = DisposalAnswer.Answer


class DrawUpForm(StepForm):
    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=_("Authority"), empty_label=None
    )
    until = DayField(label=_("Cases whose day has come by"), initial=acting.today)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("authority").queryset = disposing_for(self.by)


class ItemsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: DisposalItem) -> str:
        closed = date_format(obj.closed_on, "j F Y")
        return gettext("%(case)s, closed %(day)s") % {"case": obj, "day": closed}


class ItemsForm(StepForm):
    """Some cases of the list, or all that are shown."""

    own = ("all_items",)
    all_items = forms.BooleanField(label=_("All cases below"), required=False)
    items = ItemsField(
        DisposalItem.objects.none(),
        label=_("Cases"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [k for k, why in obstacles_of(self.subject).items() if self.takes(why)]
        rows = DisposalItem.objects.filter(pk__in=keys).order_by("pk")
        self.choice("items").queryset = rows.filter(disposed_case=None)

    def takes(self, why: str) -> bool:
        """Is a case shown of which this stands in the way?"""
        return True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("all_items"):
            cleaned["items"] = self.choice("items").queryset
        if not cleaned.get("items") and "items" not in self.errors:
            self.add_error("items", gettext("Choose at least one case."))
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        return {**super().step_fields(), "items": list(self.cleaned_data["items"])}


class AnswerForm(ItemsForm):
    answer = forms.ChoiceField(
        label=_("What becomes of them"),
        choices=[(one.value, one.label) for one in (Answer.DESTROY, Answer.TRANSFER)],
        widget=forms.RadioSelect,
    )

    field_order = ("answer", "all_items", "items")

    def takes(self, why: str) -> bool:
        return why in ANSWERABLE


class RetainForm(ItemsForm):
    until = DayField(label=_("Retain until"))
    reason = forms.CharField(
        label=pgettext_lazy("of retaining", "Why"),
        max_length=300,
        help_text=_("Stands in the protocol, which is kept for ever: name nobody."),
    )
    warning = _("Whoever retains wins, and does not take it back.")

    field_order = ("until", "reason", "all_items", "items")

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until > acting.today() + timedelta(days=366 * 150):
            raise ValidationError(gettext("The day lies too far ahead."))
        return until


class DisposalReceiptForm(ItemsForm):
    receipt = forms.CharField(
        label=_("The archive's receipt"),
        max_length=100,
        help_text=_("The number of the delivery that it has received."),
    )

    field_order = ("receipt", "all_items", "items")

    def takes(self, why: str) -> bool:
        return why == Obstacle.NO_RECEIPT
