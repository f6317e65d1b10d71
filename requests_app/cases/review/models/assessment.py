"""Assessment, of the models of secrecy review: consent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.cases.intake.models.file import Part
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.fields import person_field
from requests_app.core.models import Content
from requests_app.core.retention import ASSESSMENT, WITH_CASE
from requests_app.registers.models.provisions import Provision

# The lawyer's answers: one for each question of the tree, one for each harm test.


class Ground(models.TextChoices):
    """Why a disclosure is lawful. Those that break secrecy can reach a private
    provider, or a foreign authority; grounds that reach Swedish authorities only are no
    choice (legal.md 1.5)."""

    NOT_SECRET = "not_secret", _("No secrecy applies")
    TECHNICAL = "osl-10-2a", _("OSL 10:2 a, only technical processing or storage")
    NECESSARY = "osl-10-2", _("OSL 10:2, necessary for the authority's own activity")
    CONSENT = "osl-12-2", _("OSL 12:2, consent of the individual")
    FOREIGN = "osl-8-3", _("OSL 8:3, a foreign authority may be given it")
    STATISTICS = "osl-24-8", _("OSL 24:8, it is clear that no harm follows")
    RESERVATION = "osl-10-14", _("OSL 10:14, the risk is removed by a reservation")
    SEVERAL = "several", _("Several grounds, one for each provision")

    @classmethod
    def breaking(cls) -> "list[Ground]":
        """Grounds that break a secrecy which applies."""
        return [
            cls.TECHNICAL,
            cls.NECESSARY,
            cls.CONSENT,
            cls.FOREIGN,
            cls.STATISTICS,
        ]


class AssessmentAnswer(AuditedModel):
    """An answer to one question of the tree, with its basis in law."""

    retention = WITH_CASE
    document = ASSESSMENT

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="answers",
    )
    # The node's code in the review's version of the tree, and its question as put.
    node = models.CharField(_("node"), max_length=30)
    question = models.CharField(_("question"), max_length=300)
    answer = models.CharField(_("answer"), max_length=30)
    # What the system proposed from what it knew; the answer may differ, with a reason.
    proposed = models.CharField(_("proposed answer"), max_length=30, blank=True)
    proposed_because = models.CharField(
        _("why it was proposed"), max_length=300, blank=True
    )
    legal_basis = models.CharField(_("legal basis"), max_length=120, blank=True)
    motivation = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("motivation"),
        related_name="+",
        null=True,
    )
    # Of N10: the kinds of conditions that make the access narrower. They are chosen
    # where they are thought of, and the proposal begins with them.
    conditions = ArrayField(
        models.CharField(max_length=14),
        verbose_name=_("conditions thought of"),
        default=list,
        blank=True,
    )
    answered_by = person_field(_("answered by"))
    answered_at = models.DateTimeField(_("answered"))

    PROTECTED = ("proposed_because",)

    history = History()

    class Meta:
        verbose_name = _("assessment answer")
        verbose_name_plural = _("assessment answers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "node"], name="answer_one_per_node"
            )
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.question}"


class HarmTest(AuditedModel):
    """The harm test of one provision in one review: of all that is asked for, or of one
    of its parts, where it takes the place of that."""

    retention = WITH_CASE
    document = ASSESSMENT

    class Outcome(models.TextChoices):
        APPLIES = "applies", _("Secrecy applies")
        DOES_NOT_APPLY = "does_not_apply", _("Secrecy does not apply")
        UNLESS_RESERVED = (
            "applies_unless_reserved",
            _("Applies unless a reservation is imposed"),
        )
        STRUCK = "struck", _("Does not apply: no such information here")
        AS_WHOLE = "as_whole", _("As for everything that is asked for")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="harm_tests",
    )
    provision = models.ForeignKey(
        Provision, models.PROTECT, verbose_name=_("provision"), related_name="+"
    )
    # Empty: of everything, but for the parts that have a test of their own.
    part = models.ForeignKey(
        Part,
        models.PROTECT,
        verbose_name=_("part"),
        related_name="harm_tests",
        null=True,
    )
    # Copied: the provision as it was when the test was made.
    harm_test = models.CharField(
        _("harm test"), max_length=9, choices=Provision.HarmTest
    )
    outcome = models.CharField(_("outcome"), max_length=24, choices=Outcome)
    # What breaks the secrecy by this provision, or "none"; empty where it doesn't
    # hinder, and where the review's tree asks for one ground for all.
    ground = models.CharField(
        _("ground for disclosure"),
        max_length=10,
        choices=[*Ground.choices, ("none", _("No ground"))],
        blank=True,
    )
    facts_for = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("facts for secrecy"),
        related_name="+",
        null=True,
    )
    facts_against = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("facts against secrecy"),
        related_name="+",
        null=True,
    )
    motivation = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("motivation"),
        related_name="+",
        null=True,
    )
    answered_by = person_field(_("answered by"))
    answered_at = models.DateTimeField(_("answered"))

    history = History()

    @property
    def hinders(self) -> bool:
        return self.outcome in (self.Outcome.APPLIES, self.Outcome.UNLESS_RESERVED)

    class Meta:
        verbose_name = _("harm test")
        verbose_name_plural = _("harm tests")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "provision", "part"],
                nulls_distinct=False,
                name="harmtest_one_per_provision",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="as_whole", part=None),
                name="harmtest_whole_is_tested",
            ),
            # A reservation takes away a risk of harm; absolute secrecy asks of none.
            models.CheckConstraint(
                condition=~Q(
                    harm_test="absolute",
                    outcome__in=["applies_unless_reserved", "does_not_apply"],
                ),
                name="harmtest_absolute_applies",
                violation_error_message=_(
                    "Absolute secrecy has no harm test: it applies, or the provision"
                    " is struck from the review."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.provision)


# Consents of those whom a secrecy protects: given, and perhaps withdrawn.


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)


class Consent(AuditedModel):
    """One person's consent to lift the secrecy that protects them (OSL 12:2–3).

    What it says never changes; a withdrawal is written beside it.
    """

    retention = WITH_CASE
    document = ASSESSMENT

    class GivenBy(models.TextChoices):
        SELF = "self", _("The individual, of age")
        GUARDIAN = "guardian", _("The guardian of a minor")
        BOTH = "both", _("The guardian and the minor together")
        CHILD = "child", _("The minor alone")
        REPRESENTATIVE = "representative", _("A representative")

    class Way(models.TextChoices):
        WRITTEN = "written", _("In writing")
        EMAIL = "email", _("By e-mail")
        ORAL = "oral", _("Orally, noted here")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="consents",
    )
    provision = models.ForeignKey(
        Provision, models.PROTECT, verbose_name=_("provision"), related_name="+"
    )
    whom = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("whom it protects"), related_name="+"
    )
    what = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("to what"), related_name="+"
    )
    given_by = models.CharField(_("given by"), max_length=14, choices=GivenBy)
    given_at = models.DateTimeField(_("given"))
    way = models.CharField(_("how"), max_length=7, choices=Way)
    # Empty: given without any; else the reservation it demands (12:2 second paragraph).
    reservation = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("on condition of the reservation"),
        related_name="+",
        null=True,
    )
    recorded_by = person_field(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawal = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("by whom it was withdrawn, and how"),
        related_name="+",
        null=True,
    )
    withdrawal_recorded_by = person_field(_("withdrawal recorded by"), null=True)
    withdrawal_recorded_at = models.DateTimeField(_("withdrawal recorded"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at=None,
                    withdrawal=None,
                    withdrawal_recorded_by=None,
                    withdrawal_recorded_at=None,
                )
                | Q(
                    withdrawn_at__isnull=False,
                    withdrawal__isnull=False,
                    withdrawal_recorded_by__isnull=False,
                    withdrawal_recorded_at__isnull=False,
                ),
                name="consent_withdrawn_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.provision} ({self.get_given_by_display()})"
