"""Laying a roster: shifts, patterns of them, swaps and volunteers."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit_app import clock
from requests_app.forms.moment import DayField, MomentField
from requests_app.forms.step import EmptyForm, StepForm
from requests_app.forms.widgets import TimeInput
from requests_app.models import RosterPattern, Shift
from requests_app.permissions.roster import people_for
from requests_app.selectors.roster.open_gaps import first_gap_of
from requests_app.words.swedish_order import in_swedish
from requests_app.words.times import moment_in_words

NOBODY = get_user_model()._default_manager.none()


def _in_order(people: Any) -> Any:
    return people.order_by(in_swedish("last_name"), in_swedish("first_name"))


class ShiftForm(StepForm):
    warning = _("Being on duty gives no right: the person's roles do.")

    person = forms.ModelChoiceField(NOBODY, label=_("Person"))
    begins_at = MomentField(label=pgettext_lazy("time", "From"))
    ends_at = MomentField(label=_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("person").queryset = _in_order(people_for(self.subject))


class PatternForm(StepForm):
    warning = _(
        "Its shifts are laid twelve weeks ahead, and further on as time goes. Being on"
        " duty gives no right: the person's roles do."
    )

    person = forms.ModelChoiceField(NOBODY, label=_("Person"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        choices=tuple(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.ChoiceField(
        label=_("Which of them"),
        choices=RosterPattern.Days,
        help_text=_("Holidays and eves as the office keeps them; they move by year."),
    )
    begins = forms.TimeField(label=pgettext_lazy("time", "From"), widget=TimeInput)
    ends = forms.TimeField(
        label=_("Until"),
        widget=TimeInput,
        help_text=_("Not later than from: until the next day."),
    )
    every_weeks = forms.IntegerField(
        label=_("Every so many weeks"),
        min_value=1,
        max_value=52,
        initial=1,
        help_text=_("Of four who take turns each has 4, and a first day of their own."),
    )
    valid_from = DayField(label=_("First day"))
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Empty: until it is ended.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("person").queryset = _in_order(people_for(self.subject))


class VolunteersForm(StepForm):
    warning = _(
        "All who may stand on the roster see it, and whoever is first takes it."
    )

    begins_at = MomentField(label=pgettext_lazy("time", "From"))
    ends_at = MomentField(label=_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gap = first_gap_of(self.subject)
        if gap is not None:
            self.initial = {"begins_at": gap.begins_at, "ends_at": gap.ends_at}


class FeedForm(StepForm):
    is_secret = True
    warning = _(
        "Shifts are taken in from the calendar once an hour: each event is somebody's"
        " shift, named by e-mail address, user name or full name. Whoever has the"
        " address may read the calendar: it is not shown again."
    )

    address = forms.URLField(
        label=_("Address of the calendar (iCalendar)"),
        assume_scheme="https",
        max_length=2_000,
        help_text=_("https, outside our own network."),
    )


class EndFeedForm(EmptyForm):
    warning = _("Nothing more is taken in. The shifts that came from it stay.")


class ShiftChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        begins, ends = moment_in_words(obj.begins_at), moment_in_words(obj.ends_at)
        return f"{obj.person}: {begins} – {ends}"


class OfferForm(StepForm):
    warning = _("The shift stays where it is until somebody has taken it.")

    offered_to = forms.ModelChoiceField(
        NOBODY,
        label=_("Whom do you ask?"),
        required=False,
        help_text=_("Empty: everybody who may stand on the roster."),
    )
    in_return = ShiftChoice(
        Shift.objects.none(),
        label=_("In return for"),
        required=False,
        help_text=_("A shift of theirs that you take instead."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group, person = self.subject.group, self.subject.person_id
        others = people_for(group).exclude(pk=person)
        self.choice("offered_to").queryset = _in_order(others)
        theirs = Shift.objects.standing().filter(group=group, begins_at__gt=clock.now())
        rows = theirs.exclude(person=person).select_related("person")
        self.choice("in_return").queryset = rows.order_by("begins_at")


class TakeForm(EmptyForm):
    warning = _("You are on duty then. What you may do, your roles say.")


class WithdrawShiftForm(EmptyForm):
    warning = _("The person is no longer on duty then. Look at what lacks somebody.")


class EndPatternForm(EmptyForm):
    warning = _("Its shifts that have not begun are withdrawn.")
