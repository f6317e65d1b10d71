"""Making and ending an authority's notice channels."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import ReasonForm, StepForm
from requests_app.models import Authority, NoticeChannel, Role
from requests_app.permissions.roles import MANAGERS, authorities_of


class NewChannelForm(StepForm):
    is_secret = True
    warning = _(
        "The channel is told the number of what waits, its last time and a link;"
        " nothing of what it is about. The secret is shown once, on the next page."
    )

    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=NoticeChannel.Kind,
        initial=NoticeChannel.Kind.COLLEAGUES,
        required=False,
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("label", "Role"),
        choices=[("", "—"), *Role.choices],
        required=False,
        help_text=_(
            "For a channel of colleagues: what waits for whoever has it, and for nobody"
            " by name. A gateway for text messages is no role's."
        ),
    )
    address = forms.URLField(
        label=_("Address of the channel"),
        assume_scheme="https",
        max_length=2_000,
        help_text=_(
            "https, outside our own network. Whoever has it can write in the channel:"
            " it is not shown again."
        ),
    )

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        values["kind"] = values.get("kind") or NoticeChannel.Kind.COLLEAGUES
        is_gateway = values["kind"] == NoticeChannel.Kind.SMS
        if is_gateway and values.get("role"):
            self.add_error("role", gettext("A gateway for text messages has no role."))
        if not is_gateway and "role" in values and not values["role"]:
            self.add_error("role", gettext("Choose the role that it is told for."))
        return values

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        authorities = authorities_of(self.by, *MANAGERS)
        self.choice("authority").queryset = Authority.objects.filter(pk__in=authorities)


class EndChannelForm(ReasonForm):
    warning = _("Nothing more is told there. What has been told stays on record.")
