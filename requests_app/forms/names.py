"""A text that others read may hold what looks like a name: whoever types it says once
that it is nobody's."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm
from requests_app.models import SecrecyReview
from requests_app.words.personal import names_in

TICK = "names_nobody"


def names_of_nobody(review: SecrecyReview) -> list[str]:
    """What looks like names about a review, and is none of a person: the authority's,
    the provider's and its product's."""
    product = review.access_request.connection.product
    return [product.name, product.provider.name, review.authority.name]


class NamesNobodyForm(StepForm):
    """The tick is shown below the text only where it is needed, and holds for the text
    that it was ticked for."""

    def known_names(self) -> Iterable[str]:
        return names_of_nobody(self.subject)

    def refuse_names(self, field: str, text: str, label: Any) -> None:
        """Raise ValidationError where something looks like a name, until that is
        ticked to be nobody's."""
        names = names_in(text, self.known_names())
        if not names:
            return
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        self._ask_whether_named(field, label, digest)
        if self.data.get(TICK) != digest:
            raise ValidationError(
                _(
                    "“%(name)s” looks like a name, which others would read. Take it"
                    " out, or tick below that it names no person."
                ),
                params={"name": ", ".join(dict.fromkeys(names))},
            )

    def _ask_whether_named(self, field: str, label: Any, digest: str) -> None:
        tick = forms.BooleanField(
            label=label,
            required=False,
            widget=forms.CheckboxInput(attrs={"value": digest}),
        )
        # A new table: the fields are gone through at this moment.
        fields = {}
        for name, other in self.fields.items():
            fields[name] = other
            if name == field:
                fields[TICK] = tick
        self.fields = fields
