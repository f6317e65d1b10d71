"""A decision in English."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.documents.english import draft
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import Decision
from requests_app.workflow import request_state


class TranslateForm(StepForm):
    template = "lockbox/decision/translate.html"
    warning = _(
        "For a recipient who needs it to look after their rights (FL 13 §). The"
        " decision in Swedish is the one that applies, and the translation says so. How"
        " to appeal is added in English."
    )
    text = PlainText(
        label=_("The decision in English"),
        rows=18,
        help_text=_(
            "Drafted from what was decided. What was typed in Swedish stands between"
            " brackets: translate it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.decision is not None:
            self.fields["text"].initial = draft(self.decision)

    @cached_property
    def decision(self) -> Decision | None:
        return request_state.current_decision(self.subject)
