"""The forms of the auditor: audit, audit decisions, audit fields, audit period, audit
reading, own log and saved audit."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.ledger import Kind
from requests_app.audit.lines.read import (
    LONGEST_NUMBER,
    Case,
    Sought,
    cases_numbered,
    kinds,
    met_by,
    rows_of,
)
from requests_app.audit.models import MOST, AuditFinding
from requests_app.audit.selectors.case import Span, instant
from requests_app.audit.selectors.decisions import Criteria, Window
from requests_app.audit.steps import Audited, TypedAnswer, name_of
from requests_app.core.calendar import HOURS_IN_WORDS
from requests_app.core.fields import first_instant, refuse_backward
from requests_app.core.forms import DayField, PlainText, StepForm
from requests_app.core.models import Outcome
from requests_app.core.words.texts import swedish_key
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.changes import limit_of

# What the forms of auditors are made of.

FORMATS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]


class InstantField(forms.DateTimeField):
    """A day, or a day and a time of day, in one box that the browser itself knows.

    Twice a year the clock is moved. What a time of an hour that comes twice, or not at
    all, may mean are two instants: time begins with the earlier one, and where it
    `ends`, it ends with the later one, so that nothing is left out.
    """

    def __init__(self, *, ends: bool = False, **kwargs: Any) -> None:
        self.choose = max if ends else min
        attrs = {"type": "datetime-local", "step": "1"}
        box = forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M:%S")
        super().__init__(widget=box, input_formats=FORMATS, required=False, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
        with timezone.override(UTC):
            typed: Any = super().to_python(value)
        zone = timezone.get_default_timezone()
        return self.choose(
            typed.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )

    def clean(self, value: Any) -> datetime | None:
        moment = super().clean(value)
        if moment is not None and not 2000 <= moment.year < 2100:
            raise forms.ValidationError(gettext("Give a year from 2000 to 2099."))
        return moment


class NarrowingForm(forms.Form):
    """Every field narrows; none is needed, and so none says that it is optional."""

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        self.needed = tuple(self.fields)

    def query(self) -> dict[str, str]:
        """What was filled in, for the record of the page and for the next page."""
        return {
            name: str(self.data[name])[:200]
            for name in self.fields
            if self.data.get(name)
        }

    def in_words(self) -> dict[str, str]:
        """What was asked for as people read it, by the labels of the fields."""
        return {
            str(self.fields[name].label): _in_words(self.fields[name], text)
            for name, text in self.query().items()
        }


def _in_words(field: Any, text: str) -> str:
    if isinstance(field, forms.BooleanField):
        return gettext("Yes")
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return labels.get(text, text)


# From when to when an auditor asks: by two times, or by a period in words.

Days = tuple[date, date]  # the first day, and the one after the last


def _month(day: date, back: int = 0) -> date:
    """The first day of its month, or of one so many months before."""
    number = day.year * 12 + day.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def _quarter(day: date, back: int = 0) -> date:
    return _month(day, (day.month - 1) % 3 + 3 * back)


def _year(day: date, back: int = 0) -> date:
    return date(day.year - back, 1, 1)


DAY, WEEK = timedelta(days=1), timedelta(days=7)
# By today: in the order in which they are offered.
PERIODS: dict[str, tuple[Any, Callable[[date], Days]]] = {
    "today": (_("today"), lambda day: (day, day + DAY)),
    "yesterday": (_("yesterday"), lambda day: (day - DAY, day)),
    "days": (_("the last seven days"), lambda day: (day - WEEK + DAY, day + DAY)),
    "month": (_("this month"), lambda day: (_month(day), day + DAY)),
    "last_month": (_("last month"), lambda day: (_month(day, 1), _month(day))),
    "last_quarter": (_("last quarter"), lambda day: (_quarter(day, 1), _quarter(day))),
    "year": (_("this year"), lambda day: (_year(day), day + DAY)),
    "last_year": (_("last year"), lambda day: (_year(day, 1), _year(day))),
}


class PeriodForm(NarrowingForm):
    period = forms.ChoiceField(
        label=_("Period"),
        choices=[("", "–"), *((name, row[0]) for name, row in PERIODS.items())],
        required=False,
    )
    since = InstantField(label=_("From"))
    until = InstantField(ends=True, label=_("To, not included"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if period := cleaned.get("period"):
            if since or until:
                text = _("Give a period in words, or times: not both.")
                self.add_error("period", text)
            today = acting.today()
            days = PERIODS[period][1](today)
            cleaned["since"], cleaned["until"] = map(first_instant, days)
        elif since and until and until <= since:
            self.add_error("until", _("The time ends before it begins."))
        return cleaned


# What an auditor asks of the ledger.


class AuditForm(PeriodForm):
    person = forms.TypedChoiceField(
        label=_("Person"), coerce=int, empty_value=None, required=False
    )
    authority = forms.TypedChoiceField(
        label=_("Authority"), coerce=int, empty_value=None, required=False
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("all")), *Kind.choices], required=False
    )
    case = forms.CharField(
        label=_("Case number"), max_length=LONGEST_NUMBER, required=False
    )
    table = forms.ChoiceField(label=_("What was changed"), required=False)
    field = forms.CharField(
        label=_("Field"),
        max_length=100,
        required=False,
        help_text=_("such as: outcome, valid to"),
    )
    text = forms.CharField(
        label=_("Old or new value"),
        max_length=100,
        required=False,
        help_text=_(
            "As the page shows it; narrow the time as well. Long texts, such as"
            " motivations, are found by Search."
        ),
    )
    either = forms.BooleanField(
        label=_("It is enough that one of these answers"),
        required=False,
        help_text=_("The time always holds."),
    )

    def __init__(
        self, data: Any, *, by: Any, audited: Audited, of_one: bool = False
    ) -> None:
        """`of_one`: of one person, who is not asked for."""
        super().__init__(data)
        self.by = by
        self.cases: list[Case] = []
        fields: Any = self.fields
        everybody = ("", _("all"))
        if of_one:
            del fields["person"], fields["either"]
        else:
            people = dict(audited.people)
            _keep_asked(people, data.get("person", ""))
            fields["person"].choices = [everybody, *people.items()]
        fields["authority"].choices = [everybody, *audited.authorities.items()]
        fields["table"].choices = [everybody, *_tables()]
        if len(audited.authorities) < 2:
            del fields["authority"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if number := cleaned.get("case", "").strip():
            self.cases = cases_numbered(self.by, number)
            if not self.cases:
                text = _("No case that you may know of has this number.")
                self.add_error("case", text)
        if (name := cleaned.get("field", "").strip()) and not _called(name):
            self.add_error("field", _("No field is called so."))
        return cleaned

    def sought(self) -> Sought:
        """What a form without errors seeks."""
        cleaned = self.cleaned_data
        fields, text = _called(cleaned["field"].strip()), cleaned["text"].strip()
        return Sought(
            since=cleaned["since"],
            until=cleaned["until"],
            person=cleaned.get("person"),
            authority=cleaned.get("authority"),
            kinds=(cleaned["kind"],) if cleaned["kind"] else (),
            table=cleaned["table"],
            fields=tuple(fields),
            values=met_by(text, fields) if text else None,
            rows=rows_of(self.cases) if self.cases else None,
            either=cleaned.get("either", False),
        )


def _keep_asked(people: dict[int, str], number: str) -> None:
    """Somebody without a role here may have done something here all the same."""
    if not number.isdecimal() or len(number) > 17 or int(number) in people:
        return
    rows = get_user_model()._default_manager.filter(pk=number)
    for first, last, login in rows.values_list("first_name", "last_name", "username"):
        people[int(number)] = name_of(first, last, login)


def _tables() -> list[tuple[str, str]]:
    """What has a line for each change."""
    named = {
        table: str(capfirst(model._meta.verbose_name))
        for table, model in kinds().items()
        if hasattr(model, "history")
    }
    return sorted(named.items(), key=lambda row: swedish_key(row[1]))


def _called(name: str) -> list[tuple[str, str]]:
    """Columns whose field is called so, as people read it; where none is, those in
    whose name it stands. None for no name."""
    fields = [
        (str(field.verbose_name).casefold(), (table, field.column))
        for table, model in kinds().items()
        for field in model._meta.fields
    ]
    exactly = [key for called, key in fields if called == name.casefold()]
    return exactly or [
        key for called, key in fields if name and name.casefold() in called
    ]


# What an auditor asks of decisions, and of changes of roles.

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
        if not self.errors and self.span().since > acting.now():
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


# What an auditor asks of people's reading: for a purpose, of a case or of a person.


class ReadingForm(PeriodForm):
    purpose = forms.CharField(
        label=_("Purpose"),
        min_length=10,
        max_length=200,
        help_text=_(
            "Why you look. It is recorded, and whoever is shown reads it in My log."
        ),
    )
    case = forms.CharField(
        label=_("Case number"),
        max_length=LONGEST_NUMBER,
        required=False,
        help_text=_("Those who read it are shown."),
    )
    person = forms.TypedChoiceField(
        label=_("Person"), coerce=int, empty_value=None, required=False
    )
    authority = forms.TypedChoiceField(label=_("Authority"), coerce=int)
    field_order = ("purpose", "case", "person", "authority", "period", "since", "until")

    def __init__(self, data: Any, *, by: Any, audited: Audited) -> None:
        super().__init__(data)
        self.by = by
        self.cases: list[Case] = []
        fields: Any = self.fields
        fields["person"].choices = [("", _("nobody")), *audited.people.items()]
        fields["authority"].choices = audited.authorities.items()
        self.only = next(iter(audited.authorities))
        if len(audited.authorities) < 2:
            del fields["authority"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        number = cleaned.get("case", "").strip()
        if number and cleaned.get("person"):
            self.add_error("person", _("Choose a case or a person: not both."))
        elif number:
            self.cases = cases_numbered(self.by, number)
            if not self.cases:
                text = _("No case that you may know of has this number.")
                self.add_error("case", text)
        if not self.errors:
            self._refuse_long_ago(cleaned)
        return cleaned

    def _refuse_long_ago(self, cleaned: dict[str, Any]) -> None:
        """The time that is looked back at is the limits' own, whatever is asked for."""
        self.limit = limit_of(cleaned.get("authority") or self.only)
        days = self.limit.days
        now = acting.now()
        oldest = first_instant(timezone.localdate(now) - timedelta(days=days))
        since = cleaned["since"] or oldest
        if since < oldest:
            text = ngettext(
                "At most %(days)s day is looked back at.",
                "At most %(days)s days are looked back at.",
                days,
            )
            name = "period" if cleaned.get("period") else "since"
            self.add_error(name, text % {"days": days})
        self.window = Window(self.limit, since, cleaned["until"] or now)

    @property
    def reviews(self) -> list[int]:
        """Keys of the reviews of the case that is chosen."""
        return [key for case in self.cases for key in case.keys]


