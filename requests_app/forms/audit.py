"""What an auditor asks of the ledger."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind
from requests_app.forms.audit_period import PeriodForm
from requests_app.permissions.auditing import Audited, name_of
from requests_app.selectors.audit.case import (
    LONGEST_NUMBER,
    Case,
    cases_numbered,
    kinds,
    rows_of,
)
from requests_app.selectors.audit.shown_values import met_by
from requests_app.selectors.audit.sought import Sought
from requests_app.words.swedish_order import swedish_key


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
