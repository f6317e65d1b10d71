"""Writing both motivations anew, or taking one over: never over what somebody wrote
themselves, unless they say so."""

import hashlib

from django.utils.functional import cached_property

from audit_app.ledger import record
from requests_app.documents.drafting import from_review
from requests_app.forms.taking_part import TakingPartForm
from requests_app.law.facts import Basis
from requests_app.selectors.search.similar import SimilarCase, similar_to

TEXTS = ("motivation_internal", "motivation_for_recipient")


class RedraftingForm(TakingPartForm):
    """The buttons "draft" and "take_over" change texts; "replace" answers the question
    whether what has been written in them may go."""

    # The button that would replace what the person has written: it is asked first.
    replaces = ""
    # Digests of both texts as the form last wrote them.
    drafted = ""

    @cached_property
    def basis(self) -> Basis:
        raise NotImplementedError

    def suggested(self) -> str:
        raise NotImplementedError

    @property
    def named_now(self) -> frozenset[str] | None:
        """Codes of the provisions that the recipient may read of, as chosen."""
        raise NotImplementedError

    @cached_property
    def similar(self) -> list[SimilarCase]:
        return similar_to(self.subject, by=self.by)

    def asks_again(self) -> bool:
        return any(name in self.data for name in ("draft", "take_over", "replace"))

    def redraft(self) -> None:
        """Once the form has its texts: do what a button asks."""
        if not self.is_bound:
            self.drafted = self._digests()
            return
        self.drafted = str(self.data.get("drafted", ""))
        agreed, _colon, key = str(self.data.get("replace", "")).partition(":")
        if agreed:
            self._replace(agreed, key)
        elif "draft" in self.data:
            self._ask_or_replace("draft", "", TEXTS)
        elif "take_over" in self.data:
            self._ask_or_replace("take_over", self.data["take_over"], TEXTS[:1])

    def _ask_or_replace(self, button: str, key: str, names: tuple[str, ...]) -> None:
        as_drafted = dict(zip(TEXTS, self.drafted.split("-"), strict=False))
        written = [name for name in names if str(self[name].value() or "").strip()]
        if all(as_drafted.get(name) == self._digest(name) for name in written):
            self._replace(button, key)
        else:
            self.replaces = f"{button}:{key}"

    def _replace(self, button: str, key: str) -> None:
        if button == "draft":
            self._draft_anew()
        elif button == "take_over":
            self._take_over(key)
        self.drafted = self._digests()

    def _draft_anew(self) -> None:
        """Write both texts again, from the outcome and the terms now chosen."""
        outcome = self.data.get("outcome") or self.suggested()
        terms = (outcome, self.minutes_now, self.named_now)
        drafts = from_review.draft(self.subject, self.basis, *terms)
        self.retype(dict(zip(TEXTS, drafts, strict=True)))

    def _take_over(self, key: str) -> None:
        """Put an earlier internal motivation in the field; the log says whose."""
        for row in self.similar:
            if str(row.review.pk) == key:
                text = row.decision.motivation_internal.text
                self.retype({"motivation_internal": text})
                source = str(row.review)
                record(
                    "review.text_taken_over",
                    by=self.by,
                    on=self.subject,
                    source=source,
                )

    def _digests(self) -> str:
        return "-".join(self._digest(name) for name in TEXTS)

    def _digest(self, name: str) -> str:
        text = str(self[name].value() or "").replace("\r\n", "\n").strip()
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def minutes_now(self) -> int | None:
        """What the field says, as it was typed or as it begins; none of documents."""
        if "granted_minutes" not in self.fields:
            return None
        typed = str(self["granted_minutes"].value() or "")
        return int(typed) if typed.isdecimal() and len(typed) < 7 else None
