"""What a data subject is given of a case, and what is kept back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.data_subject_request import DataSubjectRequest
from requests_app.models.official import ELSEWHERE
from requests_app.models.person_field import person_field
from requests_app.models.provision import Provision
from requests_app.models.retention import DATA_SUBJECT
from requests_app.models.review import SecrecyReview


class Disclosure(AuditedModel):
    """The secrecy test of one case for one request: what is given, in words; by which
    provision the rest is kept back, and why."""

    retention = DATA_SUBJECT
    document = ELSEWHERE

    request = models.ForeignKey(
        DataSubjectRequest,
        models.PROTECT,
        verbose_name=_("request of a data subject"),
        related_name="disclosures",
        editable=False,
    )
    # None of what belongs to no case.
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="disclosures",
        null=True,
        editable=False,
    )
    given = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what is given"),
        related_name="+",
        null=True,
        editable=False,
    )
    provision = models.ForeignKey(
        Provision,
        models.PROTECT,
        verbose_name=_("provision by which it is kept back"),
        related_name="+",
        null=True,
        editable=False,
    )
    why = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why it is kept back"),
        related_name="+",
        null=True,
        editable=False,
    )
    tested_by = person_field(_("tested by"), editable=False)
    tested_at = models.DateTimeField(_("tested"), editable=False)

    history = History()

    class Meta:
        verbose_name = _("secrecy test for a data subject")
        verbose_name_plural = _("secrecy tests for data subjects")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "review"],
                nulls_distinct=False,
                name="disclosure_once_of_a_case",
            ),
            models.CheckConstraint(
                condition=Q(provision=None, why=None, given__isnull=False)
                | Q(provision__isnull=False, why__isnull=False),
                name="disclosure_given_or_kept_back_with_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.review) if self.review else gettext("of no case")
