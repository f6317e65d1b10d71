"""A place on a page of a document that is asked for: masked, or handed out."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content_field import content_field
from requests_app.models.disclosed_document import DisclosedDocument
from requests_app.models.disclosure_request import DisclosureRequest
from requests_app.models.official import ELSEWHERE
from requests_app.models.person_field import person_field
from requests_app.models.provision import Provision
from requests_app.models.retention import WITH_CASE

# Sides of a page: places are told in ten-thousandths of its width and height.
FULL = 10_000


class Redaction(AuditedModel):
    """Words at a place: proposed to be masked when the pages were drawn, or chosen; and
    what somebody made of it. The words are content: they may be what is secret."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("To be judged")
        MASKED = "masked", _("Masked")
        GIVEN = "given", _("Handed out")

    class Source(models.TextChoices):
        """What made somebody, or the program, look at it."""

        CHOSEN = "chosen", _("chosen on the page")
        OBJECT = "object", _("what the access was asked for")
        PERSON = "person", _("a person of the case")
        ADDRESS = "address", _("an e-mail address")
        BEFORE = "before", _("masked in an earlier hand-out")

    of_document = models.ForeignKey(
        DisclosedDocument,
        models.PROTECT,
        verbose_name=_("document asked for"),
        related_name="redactions",
        editable=False,
    )
    page = models.PositiveIntegerField(
        _("page"), validators=[MinValueValidator(1)], editable=False
    )
    left = models.PositiveSmallIntegerField(_("left"), editable=False)
    top = models.PositiveSmallIntegerField(_("top"), editable=False)
    right = models.PositiveSmallIntegerField(_("right"), editable=False)
    bottom = models.PositiveSmallIntegerField(_("bottom"), editable=False)
    words = content_field(_("words under it"))
    status = models.CharField(_("status"), max_length=8, choices=Status, editable=False)
    source = models.CharField(
        _("why it was looked at"), max_length=8, choices=Source, editable=False
    )
    before = models.ForeignKey(
        DisclosureRequest,
        models.PROTECT,
        verbose_name=_("masked in"),
        related_name="+",
        null=True,
        editable=False,
    )
    provision = models.ForeignKey(
        Provision,
        models.PROTECT,
        verbose_name=_("provision by which it is masked"),
        related_name="+",
        null=True,
        editable=False,
    )
    why = content_field(_("why"), null=True)
    made_by = person_field(_("judged by"), editable=False)
    made_at = models.DateTimeField(_("judged"), editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        ordering = ["page", "top", "left", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(right__gt=F("left"), bottom__gt=F("top"))
                & Q(right__lte=FULL, bottom__lte=FULL, page__gte=1),
                name="redaction_on_the_page",
            ),
            models.CheckConstraint(
                condition=Q(source="before", before__isnull=False)
                | ~Q(source="before") & Q(before=None),
                name="redaction_says_where_it_was_masked",
            ),
            models.CheckConstraint(
                condition=~Q(status="masked") | Q(provision__isnull=False),
                name="redaction_masked_by_a_provision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_document_id} # {self.pk}"
