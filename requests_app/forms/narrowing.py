"""Which request is narrower than which; what the support case needs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import AccessRequest, Message
from requests_app.permissions.steps import narrowed_by
from requests_app.selectors.queue.first_line import first_line
from requests_app.words.times import moment_in_words


class LinkNarrowerForm(StepForm):
    warning = _(
        "It is reviewed like any other: the link says only which request it came after."
    )
    earlier = forms.ModelChoiceField(
        AccessRequest.objects.none(),
        label=_("The earlier request"),
        help_text=_("Of the same connection; those of the same support case first."),
    )
    reason = forms.CharField(label=_("How you know"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = self.subject.support_case
        same = When(support_case=case, then=Value(0)) if case else When(pk=None)
        order = Case(same, default=Value(1)) if case else Value(1)
        choice = self.choice("earlier")
        choice.queryset = (
            narrowed_by(self.by, self.subject)
            .select_related("justification")
            .order_by(order, "-received_at")
        )
        choice.label_from_instance = _told_apart


def _told_apart(request: AccessRequest) -> str:
    case = f" · {request.support_case}" if request.support_case else ""
    received = moment_in_words(request.received_at)
    return f"{request}{case} · {received} · {first_line(request)}"


class NeedForm(StepForm):
    """What the support case needs: typed, or taken from what the provider said."""

    warning = _(
        "It stands beside what is asked for, and is drafted into an invitation to ask"
        " for less: it must not reveal what is secret."
    )
    own = ("message",)

    message = forms.ModelChoiceField(
        Message.objects.none(),
        label=_("Taken from the dialogue"),
        required=False,
        empty_label=_("No: as typed below"),
    )
    text = PlainText(
        label=_("What the support case needs"),
        rows=4,
        required=False,
        help_text=_("Empty: the provider's message as it is."),
    )
    source = forms.CharField(
        label=_("From where you know"),
        max_length=200,
        required=False,
        help_text=_(
            "The support case, a person, a log. Empty: the provider's message."
        ),
    )
    happened_at = MomentField(label=_("When it was learnt"), initial=this_minute)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("message")
        messages = self.subject.access_request.messages.filter(from_provider=True)
        of_it = messages.filter(review=self.subject) | messages.filter(review=None)
        choice.queryset = of_it.select_related("text").order_by("-pk")
        choice.label_from_instance = _message_label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        message = cleaned.get("message")
        if message is not None:
            cleaned["text"] = cleaned.get("text") or message.text.text
            at = moment_in_words(message.said_at)
            taken = gettext("the provider's message of %(at)s") % {"at": at}
            cleaned["source"] = cleaned.get("source") or taken
            return cleaned
        for name in ("text", "source"):
            if not cleaned.get(name) and name not in self.errors:
                text = _("Say it here, or choose a message of the provider.")
                self.add_error(name, ValidationError(text))
        return cleaned


def _message_label(message: Message) -> str:
    return f"{moment_in_words(message.said_at)}: {message.text.text[:80]}"
