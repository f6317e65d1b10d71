"""Deciding, returning, reconsidering, correcting."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.documents.document import Document, fingerprint
from requests_app.documents.return_comments import (
    ShownComment,
    comments_on,
    shown_comments,
)
from requests_app.documents.terms import read_terms
from requests_app.forms.at_a_glance import Glance, at_a_glance
from requests_app.forms.step import AsReadForm, PlainText, ReasonForm, StepForm
from requests_app.forms.taking_part import TakingPartForm
from requests_app.law.facts import Basis, basis_of
from requests_app.law.reliance import lost_ground
from requests_app.models import Proposal, ReturnComment
from requests_app.permissions.delegation import delegation_for
from requests_app.selectors.dossier.dossier import Dossier
from requests_app.selectors.dossier.objects import SetInObject
from requests_app.selectors.dossier.of_review import case_of
from requests_app.workflow.decision import drafted


class DecideForm(AsReadForm, TakingPartForm):
    """Shows the proposal whole: what is signed is what is read."""

    template = "lockbox/decision/form.html"
    stage = "decision"

    urgent_because = PlainText(
        label=_("Why the board can't be awaited"),
        rows=2,
        required=False,
        help_text=_(
            "You decide in the board's place (KL 6:39). It is reported to its next"
            " meeting."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.rule is None or not self.rule.is_urgent:
            del self.fields["urgent_because"]

    @cached_property
    def proposal(self) -> Proposal | None:
        comments = ReturnComment.objects.unsettled().filter(review=OuterRef("review"))
        proposal = (
            self.subject.proposals.filter(status=Proposal.Status.OPEN)
            .select_related("proposed_by", *Proposal.texts())
            .annotate(has_lost_ground=lost_ground(), has_comments=Exists(comments))
            .first()
        )
        if proposal is not None:
            read_terms(proposal)
        return proposal

    @cached_property
    def case(self) -> Dossier:
        return case_of(self.subject, self.relation)

    @property
    def information(self) -> list[SetInObject]:
        """What lies in the objects, each set once."""
        rows = [row for named in self.case.objects for row in named.sets]
        return list({row.name: row for row in rows}.values())

    @cached_property
    def rule(self) -> Any:
        proposal = self.proposal
        if proposal is None:
            return None
        return delegation_for(
            self.by, self.subject, proposal.outcome, proposal.granted_minutes
        )

    @cached_property
    def basis(self) -> Basis:
        return basis_of(self.subject, self.case.assessment)

    @cached_property
    def glance(self) -> Glance | None:
        if self.proposal is None:
            return None
        return at_a_glance(self.case, self.basis, self.proposal)

    @cached_property
    def comments(self) -> list[ShownComment]:
        """Comments on an earlier proposal, not ticked off by the case officer yet."""
        proposal: Any = self.proposal
        if proposal is None or not proposal.has_comments:
            return []
        rows = comments_on(self.subject).unsettled()
        return shown_comments(self.subject, lambda _: self.case.assessment, rows=rows)

    @cached_property
    def previews(self) -> list[Document]:
        """The decision as it will read: the recipient's copy, and the full one."""
        if self.proposal is None or self.rule is None:
            return []
        proposed = (self.subject, self.proposal, self.rule, self.basis)
        return list(drafted(*proposed, by=self.by))

    @property
    def as_read(self) -> str:
        return fingerprint(self.previews)


class StrikeOffForm(TakingPartForm):
    """Strike off a case that was stopped: there is nothing to read and nothing to
    write."""

    stage = "decision"
    warning = _("The case is struck off. It stays stopped for protective security.")

    @cached_property
    def objects(self) -> list[Any]:
        """None: nobody reads what a stopped case is about."""
        return []


class ReconsiderForm(ReasonForm):
    warning = _(
        "The decision stays as it is; a new one will supersede it. An answer not yet"
        " given is held back."
    )


class CorrectForm(StepForm):
    warning = _(
        "For clerical errors only (FL 36 §). The decision is not changed: the"
        " correction stands beside it."
    )
    text = PlainText(label=_("Correction"), rows=4)
