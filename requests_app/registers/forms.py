"""The forms of the registers: package, register change, register import and taken."""

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from requests_app.core.forms import (
    AsReadForm,
    DayField,
    EmptyForm,
    SeveralForm,
    StepForm,
    reason_field,
    rows_field,
)
from requests_app.core.people.models import Authority
from requests_app.core.two_persons import RegisterChange, changes_of_file, fingerprint
from requests_app.registers.models.information import Origin
from requests_app.registers.packages import (
    KINDS,
    LARGEST,
    NEW,
    TAKEN,
    Difference,
    Looked,
    Package,
    believed,
    look,
    package_from,
)
from requests_app.registers.reference import SIZES, starter
from requests_app.registers.rights import (
    originals_to_look_at,
    origins_to_settle,
    origins_waiting,
    taking_for,
)
from requests_app.registers.selectors import becomes, in_short, particulars_of
from requests_app.registers.steps import Typed, drafted
from requests_app.registers.tables.files import LARGEST as LARGEST_FILE
from requests_app.registers.tables.files import MOST_ROWS, composed, decode

# Choosing a package, looking at it, and taking what is ticked as drafts.

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


# Settling a change of a register that another has proposed.


class ShowsChange(StepForm):
    def particulars(self) -> list[tuple[str, str]]:
        return particulars_of(self.subject)


class ConfirmChangeForm(ShowsChange, EmptyForm):
    warning = _(
        "You stand for it beside whoever proposed it. It takes effect when you confirm."
    )


class ShowsFile(AsReadForm):
    """The rows of one file that wait for the person, each with what becomes of it."""

    @cached_property
    def rows(self) -> list[RegisterChange]:
        return list(changes_of_file(self.by, self.subject))

    @property
    def as_read(self) -> str:
        return fingerprint(self.rows)

    def particulars(self) -> list[tuple[str, str]]:
        return [(str(row), in_short(row)) for row in self.rows]


class ConfirmFileForm(ShowsFile):
    warning = _(
        "You stand for all of these beside whoever proposed them. Refuse a single one"
        " on its own page first. At most 500 at a time: the rest waits after that."
    )


class RefuseFileForm(ShowsFile):
    warning = _("All of these stay as they were.")
    reason = forms.CharField(label=_("Reason"), max_length=300)


class RefuseChangeForm(ShowsChange):
    reason = forms.CharField(label=_("Reason"), max_length=300)


# Uploading a table, and looking at what it would do before it is done.


class ImportForm(StepForm):
    """A file to look at; or the text of one that has been looked at."""

    template = "lockbox/register/csv.html"
    guessed = ""
    needed = ("file",)

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=format_lazy(
            _(
                "Save the table as “CSV UTF-8”, at most {rows} rows and 1 MB. Nothing"
                " is written yet."
            ),
            rows=MOST_ROWS,
        ),
    )
    text = forms.CharField(
        widget=forms.HiddenInput,
        required=False,
        strip=False,
        max_length=LARGEST_FILE,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Goes to the history of every row."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            try:
                cleaned["text"], self.guessed = decode(file.read())
            except forms.ValidationError as error:
                self.add_error("file", error)
        elif text := cleaned.get("text"):
            cleaned["text"] = composed(text)
        else:
            self.add_error("file", _("Choose a file."))
        return cleaned

    def keep_text(self) -> None:
        """Carry the text along to the next page, to be confirmed or mended there."""
        posted: Any = self.data
        again = posted.copy()
        again["text"] = self.cleaned_data["text"]
        self.data = again


# What was taken of packages for an authority, looked through and settled together.


class Line(NamedTuple):
    """`pk` is the origin's, `version` that of what waits; `why_not` where it is for
    somebody else."""

    pk: int
    version: int
    kind_label: Any
    opts: Any
    origin: Origin
    waits: Any
    becomes: list[Difference]
    is_ticked: bool
    why_not: str
    error: str


class TakenForm(SeveralForm):
    """About an authority: which of what waits, and why where it is refused."""

    template = "lockbox/package/taken.html"
    stop = "refuse"
    stop_needs_reason = _("Say why they are refused.")
    reason_without_stop = _("A reason is for refusing: empty it to confirm.")
    most = 200

    rows = rows_field(
        Origin.objects.none(),
        label=_("What waits"),
        required=_("Tick what you mean."),
    )
    reason = reason_field(_("Reason for refusing"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_authority = Origin.objects.filter(authority=self.subject.pk)
        self.choice("rows").queryset = of_authority.select_related("change")

    @cached_property
    def waiting(self) -> list[Any]:
        rows = origins_waiting(self.subject).select_related("change", "taken_by")
        return list(rows.order_by("pk")[: self.most + 1])

    @cached_property
    def lines(self) -> list[Line]:
        theirs = set(
            origins_to_settle(self.by, self.subject).values_list("pk", flat=True)
        )
        return [self._line(row, is_theirs=row.pk in theirs) for row in self.shown]

    @property
    def theirs(self) -> int:
        return sum(not line.why_not for line in self.lines)

    def _line(self, origin: Origin, *, is_theirs: bool) -> Line:
        waits = drafted(origin)
        own = origin.taken_by_id == self.by.pk
        why = (
            _("You took it: another confirms it.") if own else _("Another confirms it.")
        )
        return Line(
            pk=origin.pk,
            version=waits.version,
            kind_label=KINDS[origin.kind],
            opts=waits._meta,
            origin=origin,
            waits=waits,
            becomes=becomes(origin),
            is_ticked=is_theirs and self.is_ticked(origin.pk),
            why_not="" if is_theirs else str(why),
            error=self.errors_of.get(origin.pk, ""),
        )
