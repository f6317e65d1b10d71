"""What is typed where something is marked as secret."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from requests_app.documents.case_documents import documents_of
from requests_app.forms.moment import DayField
from requests_app.forms.step import ReasonForm, StepForm
from requests_app.models import Provision, SecrecyMark
from requests_app.permissions.roles import today

WHOLE = _("All of the case")


class MarkSecretForm(StepForm):
    warning = _(
        "A mark is a remark: whoever asks for the document has it tested all the same."
    )
    document = forms.ChoiceField(
        label=_("What is marked"), required=False, choices=[("", WHOLE)]
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label=_("By which provision"),
        help_text=_("Only what a provision of secrecy may cover is marked (TF 2:20)."),
    )
    publication = forms.ChoiceField(
        label=_("What the register tells"),
        choices=SecrecyMark.Publication,
        widget=forms.RadioSelect,
        initial=SecrecyMark.Publication.OPEN,
    )
    ends_on = DayField(label=_("Ends on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("provision").queryset = Provision.objects.in_force(today())
        self.choice("document").choices = [
            ("", WHOLE),
            *((row.key, row.name) for row in documents_of(self.subject)),
        ]


class _Marks(forms.ModelChoiceField):
    def label_from_instance(self, obj: SecrecyMark) -> str:
        what = obj.document_name or WHOLE
        return f"{what}: {obj.provision}, {date_format(obj.marked_on)}"


class TakeMarkOffForm(ReasonForm):
    field_order = ("mark", "reason")

    mark = _Marks(SecrecyMark.objects.none(), label=_("Which mark"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        marks = self.subject.secrecy_marks.filter(lifted_at=None)
        self.choice("mark").queryset = marks.select_related("provision")
