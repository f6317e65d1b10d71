"""What copies of official documents cost at an authority: by avgiftsförordningen
(1992:191) 16 § for the state; a municipality's council decides its own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.disclosure_request import DisclosureRequest
from requests_app.models.retention import REGISTER


class DisclosureTariff(AuditedModel):
    """An authority's tariff. Where it has none, copies cost nothing."""

    retention = REGISTER

    authority = models.OneToOneField(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="disclosure_tariff",
    )
    free_pages = models.PositiveSmallIntegerField(
        _("pages without a fee"),
        default=9,
        help_text=_("As long as it is no more than these, nothing is paid."),
    )
    first_fee = models.PositiveSmallIntegerField(
        _("fee for one page more (SEK)"),
        default=50,
        help_text=_("For all pages so far."),
    )
    page_fee = models.PositiveSmallIntegerField(
        _("fee for each page after that (SEK)"), default=2
    )
    basis = models.CharField(
        _("by which decision"),
        max_length=100,
        help_text=_("Date and paragraph of the council's decision, or the ordinance."),
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("tariff of copies")
        verbose_name_plural = _("tariffs of copies")
        ordering = ["authority__name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(basis=""),
                name="disclosuretariff_says_by_what",
            )
        ]

    def __str__(self) -> str:
        return str(self.authority)

    def fee_for(self, pages: int) -> int:
        """In kronor."""
        beyond = pages - self.free_pages
        return 0 if beyond <= 0 else self.first_fee + (beyond - 1) * self.page_fee


def fee_of(row: DisclosureRequest, way: str) -> int:
    """What its copies cost: nothing for who reads on the spot or asks for their own
    data (GDPR 12.5), or where the authority has no tariff."""
    if row.of_data_subject_id is not None:
        return 0
    tariff = DisclosureTariff.objects.filter(authority=row.authority_id).first()
    is_copy = way != DisclosureRequest.Way.SEEN
    return tariff.fee_for(row.pages) if tariff and is_copy else 0
