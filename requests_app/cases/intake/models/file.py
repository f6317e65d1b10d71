"""File, of the models of intake: attachment, file note, message and part."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit_app.history import AuditedModel, History
from requests_app.cases.intake.models.request import AccessRequest, RequestedObject
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.fields import person_field
from requests_app.core.models import Content
from requests_app.core.retention import PROVIDERS_LOG, WITH_CASE, Official, Way
from requests_app.registers.models.cloud import Connection

# Files attached to a review.


class Attachment(AuditedModel):
    """A file of the review: kept by digest, type found from the bytes. Insert-only."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="added_at", title="title")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="attachments",
    )
    title = models.CharField(_("what it is"), max_length=200)
    content = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("file"), related_name="+"
    )
    added_by = person_field(_("added by"))
    added_at = models.DateTimeField(_("added"))

    PROTECTED = ("title",)

    history = History()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"


# File notes: what was learnt otherwise than in writing.


class FileNote(AuditedModel):
    """What was learnt otherwise than in writing: when, and noted by whom (FL 27 §)."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="noted_at", with_whom="source")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="file_notes",
    )
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("note"), related_name="+"
    )
    source = models.CharField(_("from whom"), max_length=200, blank=True)
    happened_at = models.DateTimeField(_("when"))
    tells_need = models.BooleanField(
        _("says what the support case needs"), default=False
    )
    noted_by = person_field(_("noted by"))
    noted_at = models.DateTimeField(_("noted"))

    PROTECTED = ("source",)

    history = History()

    class Meta:
        verbose_name = _("file note")
        verbose_name_plural = _("file notes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"


# What is said between the authority and the provider about a request.


class Message(AuditedModel):
    """A question, an answer or a message. Kept as it was said; never changed."""

    retention = WITH_CASE
    document = Official(Way.OUT, at="said_at", came_in="from_provider")
    belongs = ("review", "access_request__connection")

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="messages",
    )
    # The review that asked. Without one it is for all that review the request.
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="messages",
        null=True,
    )
    from_provider = models.BooleanField(_("from the provider"))
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("text"), related_name="+"
    )
    author = person_field(_("author"))
    said_at = models.DateTimeField(_("said"))
    answers = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("answers"),
        related_name="replies",
        null=True,
    )

    # Where a machine read it at the provider; so it is taken in once.
    external_id = models.CharField(
        _("the provider's number"), max_length=200, blank=True
    )

    history = History()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["access_request", "external_id"],
                condition=~Q(external_id=""),
                name="message_taken_in_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class AccessEvent(models.Model):
    """What the provider says it really did, of a request or in its log. Insert-only."""

    retention = WITH_CASE
    document = PROVIDERS_LOG

    class Act(models.TextChoices):
        READ = "read", pgettext_lazy("what a provider did", "Read")
        CHANGE = "change", _("Changed or repaired")
        COPY = "copy", _("Copied or taken out")
        DELETE = "delete", _("Deleted")
        SHARE = "share", _("Let somebody else in")

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="access_events",
    )
    # The request that it was reported of; what a log tells is only compared with one.
    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="access_events",
        null=True,
    )
    log = models.ForeignKey(
        "requests_app.ProviderLog",
        models.PROTECT,
        verbose_name=_("log"),
        related_name="access_events",
        null=True,
    )
    external_id = models.CharField(_("the provider's event number"), max_length=100)
    happened_at = models.DateTimeField(_("happened"))
    action = models.CharField(_("action"), max_length=200)
    object_name = models.CharField(_("object"), max_length=1000, blank=True)
    actor = models.CharField(_("who"), max_length=200, blank=True)
    # Blank where nobody has said: then there is nothing to compare.
    employer = models.CharField(_("employing company"), max_length=200, blank=True)
    country = models.CharField(_("from which country"), max_length=2, blank=True)
    act = models.CharField(_("kind of act"), max_length=6, choices=Act, blank=True)
    service = models.CharField(_("part of the product"), max_length=200, blank=True)
    # Numbers of requests, as providers.event has them.
    under = models.JSONField(_("done under"), default=list, blank=True)
    perhaps_under = models.JSONField(_("perhaps done under"), default=list, blank=True)
    unasked = models.CharField(_("why it did not ask"), max_length=200, blank=True)
    payload = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("payload"), related_name="+"
    )
    reported_by = person_field(_("reported by"))
    reported_at = models.DateTimeField(_("reported"))

    class Meta:
        verbose_name = _("access event")
        verbose_name_plural = _("access events")
        ordering = ["happened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["access_request", "external_id"],
                condition=Q(log=None),
                name="accessevent_unique",
            ),
            models.UniqueConstraint(
                fields=["log", "external_id"], name="accessevent_of_a_log_unique"
            ),
            models.CheckConstraint(
                condition=Q(log=None, access_request__isnull=False)
                | Q(log__isnull=False, access_request=None),
                name="accessevent_of_a_request_or_a_log",
            ),
        ]
        indexes = [
            models.Index(fields=["connection", "happened_at"]),
            models.Index(fields=["connection", "reported_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# Parts of what is asked for that are tested by themselves.


class PartQuerySet(models.QuerySet["Part"]):
    def standing(self) -> "PartQuerySet":
        return self.filter(ended_at=None)


class Part(AuditedModel):
    """A part of what a review is about, tested by itself: secrecy may apply to one part
    and not to another, and what is not secret is handed out (TF 2:15).

    Together the parts are everything that is asked for. What a part is never changes:
    one that is wrong ends, and another is named.
    """

    retention = WITH_CASE

    class Kind(models.TextChoices):
        OBJECT = "object", _("An object")
        DOCUMENT = "document", _("A document")
        PASSAGE = "passage", _("A passage in a document")
        DATA = "data", _("A kind of data")
        REST = "rest", _("Everything else that is asked for")

    PROTECTED = ("name",)

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="parts",
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    # Where it lies; empty where it is of all that is asked for.
    requested_object = models.ForeignKey(
        RequestedObject,
        models.PROTECT,
        verbose_name=_("in the object"),
        related_name="+",
        null=True,
    )
    # As the decision names it, to the recipient too.
    name = models.CharField(_("the part"), max_length=200)
    named_by = person_field(_("named by"))
    named_at = models.DateTimeField(_("named"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    history = History()
    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="object") | Q(requested_object__isnull=False),
                name="part_object_is_one",
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(kind="rest", ended_at=None),
                name="part_one_rest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
