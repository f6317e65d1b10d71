"""Comments on a returned proposal: written beside what they concern; ticked off."""

from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.documents.passages import Passage, passages
from requests_app.documents.return_comments import (
    ShownComment,
    comments_on,
    newest_proposal,
    shown_comments,
)
from requests_app.forms.step import PlainText, StepForm
from requests_app.forms.taking_part import TakingPartForm
from requests_app.law.assessment import assessment_with_texts
from requests_app.models import ReturnComment
from requests_app.models.return_comment import ReturnCommentQuerySet
from requests_app.workflow.returning import comment_field

AT, QUOTED = comment_field(""), "quoted_"


class PassageRow(NamedTuple):
    """A paragraph or answer on the form, and the field for what is said of it."""

    text: str
    field: BoundField
    # The field that says, when it is sent, how it read when the form was opened.
    quoted: str


class ReturnForm(TakingPartForm):
    """A comment on the whole, and one beside each paragraph and answer."""

    template = "lockbox/return_comment/return.html"
    stage = "decision"
    comment = PlainText(
        label=_("Comment to the case officer"),
        rows=4,
        required=False,
        help_text=_("On the whole. You comment on a paragraph or an answer beside it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in (*self.here, *self.gone):
            field = PlainText(label=_("Comment"), rows=2, required=False)
            self.fields[comment_field(key)] = field

    @cached_property
    def here(self) -> dict[str, Passage]:
        proposal = newest_proposal(self.subject)
        assessment = assessment_with_texts(self.subject)
        rows = passages(self.subject, proposal, assessment)
        return {row.key: row for row in rows}

    @cached_property
    def gone(self) -> dict[str, str]:
        """What was commented on and is not here any more, as the form quoted it."""
        data: Any = self.data
        keys = [name.removeprefix(AT) for name in data if name.startswith(AT)]
        return {
            key: data.get(f"{QUOTED}{key}", "")
            for key in keys
            if key not in self.here and data.get(comment_field(key), "").strip()
        }

    @property
    def rows_gone(self) -> list[PassageRow]:
        return [self._row(key, text) for key, text in self.gone.items()]

    @property
    def rows_of_proposal(self) -> list[PassageRow]:
        return self._rows(is_of_proposal=True)

    @property
    def rows_of_assessment(self) -> list[PassageRow]:
        return self._rows(is_of_proposal=False)

    @property
    def comments_assessment(self) -> bool:
        """Has something been written beside an answer?"""
        return any(row.field.value() for row in self.rows_of_assessment)

    def _rows(self, *, is_of_proposal: bool) -> list[PassageRow]:
        return [
            self._row(key, passage.text)
            for key, passage in self.here.items()
            if passage.is_of_proposal == is_of_proposal
        ]

    def _row(self, key: str, text: str) -> PassageRow:
        return PassageRow(text, self[comment_field(key)], f"{QUOTED}{key}")

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        fields = {name: cleaned[name] for name in cleaned if not name.startswith(AT)}
        comments = {
            name.removeprefix(AT): text
            for name, text in cleaned.items()
            if name.startswith(AT)
        }
        return {**fields, "comments": comments}


class SettlingForm(StepForm):
    """Shows the comments that are not ticked off; ticks off those that are marked."""

    settled = forms.ModelMultipleChoiceField(
        ReturnComment.objects.none(),
        label=_("Comments seen to"),
        required=False,
        error_messages={
            "invalid_choice": _("One of the comments is ticked off already.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.comments:
            self.choice("settled").queryset = self._left
        else:
            del self.fields["settled"]

    @property
    def _left(self) -> ReturnCommentQuerySet:
        return comments_on(self.subject).unsettled()

    @cached_property
    def comments(self) -> list[ShownComment]:
        """Those that are not ticked off."""
        return shown_comments(self.subject, assessment_with_texts, rows=self._left)

    @property
    def shown(self) -> list[BoundField]:
        """The other fields: the marks stand beside the comments."""
        return [field for field in self if field.name != "settled"]

    @property
    def ticked(self) -> set[str]:
        return {str(key) for key in self["settled"].value() or ()}

    def comments_at(self, name: str) -> list[ShownComment]:
        """Those that are about what stands in the field."""
        return [row for row in self.comments if row.row.about == name]


class CommentedForm(SettlingForm, TakingPartForm):
    """A form by which the case officer works on what was returned."""


class TickOffForm(SettlingForm):
    template = "lockbox/return_comment/tick_off.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("settled"):
            field.required = True
            field.error_messages["required"] = _("Mark at least one.")
