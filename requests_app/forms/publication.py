"""What an authority publishes: which rows, and reasons of decisions as texts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm
from requests_app.models import Authority
from requests_app.permissions.publication import publishing_for
from requests_app.registers.look import KINDS
from requests_app.registers.publishing import Offered, offered, reasons_entry


class PublicationForm(StepForm):
    """First for which authority; then what."""

    own = ("authority", "source", "reasons_title", "reasons", "is_tested")

    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    name = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        help_text=_("Small letters and hyphens. The same name again is a new edition."),
    )
    title = forms.CharField(label=_("Title"), max_length=300)
    reasons_title = forms.CharField(
        label=_("Reasons of a decision: what it was about"),
        max_length=200,
        required=False,
        help_text=_("In general words, without the case's number or anybody's name."),
    )
    reasons = forms.CharField(
        label=_("The reasons, as they may be read by anybody"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    source = forms.CharField(
        label=_("What the reasons rest on"),
        max_length=300,
        required=False,
        help_text=_("The provisions, such as OSL 10 kap. 2 a §."),
    )
    is_tested = forms.BooleanField(
        label=_(
            "I have tested them as a document that is handed out: nothing in them is"
            " secret, and they name nobody."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        authorities = publishing_for(self.by)
        self.choice("authority").queryset = authorities
        if len(authorities) == 1:
            self.initial.setdefault("authority", authorities[0].pk)

    @cached_property
    def offers(self) -> list[Offered]:
        """What the chosen authority, or the only one, can publish."""
        raw = self.data.get("authority") or self.initial.get("authority") or ""
        of = self.choice("authority").queryset.filter(pk=raw if _is_key(raw) else 0)
        return [row for authority in of for row in offered(authority)]

    def lines(self) -> list[tuple[Offered, Any, bool]]:
        keys = self._ticked()
        return [(one, KINDS[one.kind], one.key in keys) for one in self.offers]

    def _ticked(self) -> set[str]:
        data: Any = self.data
        return set(data.getlist("rows")) if self.is_bound else set()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        keys = self._ticked()
        cleaned["rows"] = [one for one in self.offers if one.key in keys]
        if cleaned.get("reasons"):
            self._test_reasons(cleaned)
        if not cleaned["rows"] and not cleaned.get("reasons"):
            raise ValidationError(_("Tick what is published, or write reasons."))
        return cleaned

    def _test_reasons(self, cleaned: dict[str, Any]) -> None:
        for name in ("reasons_title", "source"):
            if not cleaned.get(name):
                self.add_error(name, _("Is needed where reasons are published."))
        if not cleaned.get("is_tested"):
            self.add_error("is_tested", _("Test them first, as for handing out."))

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        words = (cleaned["reasons_title"], cleaned["reasons"], cleaned["source"])
        texts = [reasons_entry(*words)] if cleaned["reasons"] else []
        return {
            "name": cleaned["name"],
            "title": cleaned["title"],
            "rows": cleaned["rows"],
            "texts": texts,
        }


def _is_key(raw: Any) -> bool:
    return str(raw).isdecimal() and len(str(raw)) <= 9


class RevokePublicationForm(StepForm):
    """Whoever took it is told why."""

    reason = forms.CharField(label=_("Why it is revoked"), max_length=300)
