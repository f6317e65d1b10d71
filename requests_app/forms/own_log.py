"""What a person asks of their own log."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind
from requests_app.forms.audit_period import PeriodForm
from requests_app.selectors.audit.sought import Sought


class OwnLogForm(PeriodForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("all")), *Kind.choices], required=False
    )

    def sought(self) -> Sought:
        """What a form without errors seeks."""
        cleaned = self.cleaned_data
        kinds = (cleaned["kind"],) if cleaned["kind"] else ()
        return Sought(since=cleaned["since"], until=cleaned["until"], kinds=kinds)
