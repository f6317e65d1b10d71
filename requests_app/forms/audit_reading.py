"""What an auditor asks of people's reading: for a purpose, of a case or of a person."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit_app import clock
from requests_app.forms.audit_period import PeriodForm
from requests_app.models.days import first_instant
from requests_app.models.reading_limit import limit_of
from requests_app.permissions.auditing import Audited
from requests_app.selectors.audit.case import LONGEST_NUMBER, Case, cases_numbered
from requests_app.selectors.audit.reading_habits import Window


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
        now = clock.now()
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
