"""One authority's secrecy review of a request, and who may work on it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.catalogue.tree import version_now as tree_version_now
from requests_app.models.access_request import AccessRequest
from requests_app.models.authority import Authority, SecrecyBranch
from requests_app.models.content import Content
from requests_app.models.official import ELSEWHERE
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.revoked_status import get_status_display
from requests_app.words.addresses import redact


class ReviewQuerySet(models.QuerySet["SecrecyReview"]):
    def live(self) -> "ReviewQuerySet":
        """Reviews that have a say in the answer."""
        return self.exclude(status__in=SecrecyReview.MOVED)


class SecrecyReview(AuditedModel):
    """An authority's secrecy review of a request (sekretessprövning, delprövning)."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Status(models.TextChoices):
        NEW = "new", _("To be registered")
        REGISTERED = "registered", _("Registered")
        ASSIGNED = "assigned", _("Assigned")
        IN_ASSESSMENT = "in_assessment", _("Under assessment")
        PROPOSED = "proposed", _("Decision proposed")
        DECIDED = "decided", _("Decided")
        LAPSED = "lapsed", _("Lapsed without a decision")
        STOPPED = "stopped", _("Stopped, protective security")
        REROUTED = "rerouted", _("Moved to another authority")
        MERGED = "merged", _("Merged into another")
        DROPPED = "dropped", _("No longer concerned")
        CLOSED = "closed", _("Closed")

    class SecurityProtection(models.TextChoices):
        NOT_ASSESSED = "not_assessed", _("Not assessed")
        NO = "no", _("No")
        SUSPECTED = "suspected", _("Suspected")
        YES = "yes", _("Yes")

    class Matter(models.TextChoices):
        """What is asked for, which decides what must become of it."""

        ACCESS = "access", _("Access for support or operation")
        DOCUMENTS = "documents", _("Official documents (TF chapter 2)")
        FOREIGN_DEMAND = "foreign", _("A demand by a foreign authority or court")

    # Somebody still works towards a decision.
    OPEN = (
        *(Status.NEW, Status.REGISTERED, Status.ASSIGNED),
        *(Status.IN_ASSESSMENT, Status.PROPOSED),
    )
    # Somebody works on it, until it is closed.
    HELD = (*OPEN, Status.DECIDED, Status.LAPSED)
    # The review has no say in the answer.
    MOVED = (Status.REROUTED, Status.MERGED, Status.DROPPED)

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="reviews",
    )
    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("authority"), related_name="reviews"
    )
    branch = models.ForeignKey(
        SecrecyBranch,
        models.PROTECT,
        verbose_name=_("branch of activity"),
        null=True,
        blank=True,
        related_name="reviews",
    )
    # The version of the law's questions that it began with (catalogue/trees).
    tree = models.CharField(
        _("decision tree"), max_length=20, default=tree_version_now, editable=False
    )
    # No role opens it: only people named on it know that it exists.
    is_named_list = models.BooleanField(
        _("only for people named"), default=False, editable=False
    )
    # Who put it there, and who else stands for that; neither where its information set
    # is on a list, or a review that it follows.
    listed_by = person_field(_("put on a named list by"), null=True, editable=False)
    list_confirmed_by = person_field(
        _("named list confirmed by"), null=True, editable=False
    )
    diary_number = models.CharField(_("diary number"), max_length=40, blank=True)
    # Set when the number comes from our own series; counts within authority and year.
    diary_year = models.PositiveSmallIntegerField(
        _("year in our series"), null=True, editable=False
    )
    diary_sequence = models.PositiveIntegerField(
        _("number in our series"), null=True, editable=False
    )
    registered_at = models.DateTimeField(_("registered"), null=True, editable=False)
    public_subject = models.CharField(_("public subject"), max_length=200, blank=True)
    protected_subject = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("protected subject"),
        related_name="+",
        null=True,
    )
    # Asked when the review is registered; never changed by what the provider says.
    matter = models.CharField(
        _("what is asked for"),
        max_length=9,
        choices=Matter,
        default=Matter.ACCESS,
        editable=False,
    )
    treaty_ground = models.CharField(
        _("what a foreign demand rests on"),
        max_length=300,
        blank=True,
        editable=False,
    )
    case_officer = person_field(_("case officer"), null=True, editable=False)
    security_protection = models.CharField(
        _("security-classified information"),
        max_length=12,
        choices=SecurityProtection,
        default=SecurityProtection.NOT_ASSESSED,
        editable=False,
    )
    status = models.CharField(
        _("status"), max_length=14, choices=Status, default=Status.NEW, editable=False
    )
    # Is what is asked for tested in parts?
    is_divided = models.BooleanField(
        _("tested in parts"), default=False, editable=False
    )
    # When it began: had the same been asked for in a request that was stopped?
    is_like_stopped = models.BooleanField(
        _("like a request that was stopped"), default=False, editable=False
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("secrecy review")
        verbose_name_plural = _("secrecy reviews")
        ordering = ["-id"]
        permissions = [("work_secrecyreview", _("Can work on this review"))]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "diary_number"],
                condition=~Q(diary_number=""),
                name="review_diary_number_unique",
                violation_error_message=_("The diary number is already taken."),
            ),
            models.UniqueConstraint(
                fields=["access_request", "authority", "branch"],
                condition=~Q(status__in=["rerouted", "merged", "dropped"]),
                nulls_distinct=False,
                name="review_one_per_authority",
            ),
            models.CheckConstraint(
                condition=Q(status="new")
                | ~Q(diary_number="")
                | Q(
                    status__in=[
                        *["lapsed", "stopped", "rerouted"],
                        *["merged", "dropped", "proposed"],
                    ]
                ),
                name="review_registered_before_work",
            ),
            models.CheckConstraint(
                condition=~Q(security_protection__in=["suspected", "yes"])
                | Q(status__in=["stopped", "closed"]),
                name="review_security_protection_stops",
            ),
            models.CheckConstraint(
                condition=Q(list_confirmed_by=None)
                | ~Q(list_confirmed_by=F("listed_by")),
                name="review_listed_by_two",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "-id"]),
            models.Index(
                fields=["authority", "status"],
                condition=~Q(status__in=["closed", "rerouted", "merged", "dropped"]),
                name="review_open",
            ),
            models.Index(fields=["authority", "diary_year", "-diary_sequence"]),
            models.Index(
                fields=["access_request"],
                condition=Q(security_protection__in=["suspected", "yes"]),
                name="review_stopped",
            ),
            models.Index(
                fields=["access_request"],
                condition=Q(status="dropped"),
                name="review_dropped",
            ),
            models.Index(
                fields=["authority", "-id"],
                condition=Q(is_named_list=True),
                name="review_listed",
            ),
        ]

    get_status_display = get_status_display

    def __str__(self) -> str:
        if self.diary_number:
            return self.diary_number
        values = {"code": self.authority.code, "number": self.pk}
        return gettext("%(code)s, not registered (no. %(number)s)") % values

    @property
    def is_moved(self) -> bool:
        """Has it no say any more: handed over, merged, no longer concerned?"""
        return self.status in self.MOVED

    @property
    def open_subject(self) -> str:
        """As lists and papers have the public subject: without what is personal."""
        return redact(self.public_subject)

    @property
    def asks_for_documents(self) -> bool:
        """Is it a request for official documents, as registered or as assessed?"""
        is_registered = self.matter == self.Matter.DOCUMENTS
        return is_registered or self.answers.filter(node="N0.tf", answer="yes").exists()

    @property
    def list_waits(self) -> bool:
        """Has nobody but the one who put it on a named list stood for that yet?"""
        return self.listed_by_id is not None and self.list_confirmed_by_id is None
