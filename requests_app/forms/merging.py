"""Which of two is the double."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm
from requests_app.models import AccessRequest
from requests_app.models.key_in_array import key_in_array
from requests_app.permissions.request_visibility import requests_readable_by
from requests_app.permissions.steps import registered_by
from requests_app.selectors.queue.first_line import first_line
from requests_app.words.times import moment_in_words


class MergeForm(StepForm):
    into = forms.ModelChoiceField(
        AccessRequest.objects.none(),
        label=_("The request to keep"),
        help_text=_("Requests of the same connection that still wait for an answer."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("into")
        # What still waits is little, and leads; then it is asked who reads it.
        waiting = (
            registered_by(self.by)
            .filter(
                connection=self.subject.connection_id, status__in=AccessRequest.AWAITING
            )
            .exclude(pk=self.subject.pk)
        )
        choice.queryset = (
            requests_readable_by(self.by)
            .filter(key_in_array("pk", waiting.order_by().values("pk")))
            .select_related("justification")
            .order_by("-received_at")
        )
        choice.label_from_instance = _told_apart


def _told_apart(request: AccessRequest) -> str:
    """What tells one request from its double: number, day, what is wanted, status."""
    received = moment_in_words(request.received_at)
    status = request.get_status_display()
    return f"{request} · {received} · {first_line(request)} · {status}"
