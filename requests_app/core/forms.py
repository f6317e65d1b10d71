"""The forms of every domain: moment, municipality, proof, several, step and widgets."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.forms.renderers import get_default_renderer
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.core.catalogue import country_choices
from requests_app.core.fields import validate_year
from requests_app.core.municipality import Municipality
from requests_app.core.step import SomeHindered

# Inputs that the browser itself knows: days, times of day, countries.


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


# How days and times are typed in the forms of registers, and which days are ours.
DAYS: dict[Any, dict[str, Any]] = {
    models.DateField: {"widget": DayInput, "validators": [validate_year]},
    models.TimeField: {"widget": TimeInput},
}


class MomentInput(forms.SplitDateTimeWidget):
    """A day and a time of day side by side, each with a label of its own."""

    def __init__(self) -> None:
        super().__init__(
            date_attrs={"type": "date"},
            time_attrs={"type": "time"},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        )

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        parts = self.get_context(name, value, attrs)["widget"]["subwidgets"]
        renderer = renderer or get_default_renderer()
        inputs = [
            (label, _rendered(renderer, part))
            for label, part in zip(
                (gettext("Day"), gettext("Time")), parts, strict=True
            )
        ]
        labelled = format_html_join("", "<label><span>{}</span> {}</label>", inputs)
        return format_html('<div class="moment">{}</div>', labelled)


def _rendered(renderer: Any, part: dict[str, Any]) -> SafeString:
    html = renderer.render(part["template_name"], {"widget": part})
    return mark_safe(html)  # noqa: S308 — Django's own template


def as_choice(row: Any) -> str:
    """What it is called among others that could be chosen."""
    return str(getattr(row, "choice", row))


class Autocomplete(AutocompleteSelect):
    """Django's, with words in it: an empty one has no name to be read out."""

    class Media:
        js = ("lockbox/autocomplete.js",)

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        attrs = super().build_attrs(*args, **kwargs)
        return {**attrs, "data-placeholder": gettext("Type to search")}

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        # A key that is none can't be looked up when the form is shown: leave it out.
        self.choices.field.label_from_instance = as_choice
        keys = [key for key in value if str(key).isdecimal() and len(str(key)) < 18]
        return super().optgroups(name, keys, attr)


class NamedRadios(forms.RadioSelect):
    """A group with a name of its own, for pages that give it no fieldset."""

    def __init__(self, label: Any) -> None:
        super().__init__()
        self.label = label

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        radios = super().render(*args, **kwargs)
        return format_html(
            '<div role="radiogroup" aria-label="{}">{}</div>', self.label, radios
        )


class CountrySelect(forms.Select):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        # Asked for at each showing, in the language of the page.
        self.choices: Any = country_choices


# A moment or a day in a form, in Swedish time.


class MomentField(forms.SplitDateTimeField):
    """A day and a time of day in Swedish time, as an instant (UTC).

    Twice a year the clock is moved: an hour that comes twice means the later one that
    is not in the future, and one that does not come is read as the clock goes on.
    """

    def compress(self, data_list: Any) -> datetime | None:
        if not data_list or data_list[0] in (None, "") or data_list[1] in (None, ""):
            return super().compress(data_list)
        moment = datetime.combine(*data_list)
        if not 2000 <= moment.year < 2100:
            raise ValidationError(_("The year must lie between 2000 and 2099."))
        zone = timezone.get_default_timezone()
        first, second = (
            moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        return second if first < second <= acting.now() else first

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", MomentInput())
        super().__init__(**kwargs)


def this_minute() -> Any:
    return timezone.localtime(acting.now()).replace(second=0, microsecond=0)


class DayField(forms.DateField):
    """In an input that the browser itself knows, and of a year of ours."""

    widget = DayInput
    default_validators = [validate_year]


# Fields that say which municipality: one's own, or another by its number, since which
# there are is told to nobody.


class NumberField(forms.ModelChoiceField):
    """One of the municipalities here, by its organisation number as it is typed."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid_choice": _("No municipality here has this organisation number."),
    }

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        kwargs |= {"to_field_name": "organisation_number", "empty_label": None}
        super().__init__(Municipality.objects.filter(left_at=None), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = Municipality.objects.filter(pk=value).first()
        return super().prepare_value(value)


class OwnField(forms.ModelChoiceField):
    """One of the person's own, which is not asked where there is one alone."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        rows = list(queryset[:2])
        self.alone = rows[0].pk if len(rows) == 1 else None
        kwargs["empty_label"] = None
        if self.alone:
            kwargs |= {"widget": forms.HiddenInput, "initial": self.alone}
        super().__init__(queryset, **kwargs)

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.alone)


# A picture of a portal, or a PDF, as proof of what somebody did there.

LARGEST_PROOF = 5 * 1024 * 1024  # bytes
PROOF_TYPES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}


