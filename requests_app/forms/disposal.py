"""Drawing up a list to dispose of, and answering what becomes of its cases."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from requests_app.forms.moment import DayField
from requests_app.forms.step import StepForm
from requests_app.law.disposal import ANSWERABLE, obstacles_of
from requests_app.models import Authority, DisposalAnswer, DisposalItem
from requests_app.models.disposal import Obstacle
from requests_app.permissions.disposal import disposing_for
from requests_app.permissions.roles import today

Answer = DisposalAnswer.Answer


class DrawUpForm(StepForm):
    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=gettext_lazy("Authority"), empty_label=None
    )
    until = DayField(label=gettext_lazy("Cases whose day has come by"), initial=today)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("authority").queryset = disposing_for(self.by)


class ItemsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: DisposalItem) -> str:
        closed = date_format(obj.closed_on, "j F Y")
        return _("%(case)s, closed %(day)s") % {"case": obj, "day": closed}


class ItemsForm(StepForm):
    """Some cases of the list, or all that are shown."""

    own = ("all_items",)
    all_items = forms.BooleanField(
        label=gettext_lazy("All cases below"), required=False
    )
    items = ItemsField(
        DisposalItem.objects.none(),
        label=gettext_lazy("Cases"),
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
            self.add_error("items", _("Choose at least one case."))
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        return {**super().step_fields(), "items": list(self.cleaned_data["items"])}


class AnswerForm(ItemsForm):
    answer = forms.ChoiceField(
        label=gettext_lazy("What becomes of them"),
        choices=[(one.value, one.label) for one in (Answer.DESTROY, Answer.TRANSFER)],
        widget=forms.RadioSelect,
    )

    field_order = ("answer", "all_items", "items")

    def takes(self, why: str) -> bool:
        return why in ANSWERABLE


class RetainForm(ItemsForm):
    until = DayField(label=gettext_lazy("Retain until"))
    reason = forms.CharField(
        label=pgettext_lazy("of retaining", "Why"),
        max_length=300,
        help_text=gettext_lazy(
            "Stands in the protocol, which is kept for ever: name nobody."
        ),
    )
    warning = gettext_lazy("Whoever retains wins, and does not take it back.")

    field_order = ("until", "reason", "all_items", "items")

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until > today() + timedelta(days=366 * 150):
            raise ValidationError(_("The day lies too far ahead."))
        return until


class ReceiptForm(ItemsForm):
    receipt = forms.CharField(
        label=gettext_lazy("The archive's receipt"),
        max_length=100,
        help_text=gettext_lazy("The number of the delivery that it has received."),
    )

    field_order = ("receipt", "all_items", "items")

    def takes(self, why: str) -> bool:
        return why == Obstacle.NO_RECEIPT
