"""What is sought in the texts, and what the hits are narrowed by."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.models import Authority, Outcome
from requests_app.permissions.roles import roles_of, today
from requests_app.selectors.search.texts import Narrowing
from requests_app.words.swedish_order import by_name

YEARS = 10


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Number, object, person or words"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[("", _("all")), *Outcome.choices], required=False
    )
    authority = forms.ModelChoiceField(
        Authority.objects.none(),
        label=_("Authority"),
        required=False,
        empty_label=_("all"),
    )
    year = forms.TypedChoiceField(
        label=_("Year"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        own = {row.authority_id for row in roles_of(by)}
        fields["authority"].queryset = by_name(Authority.objects.filter(pk__in=own))
        if len(own) < 2:
            del fields["authority"]
        this = today().year
        years = [(year, str(year)) for year in range(this, this - YEARS, -1)]
        fields["year"].choices = [("", _("all")), *years]

    def narrowing(self) -> Narrowing:
        cleaned = self.cleaned_data
        authority, year = cleaned.get("authority"), cleaned["year"]
        begins, ends = (_new_year(year), _new_year(year + 1)) if year else (None, None)
        return Narrowing(cleaned["outcome"], authority and authority.pk, begins, ends)


def _new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=timezone.get_default_timezone())
