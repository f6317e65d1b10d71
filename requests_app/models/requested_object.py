"""What a request wants to touch, object by object."""

from collections.abc import Iterator

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.access_request import AccessRequest
from requests_app.models.cloud import CloudObject
from requests_app.models.retention import WITH_CASE


class RequestedObjectQuerySet(models.QuerySet["RequestedObject"]):
    def still_named(self) -> "RequestedObjectQuerySet":
        """What no later revision of the request has left out."""
        return self.filter(removed_in_revision=None)

    def unrouted(self) -> "RequestedObjectQuerySet":
        """Objects that no review has taken."""
        return self.still_named().filter(review=None)

    def numbered(self, access_request: int) -> Iterator[tuple[int, "RequestedObject"]]:
        """The objects of a request, each after its place in it."""
        rows = self.filter(access_request=access_request).order_by("pk")
        return enumerate(rows.select_related("cloud_object"), start=1)


class RequestedObject(AuditedModel):
    """An object the request names, and the review it is part of once it is routed."""

    retention = WITH_CASE
    belongs = ("review", "access_request__connection")

    PROTECTED = ("external_id",)

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="requested_objects",
    )
    external_id = models.CharField(_("as the provider names it"), max_length=1000)
    cloud_object = models.ForeignKey(
        CloudObject,
        models.PROTECT,
        verbose_name=_("cloud object"),
        related_name="requested",
        null=True,
    )
    review = models.ForeignKey(
        "requests_app.SecrecyReview",
        models.PROTECT,
        verbose_name=_("review"),
        related_name="requested_objects",
        null=True,
        editable=False,
    )
    added_in_revision = models.PositiveIntegerField(_("added in revision"), default=1)
    removed_in_revision = models.PositiveIntegerField(
        _("removed in revision"), null=True
    )

    history = History()
    objects = RequestedObjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("requested object")
        verbose_name_plural = _("requested objects")
        ordering = ["id"]
        constraints = [
            # Over a digest: a name may be longer than an index row.
            models.UniqueConstraint(
                F("access_request"), MD5("external_id"), name="requestedobject_unique"
            )
        ]
        indexes = [
            models.Index(
                fields=["access_request"],
                condition=Q(review=None, removed_in_revision=None),
                name="requestedobject_unrouted",
            ),
            models.Index(
                fields=["review"],
                condition=Q(cloud_object=None, removed_in_revision=None),
                name="requestedobject_unknown",
            ),
        ]

    def called(self, place: int) -> str:
        """What papers call it: our own neutral designation; where we have none, its
        place in the request. Never the provider's address, which may hold a name."""
        return self.designation or f"objekt {place} i begäran"

    @property
    def designation(self) -> str:
        """Our own, where it is in the map."""
        return self.cloud_object.designation if self.cloud_object else ""

    def __str__(self) -> str:
        # The provider's name for an object can itself be secret.
        return self.designation or f"{self.pk}"
