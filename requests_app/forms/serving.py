"""When a decision was served, how, and on whom."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import StepForm
from requests_app.models import ServiceOfDecision
from requests_app.workflow import serving


class ServeForm(StepForm):
    warning = _(
        "Recorded once for each decision; where it has a reservation, once for the"
        " provider and once for each person it binds. The time to appeal runs from the"
        " service, for each from their own, and an approval with a reservation is not"
        " given before everyone who is bound has been served."
    )

    served_at = MomentField(label=_("When it was served"), initial=this_minute)
    way = forms.ChoiceField(
        label=_("How it was served"), choices=ServiceOfDecision.Way.choices
    )
    recipient = forms.CharField(label=_("On whom"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The party is the provider, whoever employs the engineer.
        provider = self.subject.access_request.connection.product.provider
        self.fields["recipient"].initial = str(provider)
        if left := serving.left_to_serve(self.subject):
            self.fields["recipient"] = forms.ChoiceField(
                label=_("On whom"),
                choices=[(name, name) for name in left],
                help_text=_("The provider and each who is bound, one by one."),
            )
