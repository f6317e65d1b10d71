"""The lawyer's answers: one for each question, one for each harm test."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.provision import Provision
from requests_app.models.review import SecrecyReview


class Ground(models.TextChoices):
    """Secrecy-breaking grounds that can reach a private provider (legal.md 1.5)."""

    NONE = "none", _("No ground")
    TECHNICAL = "osl-10-2a", _("OSL 10:2 a, only technical processing or storage")
    NECESSARY = "osl-10-2", _("OSL 10:2, necessary for the authority's own activity")
    CONSENT = "osl-12-2", _("OSL 12:2, consent of the individual")


ANSWERS = [("yes", _("Yes")), ("no", _("No")), *Ground.choices]


class AssessmentAnswer(AuditedModel):
    """An answer to one question of the review, with its basis in law."""

    class Question(models.TextChoices):
        GENUINE = "genuine", _("Is the request genuine?")
        SECURITY_PROTECTION = (
            "security_protection",
            _("Can security-classified information occur?"),
        )
        GROUND = "ground", _("Is there a ground for disclosure despite secrecy?")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="answers",
    )
    question = models.CharField(_("question"), max_length=24, choices=Question)
    answer = models.CharField(_("answer"), max_length=40, choices=ANSWERS)
    legal_basis = models.CharField(_("legal basis"), max_length=120, blank=True)
    motivation = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("motivation"),
        related_name="+",
        null=True,
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("answered by"),
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered"))

    history = History()

    class Meta:
        verbose_name = _("assessment answer")
        verbose_name_plural = _("assessment answers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "question"], name="answer_one_per_question"
            )
        ]

    def __str__(self) -> str:
        return self.get_question_display()


class HarmTest(AuditedModel):
    """The harm test of one provision in one review."""

    class Outcome(models.TextChoices):
        APPLIES = "applies", _("Secrecy applies")
        DOES_NOT_APPLY = "does_not_apply", _("Secrecy does not apply")
        UNLESS_RESERVED = "applies_unless_reserved", _("Applies unless reserved")
        STRUCK = "struck", _("Struck: no such information here")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="harm_tests",
    )
    provision = models.ForeignKey(
        Provision, models.PROTECT, verbose_name=_("provision"), related_name="+"
    )
    # Copied: the provision as it was when the test was made.
    harm_test = models.CharField(
        _("harm test"), max_length=9, choices=Provision.HarmTest
    )
    outcome = models.CharField(_("outcome"), max_length=24, choices=Outcome)
    motivation = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("motivation"),
        related_name="+",
        null=True,
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("answered by"),
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered"))

    history = History()

    class Meta:
        verbose_name = _("harm test")
        verbose_name_plural = _("harm tests")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "provision"], name="harmtest_one_per_provision"
            ),
            # A reservation takes away a risk of harm; absolute secrecy asks of none.
            models.CheckConstraint(
                condition=~models.Q(
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
