"""The models of privacy: accessibility and processing paper."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.core.fields import refuse_backward_days
from requests_app.core.people.models import Authority
from requests_app.core.retention import REGISTER

# The accessibility statement of the act (2018:1937), which each public actor makes for
# its own use of Lockbox.


class AccessibilityStatement(AuditedModel):
    """One of each authority that publishes one; changed in place, with its history."""

    retention = REGISTER

    class Status(models.TextChoices):
        FULLY = "fully", _("Fully compliant")
        PARTLY = "partly", _("Partly compliant")
        NOT = "not", _("Not compliant")

    authority = models.OneToOneField(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="accessibility_statement",
    )
    operator = models.CharField(
        _("public actor"),
        max_length=200,
        help_text=_("Who answers for the service, such as the municipality's name."),
    )
    status = models.CharField(_("compliance"), max_length=6, choices=Status)
    tested_how = models.TextField(
        _("how it was tested"),
        help_text=_("By yourselves or by somebody else, with what, and which pages."),
    )
    tested_on = models.DateField(_("tested on"))
    documents = models.TextField(
        _("decisions and other papers as PDF"),
        help_text=_("How far they are accessible, and what somebody can ask for."),
    )
    contact_email = models.EmailField(_("e-mail for remarks and help"))
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact_address = models.CharField(_("postal address"), max_length=200, blank=True)
    answered_within = models.CharField(
        _("when you answer"),
        max_length=100,
        help_text=_("Such as: within two working days."),
    )
    published_on = models.DateField(_("published on"))
    revised_on = models.DateField(_("last revised on"))

    history = History()

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statements")
        ordering = ["operator"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revised_on__gte=F("published_on"))
                & Q(revised_on__gte=F("tested_on")),
                name="accessibilitystatement_dates_in_order",
                violation_error_message=_(
                    "It is revised on the day it was published and tested, or later."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.operator

    def clean(self) -> None:
        for begins in ("tested_on", "published_on"):
            refuse_backward_days(self, "revised_on", begins=begins)


class AccessibilityFault(AuditedModel):
    """Something that does not work fully, by the criterion it fails."""

    retention = REGISTER

    class Reason(models.TextChoices):
        FAULT = "fault", _("Not compliant yet")
        BURDEN = "burden", _("Disproportionate burden (12 §)")
        EXEMPT = "exempt", _("Not covered by the act")

    statement = models.ForeignKey(
        AccessibilityStatement,
        models.PROTECT,
        verbose_name=_("accessibility statement"),
        related_name="faults",
    )
    criterion = models.CharField(
        _("criterion"),
        max_length=200,
        help_text=_("Such as WCAG 1.3.1 Info and Relationships."),
    )
    what = models.TextField(_("what does not work"))
    reason = models.CharField(_("reason"), max_length=6, choices=Reason)
    alternative = models.TextField(_("what one can do instead"), blank=True)
    mended_by = models.DateField(_("mended at the latest"), null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = _("fault in accessibility")
        verbose_name_plural = _("faults in accessibility")
        ordering = ["criterion", "id"]

    def __str__(self) -> str:
        return self.criterion


# An authority's papers on the processing of personal data in Lockbox: what it has
# filled in, and of which text two persons have said that it holds.


class ProcessingPaper(AuditedModel):
    """One of each kind and authority: by two persons, as it was on a day. `wording` is
    what the product said then, from its models and texts, and `digest` is of that."""

    class Kind(models.TextChoices):
        RECORD = "record", _("Record of processing (article 30)")
        ASSESSMENT = "assessment", _("Impact assessment (article 35)")
        STAFF = "staff", _("Notice to staff")
        RETENTION = "retention", _("Schedule of retention")
        PROCESSOR = "processor", _("Annex for a processor (article 28)")
        TRANSFERS = "transfers", _("Annex on transfers (articles 44–49)")
        CLASSIFICATION = "classification", _("Classification of Lockbox")

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="processing_papers",
    )
    kind = models.CharField(_("paper"), max_length=16, choices=Kind)
    diary_number = models.CharField(
        _("reference number of the paper"), max_length=50, blank=True
    )
    contact = models.CharField(
        _("contact of the authority"), max_length=300, blank=True
    )
    officer = models.CharField(
        _("data protection officer and contact"), max_length=300, blank=True
    )
    processor = models.CharField(
        _("who runs the system for you"),
        max_length=300,
        blank=True,
        help_text=_("If you run it yourselves: say so."),
    )
    contract = models.CharField(
        _("number of the contract with them"), max_length=100, blank=True
    )
    remarks = models.TextField(
        _("what else holds with you"),
        blank=True,
        help_text=_("Stands last on the paper: your own assessment, dates of talks."),
    )
    drawn_on = models.DateField(_("drawn up on"), editable=False)
    wording = models.TextField(_("text that was signed"), editable=False)
    digest = models.CharField(_("what the product said"), max_length=64, editable=False)

    history = History()
    retention = REGISTER

    class Meta:
        verbose_name = _("paper on processing")
        verbose_name_plural = _("papers on processing")
        ordering = ["authority__name", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind"], name="processingpaper_once_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.authority}"
