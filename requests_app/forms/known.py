"""The assessment with what was known before it began."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import record
from requests_app.forms import filling, known_answers
from requests_app.forms.checked_answers import source_of
from requests_app.forms.known_answers import KnownAnswer, ProposedWords
from requests_app.forms.tested_provisions import ProvisionsForm
from requests_app.models import AssessmentAnswer
from requests_app.selectors.search.earlier import EarlierCase, earlier_case
from requests_app.selectors.search.similar import SimilarCase, similar_to

UNCONFIRMED = _("Read what is known, and confirm it; change what is not right.")
CHANGED = _("What is known has changed since you opened the page: read it again.")
SAVED = _("saved in the case")
TYPED = _("as you wrote just now")
OTHER_ANSWER = _("These words were proposed for another answer: write your own.")


class KnownForm(ProvisionsForm):
    """What is known is confirmed as one; what is weighed is chosen, in one press where
    it is known how it was weighed before."""

    @cached_property
    def similar(self) -> list[SimilarCase]:
        return similar_to(self.subject, by=self.by)

    @cached_property
    def earlier(self) -> EarlierCase | None:
        return earlier_case(self.subject, self.similar)

    @cached_property
    def answers(self) -> dict[str, AssessmentAnswer]:
        return {row.node: row for row in self.assessment.answers}

    @cached_property
    def known(self) -> dict[str, KnownAnswer]:
        """What nobody has answered otherwise in this case."""
        rows = known_answers.known_answers(self.basis, self.earlier)
        return {
            code: row
            for code, row in rows.items()
            if code not in self.answers or self.answers[code].answer == row.answer
        }

    @cached_property
    def changed(self) -> dict[str, str]:
        return known_answers.changed_since(self.basis, self.earlier)

    @cached_property
    def words(self) -> dict[str, ProposedWords]:
        return known_answers.proposed_words(self.subject, self.basis, self.earlier)

    @cached_property
    def sources(self) -> dict[str, Any]:
        """Nothing is folded that a button has just filled in: it is to be looked at."""
        if self.is_bound and self.asks_again():
            return {}
        return {name: self._source(name) for name in self.fields}

    def _source(self, name: str) -> Any:
        """Of an answer, a test or a ground: what it was taken from, or that it is saved
        or typed just now."""
        what, _sep, code = name.partition("_")
        if what not in ("answer", "outcome", "motivation"):
            return ""
        value, row = str(self[name].value() or ""), self.answers.get(code)
        proposal = self.basis.proposed_answers.get(code)
        if row and value in (row.answer, row.motivation and row.motivation.text):
            return source_of(row) or SAVED
        if what == "answer" and proposal and value == proposal.answer:
            return proposal.because
        if self.is_bound and value != str(self[name].initial or ""):
            return TYPED
        return SAVED

    @cached_property
    def weights(self) -> dict[str, str]:
        return known_answers.weights(self.basis, self.earlier)

    @property
    def public_unless_shown(self) -> bool:
        """Are there provisions enough for one press to spare something?"""
        return len(filling.public_unless_shown(self.provisions)) > 1

    def filled(self, what: str) -> dict[str, Any]:
        data, tree = self.data, self.basis.tree
        if self.earlier and what in ("tests", "weights"):
            source = str(self.earlier.review)
            event = "review.text_taken_over"
            record(event, by=self.by, on=self.subject, source=source)
        if what == "presumed":
            return filling.as_presumed(data, self.provisions)
        if what == "tests":
            return filling.as_tested(data, self.provisions, self.earlier)
        if what == "weights":
            known = (self.provisions, tree, self.weights, self.earlier)
            return filling.as_weighed(data, *known)
        if what == "rest":
            return filling.rest_neutral(data, self.provisions, tree)
        return {}

    def add_confirmation(self) -> None:
        is_answered = all(code in self.answers for code in self.known)
        self.fields["confirmed"] = forms.BooleanField(
            label=_("All of this is right"), required=False, initial=is_answered
        )
        self.digest = known_answers.digest(self.known)
        sent = self.data.get("known", self.digest)
        # What was ticked of something else, in a draft too, is not ticked of this.
        self.is_tick_stale = bool(self.data.get("confirmed")) and sent != self.digest
        if self.is_tick_stale:
            self.retype({"confirmed": ""})

    def refuse_words_of_another_answer(self, cleaned: dict[str, Any]) -> None:
        for code, words in self.words.items():
            answer = cleaned.get(f"answer_{code}")
            unchanged = cleaned.get(f"motivation_{code}", "").strip() == words.text
            if answer and answer != words.answer and unchanged:
                self.add_error(f"motivation_{code}", OTHER_ANSWER)

    def refuse_unconfirmed(self, cleaned: dict[str, Any]) -> None:
        """A review that is stopped waits for nothing."""
        if "confirmed" not in self.fields or cleaned.get("answer_N3") != "no":
            return
        if not cleaned.get("confirmed"):
            self.add_error("confirmed", CHANGED if self.is_tick_stale else UNCONFIRMED)
