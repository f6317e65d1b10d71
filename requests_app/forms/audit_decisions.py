"""What an auditor asks of decisions, and of changes of roles."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.catalogue.working_days import HOURS_IN_WORDS
from requests_app.forms.audit_fields import InstantField
from requests_app.forms.audit_period import PeriodForm
from requests_app.models import DelegationRule, Outcome
from requests_app.permissions.auditing import Audited
from requests_app.selectors.audit.decisions import Criteria
from requests_app.selectors.audit.who_could_see import Span, instant

EVERYTHING = ("", _("all"))


class DatedForm(PeriodForm):
    """From when to when, and of which authority."""

    authority = forms.TypedChoiceField(
        label=_("Authority"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, data: Any, *, audited: Audited) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["authority"].choices = [EVERYTHING, *audited.authorities.items()]
        if len(audited.authorities) < 2:
            del fields["authority"]


class DecisionsForm(DatedForm):
    within = forms.IntegerField(
        label=_("Within so many minutes of arriving"),
        min_value=0,
        max_value=525_600,
        required=False,
    )
    longer = forms.IntegerField(
        label=_("At least so many minutes after arriving"),
        min_value=0,
        max_value=525_600,
        required=False,
    )
    from_hour = forms.IntegerField(
        label=_("Decided from the hour"), min_value=0, max_value=23, required=False
    )
    to_hour = forms.IntegerField(
        label=_("To the hour, not included"),
        min_value=1,
        max_value=24,
        required=False,
        help_text=_("Smaller than the first: over midnight."),
    )
    off_hours = forms.BooleanField(
        label=format_lazy(
            _("Outside office hours ({hours} on working days)"), hours=HOURS_IN_WORDS
        ),
        required=False,
    )
    lost = forms.BooleanField(
        label=_("Under an item of delegation that has been ended since"),
        required=False,
    )
    decider = forms.TypedChoiceField(
        label=_("Decision-maker"), coerce=int, empty_value=None, required=False
    )
    rule = forms.TypedChoiceField(
        label=_("Item of delegation"), coerce=int, empty_value=None, required=False
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[EVERYTHING, *Outcome.choices], required=False
    )

    def __init__(self, data: Any, *, audited: Audited) -> None:
        super().__init__(data, audited=audited)
        fields: Any = self.fields
        fields["decider"].choices = [EVERYTHING, *audited.people.items()]
        fields["rule"].choices = [EVERYTHING, *_rules(audited)]

    def sought(self) -> Criteria:
        """What a form without errors seeks."""
        cleaned: Any = self.cleaned_data
        return Criteria(*(cleaned.get(name) for name in Criteria._fields))


def _rules(audited: Audited) -> Iterator[tuple[int, str]]:
    """Items that hold or have held; by their days, for many have the same number."""
    rows = DelegationRule.objects.filter(authority__in=audited.authorities)
    rows = rows.order_by("authority", "item_no", "valid_from", "pk")
    columns = ("pk", "authority", "item_no", "title", "valid_from", "valid_to")
    for key, authority, number, title, first, last in rows.values_list(*columns):
        days = f"{first} – {last or ''}".strip()
        yield key, f"{number} {title}, {audited.codes[authority]} ({days})"


class RoleChangesForm(DatedForm):
    person = forms.TypedChoiceField(
        label=_("Whose, or by whom"), coerce=int, empty_value=None, required=False
    )
    backdated = forms.BooleanField(
        label=_("Only those that say another time than when they were recorded"),
        required=False,
    )

    def __init__(self, data: Any, *, audited: Audited) -> None:
        super().__init__(data, audited=audited)
        fields: Any = self.fields
        fields["person"].choices = [EVERYTHING, *audited.people.items()]


class InstantForm(forms.Form):
    """A day, and the time of day where an instant is meant."""

    at = forms.CharField(
        label=_("Who could see it that day"),
        max_length=30,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    time = forms.TimeField(
        label=_("At"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "step": "1"}),
        help_text=_("Empty: at any moment of the day."),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")

    def clean_at(self) -> date | datetime | None:
        """An address may say both at once."""
        moment = InstantField().clean(self.cleaned_data["at"])
        is_day = len(self.cleaned_data["at"].strip()) <= len("2026-01-01")
        return timezone.localdate(moment) if moment and is_day else moment

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and self.span().since > clock.now():
            why = _("That is yet to come: nobody knows who will see it.")
            self.add_error("at", why)
        return cleaned

    def span(self) -> Span:
        """The time that a form without errors is about."""
        cleaned = self.cleaned_data
        if isinstance(cleaned["at"], datetime):
            return instant(cleaned["at"])
        first, last = cleaned["time"] or time.min, cleaned["time"] or time.max
        begins, ends = (
            timezone.make_aware(datetime.combine(cleaned["at"], hour))
            for hour in (first, last)
        )
        return Span(begins, ends)
