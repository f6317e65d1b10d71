"""What every step's form is made of."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


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
