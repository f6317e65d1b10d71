"""Questions to the provider, and answers that came by other ways."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import PlainText, StepForm
from requests_app.models import Message


class AskForm(StepForm):
    text = PlainText(label=_("Question to the provider"), rows=4)

    @property
    def warning(self) -> Any:
        access_request = self.subject.access_request
        is_called = access_request.connection.product.abilities.can_call_us
        if is_called or access_request.is_asked:
            return _("The provider reads it. It must not reveal what is secret.")
        return _(
            "The product has no way to ask: the question stands on the case as text to"
            " copy into the support case. It must not reveal what is secret."
        )


class RecordAnswerForm(StepForm):
    question = forms.ModelChoiceField(
        Message.objects.none(), label=_("Question"), empty_label=None
    )
    text = PlainText(label=_("What the provider answered, when and by whom"), rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("question")
        choice.queryset = self.subject.messages.filter(
            from_provider=False
        ).select_related("text")
        choice.label_from_instance = lambda message: message.text.text[:80]
