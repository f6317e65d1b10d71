"""Stopping a case by its number or a link, without reading it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.forms.review import StopForm
from requests_app.models import SecrecyReview
from requests_app.selectors.to_stop import reviews_named
from requests_app.workflow.stop import stop

Status = SecrecyReview.Status


class StopByNumberForm(StopForm):
    is_secret = True
    warning = _(
        "The case stops. Nobody can approve its request any more, access that runs is"
        " taken back, and what has been written can no longer be read. Write nothing"
        " about what you suspect."
    )

    case = forms.CharField(
        label=_("Case"),
        max_length=300,
        help_text=_("Its number, the provider's number, or a link to it."),
    )
    field_order = ("case", "level")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reviews: list[SecrecyReview] = []

    def clean_case(self) -> str:
        """What is stopped already needs no second stop, and what is over no stop."""
        text: str = self.cleaned_data["case"]
        named = list(reviews_named(text, self.by))
        if not named:
            raise ValidationError(_("No case that you may stop has this number."))
        self.reviews = [row for row in named if row.status in stop.starts_from]
        if not self.reviews:
            states = {f"{row}: {row.get_status_display().lower()}" for row in named}
            raise ValidationError(
                _("It can not be stopped now. %(states)s."),
                params={"states": "; ".join(sorted(states))},
            )
        return text

    def step_fields(self) -> dict[str, Any]:
        return {"reviews": self.reviews, "level": self.cleaned_data["level"]}
