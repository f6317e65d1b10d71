"""The rungs of a ladder, each with what is wrong with it beside it."""

import hashlib
import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from requests_app.models import NoticeLadder, NoticeWay, Role
from requests_app.models.notice_rungs import (
    MOST,
    Hours,
    Rung,
    Rungs,
    Whom,
    faults,
    read,
    written,
)

SPARE = 2  # empty rungs below those that there are


class RungForm(forms.Form):
    """One rung; without whom to tell it is none."""

    use_required_attribute = False
    at = forms.IntegerField(
        label=gettext_lazy("After so many percent of the time"),
        min_value=0,
        max_value=100,
        required=False,
    )
    whom = forms.ChoiceField(
        label=gettext_lazy("Tell"), choices=[("", "—"), *Whom.choices], required=False
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("label", "Role"),
        choices=[("", "—"), *Role.choices],
        required=False,
    )
    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    by = forms.MultipleChoiceField(
        label=pgettext_lazy("by which way", "By"),
        choices=NoticeWay,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    hours = forms.ChoiceField(label=gettext_lazy("When"), choices=Hours, required=False)
    hold = forms.IntegerField(
        label=gettext_lazy("Whoever takes it has so many minutes"),
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
            raise ValidationError(_("Correct the rungs that are marked below."))
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

    rungs = RungsFormField(label=gettext_lazy("Rungs"))

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
