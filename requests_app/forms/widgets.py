"""Inputs that the browser itself knows: days, times of day, countries."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.forms.renderers import get_default_renderer
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from requests_app.catalogue.countries import country_choices
from requests_app.models.days import validate_year


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
            for label, part in zip((_("Day"), _("Time")), parts, strict=True)
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
        return {**attrs, "data-placeholder": _("Type to search")}

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