class ProofField(forms.FileField):
    """The type is told from the bytes, whatever the file calls itself."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "label": _("Proof"),
            "required": False,
            "help_text": _(
                "A picture of the portal (PNG, JPEG) or a PDF, at most 5 MB."
            ),
            **kwargs,
        }
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        proof = super().clean(data, initial)
        if not proof:
            return None
        if proof.size > LARGEST_PROOF:
            raise ValidationError(
                _("The file is larger than 5 MB: take a smaller picture.")
            )
        head = proof.read(8)
        proof.seek(0)
        for mark, media_type in PROOF_TYPES.items():
            if head.startswith(mark):
                proof.content_type = media_type
                return proof
        raise ValidationError(
            _("The file is not a PNG, JPEG or PDF: save it as one of these.")
        )


# What every step's form is made of.


class StepForm(forms.Form):
    """A form about one subject, filled in by one person."""

    template = "lockbox/step/form.html"
    # Fields that serve the form itself and are not the step's.
    own: tuple[str, ...] = ()
    # Fields that may be empty, but not where they are shown.
    needed: tuple[str, ...] = ()
    # What the person should know before they press the button.
    warning: Any = ""
    # Is something typed that is to be kept nowhere?
    is_secret = False
    # Fields of the subject that the person is to look at before they press it.
    shows: tuple[str, ...] = ()
    required_css_class = "required"
    # Has the case gone on since the form was opened?
    is_overtaken = False

    def __init__(
        self, *args: Any, subject: Any, by: Any, relation: Any = None, **kwargs: Any
    ) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.subject = subject
        self.by = by
        for field in self.fields.values():
            _tell_of_length(field)
            _tell_of_choice(field)
            if isinstance(field, forms.ModelChoiceField) and field.empty_label:
                field.empty_label = "—"
        # What the person is to the subject, as the page has read it.
        self.relation = relation

    def say(self, more: Any) -> None:
        """Beside what everybody is warned of."""
        self.warning = f"{self.warning} {more}"

    @property
    def keeps(self) -> bool:
        """Is it saved as a draft while somebody types, where no step says so?"""
        return not self.is_secret

    @property
    def sources(self) -> Mapping[str, Any]:
        """What the values that stand in its fields were taken from, by field: where
        nothing is to be mended, these are folded (templatetags/folding.py)."""
        return {}

    def choice(self, name: str) -> Any:
        """A field whose choices depend on the subject or the person."""
        return self.fields[name]

    def asks_again(self) -> bool:
        """Was a button pressed that only changes the form?"""
        return False

    def show_again(self) -> None:
        """Keep what was typed, without complaints about what is not typed yet."""
        self._errors = ErrorDict()

    def retype(self, values: dict[str, Any]) -> None:
        """Set values as if the person had typed them: what is bound can't be written
        to."""
        data: Any = self.data
        typed = data.copy()
        for name, value in values.items():
            typed[name] = value
        self.data = typed

    def step_fields(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in self.own
        }

    def add_errors(self, error: ValidationError) -> None:
        """Show what the workflow found, at the field it names if the form has it."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)

    def particulars(self) -> list[tuple[Any, Any]]:
        """What the subject says in the fields to look at; the empty ones left out."""
        of = self.subject
        rows = [(_label(of, name), _value(of, name)) for name in self.shows]
        return [(label, value) for label, value in rows if value not in ("", None)]

    @property
    def state(self) -> Any:
        """What it says of the case as that stands, if it says anything."""
        return seen_of(self.subject)

    @property
    def seen(self) -> Any:
        """What it said when it was opened: sent in vain, it says so again. Whoever has
        been told what has changed since has seen that."""
        state, sent = self.state, self.data.get("seen", "")
        is_same = state is None or self.is_overtaken or not is_version(sent)
        return state if is_same else sent


class AsReadForm(StepForm):
    """A step that holds for what its page shows: the page says so by a fingerprint,
    of how it stands now, whatever was sent."""

    @property
    def as_read(self) -> str:
        raise NotImplementedError

    def step_fields(self) -> dict[str, Any]:
        return {**super().step_fields(), "as_read": self.data.get("as_read", "")}


def seen_of(subject: Any) -> int | None:
    """What a form says of its subject as it stands, to be compared when it is sent."""
    return getattr(subject, "version", None)


def proposed_data(form: StepForm) -> dict[str, Any]:
    """What would be sent if the form were sent as it was opened."""
    return {
        name: field.prepare_value(form.get_initial_for_field(field, name))
        for name, field in form.fields.items()
    }


def is_version(seen: str) -> bool:
    return seen.isdecimal() and len(seen) <= 9


def _tell_of_length(field: forms.Field) -> None:
    """A browser cuts what is pasted without a word: too long is an error instead."""
    field.widget.attrs.pop("maxlength", None)


