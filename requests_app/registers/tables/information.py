"""Information, of the registers: registers, account, authority, branch, classification,
delegation, information set, role, standing assessment and system register."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.core.models import Outcome
from requests_app.core.people.models import (
    Authority,
    Role,
    RoleAssignment,
    SecrecyBranch,
)
from requests_app.core.people.rights import (
    DELEGATION_KEEPERS,
    INFORMATION_KEEPERS,
    MANAGERS,
    SEE_REGISTERS,
    authorities_of,
    can_keep_account,
    in_reach,
    is_taken,
    makes_accounts_in,
    people_visible_to,
    within_reach,
)
from requests_app.organisation.law import (
    why_not_called,
    why_not_given,
    why_not_gone,
    why_to_be_explained,
)
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.cloud import Provider
from requests_app.registers.models.information import (
    InformationSet,
    InformationSetProvision,
    SecurityClassification,
)
from requests_app.registers.models.provisions import Provision
from requests_app.registers.models.standing import (
    Factor,
    StandingAssessment,
    StandingRecipient,
    Weight,
)
from requests_app.registers.rights import STANDING_ASSESSORS
from requests_app.registers.tables.cloud import (
    CLOUD_OBJECTS,
    CONNECTIONS,
    PRODUCTS,
    PROVIDERS,
    SYSTEMS,
)
from requests_app.registers.tables.columns import (
    BETWEEN,
    LOOKUPS,
    PERSON,
    CountryField,
    DayField,
    LabelField,
    LabelsField,
    RowField,
    RowForm,
    RowsField,
    SharedRowForm,
)
from requests_app.registers.tables.files import (
    Line,
    Register,
    filled_rows,
)

__all__ = ["REGISTERS", "Register"]

# Accounts of people, by their user names. What they may do are roles of their own.

# What is kept of a person, by hand and by file.
FIELDS = (
    "username",
    "first_name",
    "last_name",
    "identity",
    "email",
    "title",
    "phone",
    "language",
)


class AccountForm(SharedRowForm):
    class Meta(SharedRowForm.Meta):
        model = PERSON
        fields = FIELDS

    def standing(self) -> Any:
        username = self.cleaned_data["username"]
        if text := why_not_called(username, makes_accounts_in(self.by)):
            raise ValidationError({"username": text})
        person = PERSON.objects.filter(username__iexact=username).first()
        identity = self.cleaned_data["identity"]
        if identity and is_taken(identity, person or PERSON(), self.by):
            text = gettext("Another account has this identity.")
            raise ValidationError({"identity": text})
        if person is None:
            return None
        # Names differ in capitals between two tellings.
        self.cleaned_data["username"] = person.username
        return person

    def hindrance(self, row: Any) -> str:
        if not can_keep_account(self.by, row):
            return gettext("Somebody has this user name, and you do not keep them.")
        if row.is_protected:
            return gettext(
                "The name is protected: the account is kept on its own page."
            )
        return why_not_gone(row) if row.identity != self.before["identity"] else ""


def _unprotected(user: Any) -> Any:
    """An address or identity in a file could tell a name that is protected."""
    return people_visible_to(user).filter(is_protected=False)


ACCOUNTS = Register(
    name="people",
    form=AccountForm,
    key=("username",),
    kept_by=(Role.SYSTEM_ADMINISTRATOR,),
    seen_by=(Role.SYSTEM_ADMINISTRATOR,),
    note=_(
        "Accounts are added and changed, none is closed. With another identity the"
        " roles wait for a manager. A link to a password is made on the person's page."
    ),
    related=(),
    visible=_unprotected,
)

# Authorities: made by a system administrator, kept by their own managers.


class AuthorityForm(SharedRowForm):
    class Meta(SharedRowForm.Meta):
        model = Authority
        fields = (
            "code",
            "name",
            "municipality",
            "kind",
            "regime",
            "diary_pattern",
            "diary_example",
            "diary_system",
            "security_contact",
            "postal_address",
            "email",
            "phone",
            "administrative_court",
            "court_contact",
        )

    def standing(self) -> Authority | None:
        code, place = self.cleaned_data["code"], self.cleaned_data["municipality"]
        row = place.authorities.filter(code__iexact=code).first()
        if row is None:
            if place.pk in within_reach(self.by, Role.SYSTEM_ADMINISTRATOR):
                return None
            text = gettext("A system administrator adds authorities.")
            raise ValidationError({"code": text})
        self.cleaned_data["code"] = row.code
        return row

    def hindrance(self, row: Authority) -> str:
        if row.pk not in authorities_of(self.by, *MANAGERS):
            return gettext("You do not keep rows of %(text)s.") % {"text": row}
        return ""


def _in_reach(user: Any) -> Any:
    return in_reach(Authority.objects.select_related("municipality"), user)


AUTHORITIES = Register(
    name="authorities",
    form=AuthorityForm,
    key=("municipality", "code"),
    kept_by=(Role.SYSTEM_ADMINISTRATOR, *MANAGERS),
    seen_by=tuple(Role),
    note=_(
        "A new authority is added by a system administrator, and changed by its own"
        " managers. What its lawyers have settled is entered in the authority's form."
    ),
    related=(),
    visible=_in_reach,
)

# Independent branches of activity inside authorities.


class BranchForm(RowForm):
    class Meta(RowForm.Meta):
        model = SecrecyBranch
        fields = ("authority", "name")

    def standing(self) -> SecrecyBranch | None:
        cells = self.cleaned_data
        return cells["authority"].branches.filter(name=cells["name"]).first()


BRANCHES = Register(
    name="branches",
    form=BranchForm,
    key=("authority", "name"),
    kept_by=MANAGERS,
    seen_by=tuple(Role),
    note=_("Branches are added; the name of one is changed in its own form."),
    related=("authority",),
)

# Dated classifications of information sets: rows are added, never changed.

ADDED = (
    "confidentiality",
    "integrity",
    "availability",
    "traceability",
    "reason",
    "review_due",
)


class ClassificationForm(RowForm):
    own = ("information_set",)

    class Meta(RowForm.Meta):
        model = SecurityClassification
        fields = ("authority", "information_set", "valid_from", *ADDED)

    def standing(self) -> SecurityClassification | None:
        cells = self.cleaned_data
        rows = cells["information_set"].classifications
        row = rows.filter(valid_from=cells["valid_from"]).first()
        if row and any(getattr(row, name) != cells[name] for name in ADDED):
            text = gettext(
                "The set has another classification from that day; choose a later one."
            )
            raise ValidationError({"valid_from": text})
        return row

    @classmethod
    def cells_beside(cls, row: SecurityClassification) -> dict[str, Any]:
        return {"authority": row.information_set.authority.code}


CLASSIFICATIONS = Register(
    name="classifications",
    form=ClassificationForm,
    key=("authority", "information_set", "valid_from"),
    kept_by=INFORMATION_KEEPERS,
    seen_by=SEE_REGISTERS,
    note=_("Classifications are added; the old ones stay as they were."),
    related=("information_set__authority",),
    authority_path="information_set__authority",
)

# Items of schemes of delegation: added unconfirmed, for another to confirm.


class DelegationForm(RowForm):
    own = ("parent",)

    outcomes = LabelsField(
        choices=Outcome.choices, label=_("outcomes it covers"), required=False
    )
    parent = RowField(
        DelegationRule.objects.filter(parent=None),
        lookups=LOOKUPS[DelegationRule],
        label=_("sub-delegated from"),
        required=False,
    )

    class Meta(RowForm.Meta):
        model = DelegationRule
        fields = (
            "authority",
            "item_no",
            "title",
            "decision_type",
            "outcomes",
            "max_minutes",
            "max_confidentiality",
            "product",
            "parent",
            "may_subdelegate",
            "is_head",
            "elected_as",
            "role",
            "person",
            "board_decision",
            "report_to_board",
            "valid_from",
            "valid_to",
        )
        help_texts = {"person": _("The user name.")}

    def __init__(self, cells: dict[str, str], **kwargs: Any) -> None:
        super().__init__(cells, **kwargs)
        self.instance.made_by = self.by

    def standing(self) -> DelegationRule | None:
        return DelegationRule.objects.filter(**self.cleaned_data).first()


DELEGATIONS = Register(
    name="delegations",
    form=DelegationForm,
    key=("authority", "item_no", "role", "person", "valid_from"),
    kept_by=DELEGATION_KEEPERS,
    seen_by=tuple(Role),
    note=_("Items are added, none is changed or ended. Another person confirms each."),
    related=("authority", "product", "parent", "person"),
)

# Information sets with the provisions that may apply to them.


class InformationSetForm(RowForm):
    own = ("branch",)

    provisions = RowsField(
        Provision.objects.all(),
        to_field_name="code",
        label=_("provisions"),
        required=False,
        help_text=_(
            "Codes as the list of provisions has them, such as OSL-23-2-st1; several"
            " with | between them."
        ),
    )

    class Meta(RowForm.Meta):
        model = InformationSet
        fields = (
            "authority",
            "branch",
            "name",
            "description",
            "process_code",
            "personal_data",
            "protected_identities_possible",
            "provisions",
        )

    def __init__(self, cells: dict[str, str], **kwargs: Any) -> None:
        super().__init__(cells, **kwargs)
        provisions: Any = self.fields["provisions"]
        # Versions that have begun, the newest of each code last.
        begun = Provision.objects.exclude(valid_from__gt=acting.today())
        provisions.queryset = begun.order_by(F("valid_from").asc(nulls_first=True))

    def standing(self) -> InformationSet | None:
        rows = self.cleaned_data["authority"].information_sets
        return rows.filter(name=self.cleaned_data["name"]).first()

    def new_links(self) -> Iterable[InformationSetProvision]:
        row = self.instance
        linked = row.provision_links.values("provision__code")
        provisions = self.cleaned_data["provisions"].exclude(code__in=linked)
        for provision in {law.code: law for law in provisions}.values():
            yield InformationSetProvision(information_set=row, provision=provision)

    @classmethod
    def cells_beside(cls, row: InformationSet) -> dict[str, Any]:
        codes = {link.provision.code for link in row.provision_links.all()}
        return {"provisions": BETWEEN.join(sorted(codes))}


INFORMATION_SETS = Register(
    name="information-sets",
    form=InformationSetForm,
    key=("authority", "name"),
    kept_by=INFORMATION_KEEPERS,
    seen_by=SEE_REGISTERS,
    note=_(
        "Provisions are added to a set; none is taken away. Named lists are entered in"
        " the set's own form."
    ),
    related=("authority", "branch"),
    prefetched=("provision_links__provision",),
)

# Roles: rows are added as one manager's, for another to confirm; none is changed.

IDENTIFIED_BY = ("person", "role", "authority", "branch", "valid_from", "valid_to")


class RoleForm(RowForm):
    own = ("branch",)
    only_adds = True

    class Meta(RowForm.Meta):
        model = RoleAssignment
        fields = (
            "person",
            "role",
            "authority",
            "branch",
            "employer",
            "basis",
            "decided_on",
            "valid_from",
            "valid_to",
            "reason",
            "combined_because",
        )
        help_texts = {"person": _("The user name.")}

    def __init__(self, cells: dict[str, str], **kwargs: Any) -> None:
        super().__init__(cells, **kwargs)
        self.instance.given_by = self.by

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        is_new = self.instance.pk is None and not self.errors
        if is_new and (text := why_not_given(self.by, self.instance)):
            self.add_error("person", text)
        elif is_new and (text := why_to_be_explained(self.instance)):
            self.add_error("combined_because", text)

    def write(self, save: Callable[[models.Model], bool]) -> str:
        # Nobody has looked at the person: at night too, the role waits to be confirmed.
        if self.instance.pk is None:
            self.instance.given_at = acting.now()
        return super().write(save)

    def standing(self) -> RoleAssignment | None:
        same = {name: self.cleaned_data[name] for name in IDENTIFIED_BY}
        return RoleAssignment.objects.standing().filter(**same).first()


ROLES = Register(
    name="roles",
    form=RoleForm,
    key=("person", "role", "authority", "branch", "valid_from"),
    kept_by=MANAGERS,
    seen_by=tuple(Role),
    note=_("Roles are added, none is changed or ended. Another confirms each."),
    related=("person", "authority", "branch"),
    holds=models.Q(refused_at=None, ended_at=None),
)

# Standing assessments and their recipients: added unconfirmed, each for another person
# to read and confirm.

FACTORS = {f"factor_{factor.value}": factor for factor in Factor}
ABOUT = ("provider", "information_set", "valid_from")


class AssessmentForm(RowForm):
    own = ("information_set",)
    only_adds = True

    reasons = forms.CharField(
        label=_("Reasons for the suitability"), max_length=20_000, strip=True
    )

    class Meta(RowForm.Meta):
        model = StandingAssessment
        fields = (
            "authority",
            *ABOUT,
            "review_due",
            "contract_ends",
            "is_suitable",
            "assignment",
            "processor_agreement",
            "impact_assessment",
        )

    def clean(self) -> dict[str, Any]:
        cells = super().clean()
        if not self.errors and self.instance.pk is None:
            self.instance.made_by = self.by
            self.instance.factors = {
                factor.value: cells[name] for name, factor in FACTORS.items()
            }
            # Kept where the row is written: a text has a row of its own.
            vars(self.instance)["reasons"] = cells["reasons"]
        return cells

    def standing(self) -> StandingAssessment | None:
        about = {name: self.cleaned_data[name] for name in ABOUT}
        rows = self.cleaned_data["authority"].standing_assessments
        return rows.filter(revoked_at=None, **about).first()

    @classmethod
    def cells_beside(cls, row: StandingAssessment) -> dict[str, Any]:
        weights = {
            name: row.factors.get(factor, Weight.NEUTRAL)
            for name, factor in FACTORS.items()
        }
        return {"reasons": row.suitability.text, **weights}


def reasons_of(row: StandingAssessment) -> str:
    """What the form has read, of a new one."""
    return vars(row)["reasons"]


# Eight columns of one kind, by their names.
WeighedForm: Any = type(
    "WeighedForm",
    (AssessmentForm,),
    {
        name: LabelField(choices=Weight.choices, label=factor.label)
        for name, factor in FACTORS.items()
    },
)


class RecipientForm(RowForm):
    own = ("information_set",)
    only_adds = True

    provider = RowField(
        Provider.objects.all(), lookups=LOOKUPS[Provider], label=_("provider")
    )
    information_set = RowField(
        InformationSet.objects.all(),
        lookups=LOOKUPS[InformationSet],
        label=_("information set"),
        required=False,
    )
    valid_from = DayField(label=_("valid from"))
    country = CountryField(label=_("country of the engineer"))

    class Meta(RowForm.Meta):
        model = StandingRecipient
        fields = (
            "authority",
            *ABOUT,
            "legal_entity",
            "country",
            "relation",
            "purpose",
            "highest_class",
            "transfer_ground",
            "transfer_reference",
            "certification",
            "covers_staff_data",
            "certification_checked",
        )

    def standing(self) -> StandingRecipient | None:
        cells = self.cleaned_data
        about = {name: cells[name] for name in ABOUT}
        rows = cells["authority"].standing_assessments
        assessment = rows.filter(revoked_at=None, **about).first()
        if assessment is None:
            text = gettext("There is no such standing assessment: add it first.")
            raise ValidationError({"valid_from": text})
        known = assessment.recipients.filter(
            legal_entity__iexact=cells["legal_entity"], country=cells["country"]
        ).first()
        if known is None:
            self._refuse_to_add_to(assessment)
            self.instance.standing_assessment = assessment
        return known

    def _refuse_to_add_to(self, assessment: StandingAssessment) -> None:
        """Who confirms it must be another than all who wrote in it."""
        text = ""
        if assessment.confirmed_at:
            text = gettext("It has been confirmed: make a new one instead.")
        elif assessment.made_by_id != self.by.pk:
            text = gettext("Another has made it: they name its recipients.")
        if text:
            raise ValidationError({"valid_from": text})

    @classmethod
    def cells_beside(cls, row: StandingRecipient) -> dict[str, Any]:
        assessment = row.standing_assessment
        information_set = assessment.information_set
        return {
            "authority": assessment.authority.code,
            "provider": assessment.provider.name,
            "information_set": information_set.name if information_set else "",
            "valid_from": assessment.valid_from,
        }


STANDING_ASSESSMENTS = Register(
    name="standing-assessments",
    form=WeighedForm,
    key=("authority", *ABOUT),
    kept_by=STANDING_ASSESSORS,
    seen_by=SEE_REGISTERS,
    note=_(
        "Assessments are added, none is changed. Name the recipients of each in the"
        " other table; then another person reads and confirms it."
    ),
    related=("authority", "provider", "information_set", "suitability"),
    holds=Q(revoked_at=None),
)

STANDING_RECIPIENTS = Register(
    name="standing-recipients",
    form=RecipientForm,
    key=("authority", *ABOUT, "legal_entity", "country"),
    kept_by=STANDING_ASSESSORS,
    seen_by=SEE_REGISTERS,
    note=_(
        "Recipients are added to assessments of one's own, until those are confirmed."
    ),
    related=(
        "standing_assessment__authority",
        "standing_assessment__provider",
        "standing_assessment__information_set",
    ),
    authority_path="standing_assessment__authority",
    holds=Q(standing_assessment__revoked_at=None),
)

# Registers as tables: the same columns in and out, as CSV.

REGISTERS: dict[str, Register] = {
    register.name: register
    for register in (
        INFORMATION_SETS,
        CLASSIFICATIONS,
        CLOUD_OBJECTS,
        ROLES,
        DELEGATIONS,
        BRANCHES,
        CONNECTIONS,
        ACCOUNTS,
        AUTHORITIES,
        PROVIDERS,
        PRODUCTS,
        SYSTEMS,
        STANDING_ASSESSMENTS,
        STANDING_RECIPIENTS,
    )
}

# A municipal register of systems and record types, as information sets with their
# provisions and classifications.
#
# The shape is that of Swedish municipalities' own registers (Sundsvall): for each
# record
# type (handlingstyp) its system, whether and by which provision it is secret, its
# process
# and its K/R/T/S.

SETS = {
    "name": "handlingstyp",
    "description": "system",
    "process_code": "process",
    "personal_data": "personuppgifter",
    "protected_identities_possible": "skyddade",
    "provisions": "lagrum",
}
CLASSES = {
    "information_set": "handlingstyp",
    "valid_from": "datum",
    "confidentiality": "k",
    "integrity": "r",
    "availability": "t",
    "traceability": "s",
    "reason": "motivering",
    "review_due": "omprövas",
}
NEEDED = ("system", "handlingstyp", "personuppgifter", "lagrum", "k", "r", "t", "datum")
PROVISION = re.compile(r"(\d+)\s*(?:kap\.?|:)\s*(\d+)\s*([a-z]?)\b", re.IGNORECASE)
# The law's own number, and what of a section is meant: of neither hangs which it is.
OF_LAW = re.compile(r"\(?2009:400\)?")
OF_SECTION = re.compile(r"\b(?:st|p)\w*\.?\s*\d+|\d+\s*(?:st|p)\b", re.IGNORECASE)


class Tables(NamedTuple):
    """Rows for the registers of information sets and of classifications."""

    sets: list[Line]
    classifications: list[Line]


def as_tables(text: str, *, authority: str, most: int) -> Tables:
    """All of one authority. A record type that stands there again, in another system,
    is one set; where anything else is said of it, the row is wrong. Raises
    ValidationError for a file of another shape."""
    heading, *rows = filled_rows(text, most)
    names = [name.strip().casefold() for name in heading[1]]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        message = gettext("Missing columns: %(names)s.")
        raise ValidationError(message % {"names": ", ".join(missing)})
    codes = _codes()
    sets: dict[str | int, Line] = {}
    classes: dict[str, Line] = {}
    for number, row in rows:
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
        known = cells.get("handlingstyp", "").casefold()
        if len(row) < len(names):
            sets[number] = Line(number, {}, gettext("The row is cut off."))
            continue
        cells["lagrum"] = _provisions(cells["lagrum"], codes)
        of_set = _line(number, cells, SETS, authority, {"branch": ""})
        of_class = _line(number, cells, CLASSES, authority, {})
        if known not in sets:
            sets[known], classes[known] = of_set, of_class
        elif trouble := _contradicts((sets[known], classes[known]), (of_set, of_class)):
            sets[number] = Line(number, {}, trouble)
        else:
            _also_in(sets[known], cells["system"])
    return Tables([*sets.values()], [*classes.values()])


def _line(
    number: int,
    cells: dict[str, str],
    columns: dict[str, str],
    authority: str,
    more: dict[str, str],
) -> Line:
    own = {column: cells.get(name, "") for column, name in columns.items()}
    return Line(number, {"authority": authority, **more, **own}, "")


def _contradicts(first: tuple[Line, Line], again: tuple[Line, Line]) -> str:
    """What the rows say otherwise of one record type, but for where it lies."""
    columns = [
        names[name]
        for before, now, names in zip(first, again, (SETS, CLASSES), strict=True)
        for name in names
        if name not in ("name", "information_set", "description")
        if before.cells[name].casefold() != now.cells[name].casefold()
    ]
    if not columns:
        return ""
    text = gettext(
        "Row %(number)s says otherwise of the same record type: %(columns)s."
    )
    return text % {"number": first[0].number, "columns": ", ".join(columns)}


def _also_in(line: Line, system: str) -> None:
    """The description names every system in which the record type lies."""
    systems = line.cells["description"].split(", ")
    if system not in systems:
        line.cells["description"] = ", ".join([*systems, system])


def _codes() -> dict[tuple[str, str], list[str]]:
    """(chapter, paragraph) → codes: "26", "1" → OSL-26-1."""
    codes_by_paragraph: dict[tuple[str, str], list[str]] = {}
    for code in Provision.objects.order_by("code").values_list("code", flat=True):
        _statute, chapter, paragraph, *_part = code.split("-")
        codes = codes_by_paragraph.setdefault((chapter, paragraph), [])
        codes += [] if code in codes else [code]
    return codes_by_paragraph


def _provisions(cell: str, codes: dict[tuple[str, str], list[str]]) -> str:
    """“26 kap. 1 § OSL” and “26:1” as our codes, with all paragraphs' parts: what may
    apply is a proposal."""
    if not cell or any(cell in known for known in codes.values()):
        return cell
    parts = re.split(r"[|,;]", cell)
    return BETWEEN.join(code for part in parts for code in _named(part.strip(), codes))


def _named(part: str, codes: dict[tuple[str, str], list[str]]) -> list[str]:
    """The codes of all that it names. Where anything in it can't be read it stays as it
    is, for the register to refuse: no provision is lost on the way."""
    text = OF_LAW.sub("", part)
    keys = [(m[1], f"{m[2]}{m[3].lower()}") for m in PROVISION.finditer(text)]
    left = OF_SECTION.sub("", PROVISION.sub("", text))
    if not keys or re.search(r"\d", left) or not all(key in codes for key in keys):
        return [part]
    return [code for key in keys for code in codes[key]]
