"""The law as reference data: statute paragraphs, and the secrecy provisions in them."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.core.municipality import SHARED
from requests_app.core.retention import REGISTER
from requests_app.core.words.texts import citation


def in_force_on(day: date) -> Q:
    """A paragraph ceases on its valid_to; the successor begins that day."""
    return Q(Q(valid_from=None) | Q(valid_from__lte=day)) & Q(
        Q(valid_to=None) | Q(valid_to__gt=day)
    )


class ParagraphQuerySet(models.QuerySet["StatuteParagraph"]):
    def in_force(self, day: date) -> "ParagraphQuerySet":
        return self.filter(in_force_on(day))


class ProvisionQuerySet(models.QuerySet["Provision"]):
    def in_force(self, day: date) -> "ProvisionQuerySet":
        return self.filter(in_force_on(day))


class StatuteParagraph(AuditedModel):
    """A paragraph's own text. Unknown headings and dates are blank, never invented."""

    retention = REGISTER
    belongs = SHARED

    statute = models.CharField(_("statute"), max_length=40)
    sfs = models.CharField(_("SFS number"), max_length=20)
    chapter = models.CharField(_("chapter"), max_length=10, blank=True)
    paragraph = models.CharField(_("paragraph"), max_length=10)
    heading = models.CharField(_("heading"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    consolidated_at = models.DateField(_("consolidated as of"))

    history = History()
    objects = ParagraphQuerySet.as_manager()

    class Meta:
        verbose_name = _("statute paragraph")
        verbose_name_plural = _("statute paragraphs")
        ordering = ["statute", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["statute", "chapter", "paragraph", "valid_from"],
                nulls_distinct=False,
                name="statuteparagraph_unique",
            )
        ]

    def __str__(self) -> str:
        if not self.chapter:
            return f"{self.paragraph} § {self.statute}"
        return f"{self.chapter} kap. {self.paragraph} § {self.statute}"

    @property
    def key(self) -> str:
        """How questions of the law name it: "OSL 10:2 a", "FL 27"."""
        chapter = f"{self.chapter}:" if self.chapter else ""
        return f"{self.statute} {chapter}{self.paragraph}"


class Provision(AuditedModel):
    """A secrecy provision: one harm test in a paragraph of OSL, in one version."""

    retention = REGISTER
    belongs = SHARED

    class HarmTest(models.TextChoices):
        STRAIGHT = "straight", _("Presumption of openness")
        REVERSE = "reverse", _("Presumption of secrecy")
        QUALIFIED = "qualified", _("Strong presumption of openness")
        ABSOLUTE = "absolute", _("Absolute")

    class Protects(models.TextChoices):
        INDIVIDUAL = "individual", _("An individual")
        PUBLIC = "public interest", _("The public interest")

    class WorksAgainst(models.TextChoices):
        """Against whom the secrecy holds: some hold against one person only."""

        EVERYONE = "everyone", _("Everyone")
        REPORTED = "reported", _("Whoever was reported on, and nobody else")
        CONTROLLED = "controlled", _("Whoever is controlled, and nobody else")

    class Confidence(models.TextChoices):
        HIGH = "high", _("High")
        MEDIUM = "medium", _("Medium")
        LOW = "low", _("Low")

    code = models.CharField(_("code"), max_length=24)
    chapter = models.CharField(_("chapter"), max_length=4)
    paragraph = models.CharField(_("paragraph"), max_length=24)
    title_sv = models.CharField(_("Swedish title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120)
    protects = models.CharField(_("protects"), max_length=40, choices=Protects)
    works_against = models.CharField(
        _("works against"),
        max_length=10,
        choices=WorksAgainst,
        default=WorksAgainst.EVERYONE,
    )
    # What holds against the provider, where this does not.
    tested_as = models.CharField(
        _("tested against a provider as"), max_length=24, blank=True
    )
    # Codes of Ground: what breaks the secrecy, from the statutes' text (OSL 10:2,
    # 10:2 a, 10:14, 12:2); the guard of decisions in the database reads the same.
    lifted_by = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("can be lifted by"),
        default=list,
        blank=True,
    )
    lifted_if_settled = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("can be lifted where the authority has taken a stand"),
        default=list,
        blank=True,
    )
    harm_test = models.CharField(_("harm test"), max_length=9, choices=HarmTest)
    max_secrecy_years = models.PositiveSmallIntegerField(
        _("longest secrecy (years)"),
        null=True,
        blank=True,
        help_text=_("Empty: the paragraph states no limit."),
    )
    typical_municipal_data = models.CharField(
        _("typical municipal data"), max_length=300, blank=True
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    confidence = models.CharField(_("confidence"), max_length=6, choices=Confidence)
    # Naming the paragraph tells nothing by itself; some tell that there is a threat, a
    # report or an investigation. In the case at hand it may be otherwise.
    may_be_named = models.BooleanField(
        _("may be named to the recipient"), default=False
    )
    named_because = models.CharField(_("why"), max_length=200, blank=True)
    blocks_approval = models.BooleanField(
        _("protective security must be settled first"), default=False
    )
    red_flag = models.BooleanField(_("red flag"), default=False)
    statute_paragraph = models.ForeignKey(
        StatuteParagraph,
        models.PROTECT,
        verbose_name=_("statute paragraph"),
        related_name="provisions",
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    history = History()
    objects = ProvisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("provision")
        verbose_name_plural = _("provisions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                nulls_distinct=False,
                name="provision_unique",
            )
        ]

    def __str__(self) -> str:
        return citation(f"{self.chapter} kap. {self.paragraph} OSL")

    @property
    def choice(self) -> str:
        """Apart from its paragraph's other versions and grounds."""
        name = f"{self}, {self.title}"
        if self.valid_from is None:
            return name
        values = {"provision": name, "day": self.valid_from.isoformat()}
        return str(_("%(provision)s, from %(day)s") % values)

    @property
    def holds_against_provider(self) -> bool:
        return self.works_against == self.WorksAgainst.EVERYONE

    @property
    def title(self) -> str:
        return self.title_sv if get_language() == "sv" else self.title_en
