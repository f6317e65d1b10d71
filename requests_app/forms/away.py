"""Whoever is away is given a case only by somebody who knows of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm
from requests_app.words.times import short_day

TICK = "is_away"


def ask_if_away(form: StepForm) -> None:
    """Add an error beside the person that the form chooses, if they are away, until it
    is ticked that they are given it all the same. The person comes with `away_until`.
    The tick is shown only where it is needed, and holds for that person."""
    person = form.cleaned_data.get("person")
    if person is None or person.away_until is None:
        return
    tick = forms.BooleanField(
        label=_("Give it to %(name)s all the same") % {"name": person},
        required=False,
        widget=forms.CheckboxInput(attrs={"value": str(person.pk)}),
    )
    form.fields[TICK] = tick
    form.order_fields(["person", TICK, *form.fields])
    if form.data.get(TICK) != str(person.pk):
        text = _(
            "%(name)s is away until %(day)s. Choose somebody else, or tick below that"
            " it is theirs all the same."
        )
        day = short_day(person.away_until)
        form.add_error("person", text % {"name": person, "day": day})
