"""The forms of duty: drill, notice channel and ladder, recertification and roster."""

import hashlib
import json
from typing import Any, NamedTuple

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.dates import WEEKDAYS
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.core.forms import (
    DayField,
    EmptyForm,
    MomentField,
    ReasonForm,
    SeveralForm,
    StepForm,
    TimeInput,
    reason_field,
    rows_field,
)
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import MANAGERS, authorities_of
from requests_app.core.words.texts import by_name, in_swedish, moment_in_words
from requests_app.duty.models.notices import (
    MOST,
    Hours,
    NoticeChannel,
    NoticeLadder,
    NoticeWay,
    Rung,
    Rungs,
    Whom,
    faults,
    read,
    written,
)
from requests_app.duty.models.roster import Recertification, RosterPattern, Shift
from requests_app.duty.powers import RECERTIFICATION_MOST, Line, lines_of, to_confirm
from requests_app.duty.rights import people_for
from requests_app.duty.roster.gaps import first_gap_of

# Beginning a drill.

HOURS = (1, 2, 4, 8, 12)


class DrillForm(StepForm):
    template = "lockbox/drill/new.html"
    warning = _(
        "Those whose turn it is now get a message, as of a real request, and say that"
        " they are in. No case is made, and no number is taken."
    )

    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    hours = forms.TypedChoiceField(
        label=_("Ends after"),
        coerce=int,
        choices=[
            (hours, ngettext_lazy("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
            for hours in HOURS
        ],
        initial=2,
        help_text=_("Who has not come by then has not come."),
    )
    begins_anyway = forms.BooleanField(
        label=_("Begin although real requests wait"),
        required=False,
        help_text=_("I have looked at them: who is needed there goes on with them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = authorities_of(self.by, *MANAGERS)
        authority = self.choice("authority")
        authority.queryset = by_name(Authority.objects.filter(pk__in=theirs))
        if len(theirs) == 1:
            authority.empty_label = None


# Making and ending an authority's notice channels.


class NewChannelForm(StepForm):
    is_secret = True
    warning = _(
        "The channel is told the number of what waits, its last time and a link;"
        " nothing of what it is about. The secret is shown once, on the next page."
    )

    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=NoticeChannel.Kind,
        initial=NoticeChannel.Kind.COLLEAGUES,
        required=False,
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("label", "Role"),
        choices=[("", "—"), *Role.choices],
        required=False,
        help_text=_(
            "For a channel of colleagues: what waits for whoever has it, and for nobody"
            " by name. A gateway for text messages is no role's."
        ),
    )
    address = forms.URLField(
        label=_("Address of the channel"),
        assume_scheme="https",
        max_length=2_000,
        help_text=_(
            "https, outside our own network. Whoever has it can write in the channel:"
            " it is not shown again."
        ),
    )

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        values["kind"] = values.get("kind") or NoticeChannel.Kind.COLLEAGUES
        is_gateway = values["kind"] == NoticeChannel.Kind.SMS
        if is_gateway and values.get("role"):
            self.add_error("role", gettext("A gateway for text messages has no role."))
        if not is_gateway and "role" in values and not values["role"]:
            self.add_error("role", gettext("Choose the role that it is told for."))
        return values

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        authorities = authorities_of(self.by, *MANAGERS)
        self.choice("authority").queryset = Authority.objects.filter(pk__in=authorities)


class EndChannelForm(ReasonForm):
    warning = _("Nothing more is told there. What has been told stays on record.")


# The rungs of a ladder, each with what is wrong with it beside it.

SPARE = 2  # empty rungs below those that there are


class RungForm(forms.Form):
    """One rung; without whom to tell it is none."""

    use_required_attribute = False
    at = forms.IntegerField(
        label=_("After so many percent of the time"),
        min_value=0,
        max_value=100,
        required=False,
    )
    whom = forms.ChoiceField(
        label=_("Tell"), choices=[("", "—"), *Whom.choices], required=False
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("label", "Role"),
        choices=[("", "—"), *Role.choices],
        required=False,
    )
    person = forms.ChoiceField(label=_("Person"), required=False)
    by = forms.MultipleChoiceField(
        label=pgettext_lazy("by which way", "By"),
        choices=NoticeWay,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    hours = forms.ChoiceField(label=_("When"), choices=Hours, required=False)
    hold = forms.IntegerField(
        label=_("Whoever takes it has so many minutes"),
        min_value=5,
        max_value=720,
        required=False,
    )

    def __init__(self, *args: Any, people: Any = (), **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.choices = [("", "—"), *people]

    @property
    def rung(self) -> Rung:
        values = self.cleaned_data
        return Rung(
            at=values["at"] or 0,
            whom=values["whom"],
            by=tuple(values["by"]),
            role=values["role"],
            person=int(values["person"]) if values["person"] else None,
            hours=values["hours"] or Hours.ANY,
            hold=values["hold"] or Rung.hold,
        )


class RungsWidget(forms.Widget):
    template_name = "lockbox/notice_ladder/rungs.html"
    use_fieldset = True
    people: Any = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[RungForm]:
        forms_sent = [
            RungForm(data, prefix=f"{name}-{place}", people=self.people)
            for place in range(MOST)
        ]
        return [form for form in forms_sent if form["whom"].value()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}-{place}-whom" in data for place in range(MOST))

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        rows = list(value or [])
        shown = [self._form(name, place, row) for place, row in enumerate(rows)]
        for place in range(len(rows), min(len(rows) + SPARE, MOST)):
            shown.append(RungForm(prefix=f"{name}-{place}", people=self.people))
        return render_to_string(self.template_name, {"rungs": shown})

    def _form(self, name: str, place: int, row: Any) -> RungForm:
        if isinstance(row, RungForm):
            return row
        return RungForm(initial=dict(row), prefix=f"{name}-{place}", people=self.people)


class RungsFormField(forms.Field):
    widget = RungsWidget

    def clean(self, value: Any) -> Any:
        rows = list(value or [])
        if not all(form.is_valid() for form in rows):
            raise ValidationError(gettext("Correct the rungs that are marked below."))
        rungs = [form.rung for form in rows]
        wrong = list(faults(rungs))
        for place, text in wrong:
            if rows:
                rows[place].add_error(None, text)
        if wrong:
            raise ValidationError(list(dict.fromkeys(text for _place, text in wrong)))
        return written(rungs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        if not all(form.is_valid() for form in data or []):
            return True
        return Rungs(initial or []) != written(form.rung for form in data or [])


class NoticeLadderForm(forms.ModelForm):
    """Saved when whoever edits it has looked at who would be told."""

    rungs = RungsFormField(label=_("Rungs"))

    class Meta:
        model = NoticeLadder
        fields = ("authority", "product", "class_from", "margin", "rungs")

    @property
    def as_read(self) -> str:
        """The fingerprint of what has been looked at."""
        values = self.cleaned_data
        rungs = [rung.__dict__ for rung in read(values.get("rungs") or [])]
        keys = [
            getattr(values.get(name), "pk", None) for name in ("authority", "product")
        ]
        text = json.dumps([rungs, keys, values.get("class_from"), values.get("margin")])
        return hashlib.sha256(text.encode()).hexdigest()


# Laying a roster: shifts, patterns of them, swaps and volunteers.

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
        theirs = Shift.objects.standing().filter(
            group=group, begins_at__gt=acting.now()
        )
        rows = theirs.exclude(person=person).select_related("person")
        self.choice("in_return").queryset = rows.order_by("begins_at")


class TakeForm(EmptyForm):
    warning = _("You are on duty then. What you may do, your roles say.")


class WithdrawShiftForm(EmptyForm):
    warning = _("The person is no longer on duty then. Look at what lacks somebody.")


class EndPatternForm(EmptyForm):
    warning = _("Its shifts that have not begun are withdrawn.")


# Power that waits to be confirmed anew, looked through and settled together.


class Shown(NamedTuple):
    """A line as the page shows it."""

    line: Line
    is_ticked: bool
    error: str


class RecertificationForm(SeveralForm):
    """Which of what waits is confirmed or ended, and why where it is ended."""

    template = "lockbox/recertification/form.html"
    stop = "end"
    stop_needs_reason = _("Say why they end.")
    reason_without_stop = _("A reason is for ending: empty it to confirm them.")
    most = RECERTIFICATION_MOST

    rows = rows_field(
        Recertification.objects.none(),
        label=_("Rights and roles"),
        required=_("Tick those that you mean."),
    )
    reason = reason_field(_("Reason for ending"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, subject=None, **kwargs)
        self.choice("rows").queryset = Recertification.objects.select_related("person")

    @cached_property
    def waiting(self) -> list[Line]:
        return to_confirm(self.by)

    @cached_property
    def lines(self) -> list[Shown]:
        """What waits; and what was ticked and waits no more, with why."""
        known = {line.row.pk for line in self.waiting}
        gone = Recertification.objects.filter(pk__in=self.errors_of.keys() - known)
        past = lines_of(gone.select_related("authority", "person"))
        return [self._shown(line) for line in [*past, *self.shown]]

    def _shown(self, line: Line) -> Shown:
        pk = line.row.pk
        return Shown(line, self.is_ticked(pk), self.errors_of.get(pk, ""))
