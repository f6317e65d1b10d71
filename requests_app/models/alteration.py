"""What was found changed behind the application's back."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from audit_app.noticing import notice
from requests_app.models.access_request import AccessRequest
from requests_app.models.authority import Authority
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview
from requests_app.models.table_names import kind_of


class Alteration(AuditedModel):
    """A row that is not what its newest history says, or a text that is not what its
    digest says. Found by whoever happened to read it; ended with a conclusion."""

    retention = WITH_CASE
    belongs = ("authority",)

    class Outcome(models.TextChoices):
        CHANGED = "changed", _("It was changed, or a part is broken")
        FALSE_ALARM = "false_alarm", _("False alarm: nothing was changed")

    object_type = models.CharField(_("kind"), max_length=63, editable=False)
    # A number, or the digest of a content.
    object_id = models.CharField(_("number"), max_length=64, editable=False)
    # Whose page it was met on; nobody's where it was met elsewhere.
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="+",
        null=True,
        editable=False,
    )
    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("request"),
        related_name="+",
        null=True,
        editable=False,
    )
    found_at = models.DateTimeField(_("found"), editable=False)
    found_by = person_field(_("found by"), editable=False)
    outcome = models.CharField(
        _("outcome"), max_length=11, choices=Outcome, blank=True, editable=False
    )
    conclusion = models.CharField(_("conclusion"), max_length=500, blank=True)
    concluded_by = person_field(_("concluded by"), null=True, editable=False)
    concluded_at = models.DateTimeField(_("concluded"), null=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("change outside the system")
        verbose_name_plural = _("changes outside the system")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id"],
                condition=Q(concluded_at=None),
                name="alteration_open_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    concluded_at=None, concluded_by=None, conclusion="", outcome=""
                )
                | Q(concluded_at__isnull=False, concluded_by__isnull=False)
                & ~Q(conclusion="")
                & ~Q(outcome=""),
                name="alteration_concluded_whole",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Change outside the system %(number)s") % {"number": self.pk}

    @property
    def kind(self) -> str:
        return kind_of(self.object_type)


class Place(NamedTuple):
    """Where in a case something stands, as far as it stands in one."""

    request: int | None
    reviews: list[int]
    authority: int | None


def place_of(obj: Any) -> Place:
    review = obj if isinstance(obj, SecrecyReview) else getattr(obj, "review", None)
    if review is not None:
        return Place(review.access_request_id, [review.pk], review.authority_id)
    if isinstance(obj, AccessRequest):
        return Place(obj.pk, [], None)
    request = getattr(obj, "access_request_id", None)
    return Place(request, [], getattr(obj, "authority_id", None))


def altered_rows(request: int | None, reviews: list[int]) -> set[str]:
    """The tables whose rows belonging to this request and these of its reviews are not
    what their newest history says; each row is noticed. One query, whatever their life.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select object_type, object_id from lockbox_altered(%s, %s)",
            [request, reviews],
        )
        return noticed(cursor.fetchall())


def noticed(rows: Iterable[tuple[str, Any]]) -> set[str]:
    """The tables of these rows, by table and key; each is noticed."""
    kinds = set()
    for object_type, object_id in rows:
        notice(object_type, str(object_id))
        kinds.add(object_type)
    return kinds