def _tell_of_choice(field: forms.Field) -> None:
    """A question is answered, and no field filled in."""
    plain, messages = forms.Field.default_error_messages, field.error_messages
    if isinstance(field, forms.ChoiceField) and (
        messages["required"] == plain["required"]
    ):
        messages["required"] = _("Choose an answer.")


def _label(subject: Any, name: str) -> Any:
    return subject._meta.get_field(name).verbose_name


def _value(subject: Any, name: str) -> Any:
    display = getattr(subject, f"get_{name}_display", None)
    value = display() if display else getattr(subject, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return date_format(value, "j F Y") if isinstance(value, date) else value


class EmptyForm(StepForm):
    """A step that needs nothing but the press of its button."""


class ReasonForm(StepForm):
    """A step that asks why, in a line."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class PlainText(forms.CharField):
    """Several lines, none longer than `longest`, without what word processors bring."""

    widget = forms.Textarea
    most_lines = 1000

    def __init__(self, *, rows: int = 4, longest: int = 20_000, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20_000)
        super().__init__(**kwargs)
        self.longest = longest
        self.widget.attrs["rows"] = rows

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n")
        return "".join(char for char in text.translate(PASTED) if _is_text(char))

    def validate(self, value: str) -> None:
        super().validate(value)
        # A document of some thousand paragraphs takes minutes to draw up.
        if value.count("\n") >= self.most_lines:
            raise ValidationError(
                _("Write at most %(most)s lines; attach a file if there is more."),
                params={"most": self.most_lines},
            )
        if any(len(line.strip()) > self.longest for line in value.splitlines()):
            text = _("A line holds more than %(most)s characters: shorten it.")
            raise ValidationError(text, params={"most": self.longest})


# What word processors write where others have a line, a space, a hyphen or a bullet,
# and what can't be seen and only gets in the way of a search.
PASTED = str.maketrans(
    {
        **dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"),
        **dict.fromkeys("\u00a0\u2007\u202f", " "),
        **dict.fromkeys("\x1e\u2011", "-"),
        **dict.fromkeys("\uf0b7\uf0a7\uf0d8", "•"),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", None),
    }
)


def _is_text(char: str) -> bool:
    """Everything but control characters; direction marks and joiners belong to text."""
    return char in "\n\t" or unicodedata.category(char) != "Cc"


# Several rows looked through and settled together: gone on with, or stopped.


class SeveralForm(StepForm):
    """Which of the rows that wait, and why where they are stopped. A form of this kind
    has the fields `rows` and `reason`, and says which rows wait."""

    # What is done to them, as refusals are recorded.
    go = "confirm"
    # The button that stops them; what is said where its reason lacks, or is too much.
    stop = ""
    stop_needs_reason: Any
    reason_without_stop: Any
    # As many as one person reads before they stand for them, and one request settles.
    most: int

    def __init__(self, *args: Any, tick_all: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tick_all = tick_all
        self.errors_of: dict[int, str] = {}

    @property
    def stops(self) -> bool:
        return bool(self.stop) and self.data.get("do") == self.stop

    @cached_property
    def waiting(self) -> list[Any]:
        raise NotImplementedError

    @property
    def shown(self) -> list[Any]:
        """As much of what waits as is shown at once."""
        return self.waiting[: self.most]

    @property
    def goes_on(self) -> bool:
        """Does more wait than is shown?"""
        return len(self.waiting) > self.most

    def is_ticked(self, pk: int) -> bool:
        data: Any = self.data
        ticked = data.getlist("rows") if self.is_bound else []
        return self.tick_all or str(pk) in ticked

    def clean_rows(self) -> list[Any]:
        """Each with the version that was looked at."""
        rows = list(self.cleaned_data["rows"])
        for row in rows:
            seen = self.data.get(f"seen_{row.pk}", "")
            if not is_version(seen):
                raise ValidationError(
                    gettext("Nothing says what you saw: look at it, and try again.")
                )
            row.version = int(seen)
        return rows

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        if self.stops and not reason:
            raise ValidationError(self.stop_needs_reason)
        if reason and not self.stops:
            raise ValidationError(self.reason_without_stop)
        return reason

    def step_fields(self) -> dict[str, Any]:
        reason = {"reason": self.cleaned_data["reason"]} if self.stops else {}
        return {"rows": self.cleaned_data["rows"], **reason}

    def hindered(self, error: SomeHindered) -> None:
        """Say it beside each; nothing has been done."""
        self.errors_of = error.why
        self.tell_of_lines()

    def tell_of_lines(self) -> None:
        """Where something is said beside a line, say that it is."""
        if self.errors_of:
            text = gettext("Nothing has been done: see what is marked below.")
            self.add_error("rows", text)


def rows_field(queryset: Any, *, label: Any, required: Any) -> Any:
    """The rows that are ticked; `required` is said where none is."""
    return forms.ModelMultipleChoiceField(
        queryset,
        label=label,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": required},
    )


def reason_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, required=False)