# What a person asks of their own log.


class OwnLogForm(PeriodForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("all")), *Kind.choices], required=False
    )

    def sought(self) -> Sought:
        """What a form without errors seeks."""
        cleaned = self.cleaned_data
        kinds = (cleaned["kind"],) if cleaned["kind"] else ()
        return Sought(since=cleaned["since"], until=cleaned["until"], kinds=kinds)


# Making an audit, its checklist about one case, and its end.

Question = AuditFinding.Question
EXAMPLE = _("such as: decisions of the spring")


class DrawForm(StepForm):
    warning = _(
        "The sample is drawn by chance when you press the button. It can not be drawn"
        " again in this audit, and the audit can not be taken away."
    )
    name = forms.CharField(label=_("Name"), max_length=200, help_text=EXAMPLE)
    authorities = forms.TypedMultipleChoiceField(
        label=_("Authorities"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Of several, as large a sample of each, by the same seed."),
    )
    decided_from = DayField(label=_("Decided from"))
    decided_to = DayField(label=_("Decided to, that day included"))
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("", _("all")), *Outcome.choices],
        required=False,
        help_text=_(
            "With an outcome, cases on named lists that you have not opened are left"
            " out."
        ),
    )
    size = forms.IntegerField(
        label=_("Cases in the sample"), min_value=1, max_value=MOST
    )
    seed = forms.CharField(
        label=_("Your own seed"),
        min_length=8,
        max_length=64,
        help_text=_(
            "What chance is reckoned from: throw dice, or write a sentence that nobody"
            " here knew beforehand. It stands in the report, for others to draw again."
        ),
    )

    def __init__(self, *args: Any, audited: Audited, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = list(audited.authorities.items())
        self.choice("authorities").choices = theirs
        self.needed = ("outcome",)
        if len(theirs) == 1:
            self.choice("authorities").widget = forms.MultipleHiddenInput()
            self.choice("authorities").initial = [theirs[0][0]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("decided_from"), cleaned.get("decided_to")
        refuse_backward(first, last, "decided_to")
        return cleaned


class ChecklistForm(StepForm):
    """One question after another, each with what was found."""

    needed = tuple(Question.values)

    state = ""

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state = state
        for question in Question:
            self.fields[question] = forms.ChoiceField(
                label=question.label,
                choices=AuditFinding.Answer.choices,
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[_text_of(question)] = PlainText(
                label=_("What you found"), rows=2, required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for question in Question:
            answer, name = cleaned.get(question), _text_of(question)
            text = cleaned.get(name, "").strip()
            if text and not answer and question not in self.errors:
                self.add_error(question, gettext("Choose an answer."))
            if (
                answer == AuditFinding.Answer.NO
                and not text
                and name not in self.errors
            ):
                self.add_error(name, gettext("Say what is not as it should be."))
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        answers: dict[str, TypedAnswer] = {
            question.value: TypedAnswer(cleaned[question], cleaned[_text_of(question)])
            for question in Question
        }
        return {"answers": answers, "seen": self.data.get("seen", "")}

    @property
    def seen(self) -> str:
        return self.data.get("seen", self.state)


def _text_of(question: str) -> str:
    return f"{question}_text"


def checklist_values(findings: list[AuditFinding]) -> dict[str, Any]:
    """What a checklist is opened with."""
    values: dict[str, Any] = {}
    for row in findings:
        values[row.question] = row.answer
        values[_text_of(row.question)] = row.text.text if row.text else ""
    return values


class EndForm(StepForm):
    warning = _(
        "When the audit has ended nothing of it can be changed. What you write is read"
        " by every auditor of the authority: name nothing that is on a named list."
    )
    conclusion = PlainText(label=_("Conclusion"), rows=8)
