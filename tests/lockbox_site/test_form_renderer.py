"""Inputs are what Django's own templates make of them, whichever language draws them."""

from datetime import date, time
from html import unescape
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.test.html import parse_html
from django.utils.html import format_html

from lockbox_site.web import FormRenderer

CHOICES = [
    ("", "---"),
    ("a", "A <b>word</b> & one"),
    ("Group", [("1", 'A "number"'), (2, format_html("<i>{}</i>", "<marked>"))]),
]
ATTRS = {
    "id": "id_x",
    "class": "wide",
    "data-x": 'a"b<c>&',
    "required": True,
    "disabled": False,
    "maxlength": 300,
}
SHOWN = [
    (forms.TextInput(), 'a "quoted" <b> & é'),
    (forms.TextInput(), None),
    (forms.NumberInput(), 12345),
    (forms.PasswordInput(), "not shown"),
    (forms.HiddenInput(), "<x>"),
    (forms.MultipleHiddenInput(), ["a", "<b>"]),
    (forms.FileInput(), None),
    (forms.ClearableFileInput(), None),
    (forms.ClearableFileInput(), SimpleNamespace(url="/a?b=1&c=<2>")),
    (forms.Textarea(), "\n<first>\n& last"),
    (forms.DateInput(), date(2026, 11, 27)),
    (forms.TimeInput(), time(3, 0)),
    (forms.SplitDateTimeWidget(), ["2026-11-27", "03:00"]),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), "x"),
    (forms.NullBooleanSelect(), None),
    (forms.Select(choices=CHOICES), "a"),
    (forms.SelectMultiple(choices=CHOICES), ["a", "2"]),
    (forms.RadioSelect(choices=CHOICES), "1"),
    (forms.CheckboxSelectMultiple(choices=CHOICES), ["a", 2]),
    (forms.SelectDateWidget(years=[2026]), date(2026, 11, 27)),
]


def test_it_draws_our_forms():
    assert isinstance(get_default_renderer(), FormRenderer)


@pytest.mark.parametrize("attrs", [{}, ATTRS], ids=["bare", "with attributes"])
@pytest.mark.parametrize("place", range(len(SHOWN)))
def test_an_input_is_djangos_own(place, attrs):
    widget, value = SHOWN[place]
    drawn, wanted = (
        parse_html(widget.render("x", value, attrs, renderer))
        for renderer in (FormRenderer(), DjangoTemplates())
    )
    assert drawn == wanted


@pytest.mark.parametrize("text", ["\nafter a line", " a\n\n  <b> &amp; ", ""])
def test_not_a_space_of_a_text_is_lost(text):
    drawn, wanted = (
        unescape(forms.Textarea().render("x", text, {}, renderer))
        for renderer in (FormRenderer(), DjangoTemplates())
    )
    assert drawn == wanted and text in drawn


class Choice(forms.Form):
    word = forms.CharField(label="A <word>", help_text="of & more", max_length=3)


def test_what_stands_around_an_input_is_too():
    given = {"word": "too long"}
    ours = Choice(given, renderer=FormRenderer())
    djangos = Choice(given, renderer=DjangoTemplates())
    for form in (ours, djangos):
        assert not form.is_valid()
    assert parse_html(str(ours)) == parse_html(str(djangos))
    label, errors = ours["word"].label_tag(), str(ours["word"].errors)
    assert "errorlist" in errors
    assert parse_html(label) == parse_html(djangos["word"].label_tag())
    assert parse_html(errors) == parse_html(str(djangos["word"].errors))


def test_an_input_of_the_admin_is_drawn_by_its_own_template():
    assert "vDateField" in AdminDateWidget().render("x", None, {}, FormRenderer())
