"""Choosing a package, looking at it, and taking what is ticked as drafts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.starter import SIZES, starter
from requests_app.forms.moment import DayField
from requests_app.forms.step import StepForm
from requests_app.models import Authority
from requests_app.permissions.package import taking_for
from requests_app.permissions.publication import originals_to_look_at
from requests_app.registers.believed import believed
from requests_app.registers.look import NEW, TAKEN, Looked, look
from requests_app.registers.package import LARGEST, Package, package_from
from requests_app.workflow.package import Typed

FILE, ORIGINAL = "file", "original:"
A_FILE = _("A file that I choose")
NO_DECISION = _(
    "Items of delegation are ticked: write the board's decision, or take the ticks"
    " away."
)


class PackageForm(StepForm):
    """What to take, for which authority, and what only the authority itself knows."""

    package: Package

    own = ("source",)
    needed = ("file",)

    source = forms.ChoiceField(label=_("Package"))
    file = forms.FileField(
        label=_("File of a package"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        help_text=_("Only where you chose a file above: of a publisher you believe."),
    )
    text = forms.CharField(
        widget=forms.HiddenInput, required=False, strip=False, max_length=LARGEST
    )
    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    board_decision = forms.CharField(
        label=_("The board's decision on delegation"),
        max_length=100,
        required=False,
        help_text=_(
            "Day and paragraph. Left empty, no item of delegation is taken: the draft"
            " text for the board is in the package."
        ),
    )
    delegated_from = DayField(
        label=_("The delegation holds from"),
        required=False,
        help_text=_("Empty: from today."),
    )
    certified_on = DayField(
        label=_("When you looked up that the company in the USA is certified"),
        required=False,
        help_text=_(
            "Under decision (EU) 2023/1795. Left empty, no recipient that needs it is"
            " taken: nobody can look it up for you."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        authorities = taking_for(self.by)
        self.choice("authority").queryset = authorities
        self.choice("source").choices = [*SIZES.items(), *self._newer(), (FILE, A_FILE)]
        if len(authorities) == 1:
            self.initial.setdefault("authority", authorities[0].pk)
        self.wrong: dict[str, list[str]] = {}

    def _newer(self) -> list[tuple[str, str]]:
        """Editions that have come in feeds."""
        rows = originals_to_look_at(self.by).filter(body__isnull=False)
        return [(f"{ORIGINAL}{row.pk}", f"{row} · {row.publisher}") for row in rows]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.package = self._package(cleaned)
            except ValidationError as error:
                at = "file" if cleaned["source"] == FILE else "source"
                self.add_error(at, error)
        return cleaned

    def _package(self, cleaned: dict[str, Any]) -> Package:
        source, authority = cleaned["source"], cleaned["authority"]
        if source in SIZES:
            return package_from(starter(source))
        if source == FILE:
            return believed(self._text_of_file(cleaned), authority)
        rows = originals_to_look_at(self.by).filter(authority=authority)
        original = rows.filter(pk=source.removeprefix(ORIGINAL)).first()
        if original is None or original.body is None:
            raise ValidationError(_("It came for another authority: choose that."))
        return believed(original.body.text, authority)

    def _text_of_file(self, cleaned: dict[str, Any]) -> str:
        """What was chosen now, or looked at before: carried along to be taken."""
        if file := cleaned.get("file"):
            if file.size > LARGEST:
                raise ValidationError(_("The file is too large for a package."))
            try:
                cleaned["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                text = _("This is no package: the file is not JSON.")
                raise ValidationError(text) from None
        if not cleaned["text"]:
            raise ValidationError(_("Choose a file."))
        self.retype({"text": cleaned["text"]})
        return cleaned["text"]

    @property
    def takes(self) -> bool:
        """Is it sent to be taken, of what was looked at?"""
        return "take" in self.data and self.data.get("as_read") == self.as_read

    @property
    def as_read(self) -> str:
        return self.package.digest

    @cached_property
    def rows(self) -> list[Looked]:
        authority = self.cleaned_data["authority"]
        return look(self.package, by=self.by, authority=authority)

    @cached_property
    def chosen(self) -> frozenset[str]:
        """The keys that are ticked; as the page is opened, what is new, and items only
        where the board has decided them."""
        data: Any = self.data
        if data.get("as_read") == self.as_read:
            return frozenset(data.getlist("rows"))
        decided = bool(self.cleaned_data["board_decision"])
        return frozenset(
            row.entry.key
            for row in self.rows
            if row.state == NEW and (decided or row.entry.kind != "delegations")
        )

    def lines(self) -> list[tuple[Looked, bool, bool, list[str]]]:
        """Each with whether it can be ticked, whether it is, and what is wrong."""
        return [
            (
                row,
                row.state in TAKEN,
                row.entry.key in self.chosen,
                self.wrong.get(row.entry.key, row.errors),
            )
            for row in self.rows
        ]

    def typed(self) -> Typed:
        cleaned = self.cleaned_data
        names = ("authority", "board_decision", "delegated_from", "certified_on")
        return Typed(**{name: cleaned[name] for name in names})

    def refuse_undecided(self) -> None:
        """Nobody decides under an item that the board has not decided."""
        kinds = {row.entry.kind for row in self.rows if row.entry.key in self.chosen}
        if "delegations" in kinds and not self.cleaned_data["board_decision"]:
            self.add_error("board_decision", NO_DECISION)
        if not self.chosen:
            self.add_error(None, ValidationError(_("Tick what you take.")))
