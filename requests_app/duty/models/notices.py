"""Notices, of the models of duty: drill, notice, notice channel, notice ladder, notice
rungs and push device."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.history import AuditedModel, History
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Proposal
from requests_app.core.calendar import is_office_hours
from requests_app.core.fields import person_field
from requests_app.core.municipality import HERE, SealedField
from requests_app.core.people.models import Authority, Role
from requests_app.core.queue import NoticeKind
from requests_app.core.retention import (
    ADDRESSES,
    NOTICES,
    OVERSIGHT,
    REGISTER,
    WITH_CASE,
)
from requests_app.core.words.texts import label_of
from requests_app.duty.models.roster import Act
from requests_app.providers.secrets import WrongKey, unseal
from requests_app.registers.models.cloud import ProviderProduct

# Notices to people: what a person chose, and what each has been told of.


class NoticeWay(models.TextChoices):
    """How it reaches somebody."""

    MAIL = "mail", _("mail")
    COLLEAGUES = "channel", _("channel of colleagues")
    PUSH = "push", _("notice to the phone")
    SMS = "sms", _("text message")


# What a channel of colleagues is told is nobody's own choice.
OWN_WAYS = (NoticeWay.MAIL, NoticeWay.PUSH, NoticeWay.SMS)
# What nobody switches off, and why.
ALWAYS_TOLD = {
    (NoticeWay.MAIL, NoticeKind.DUTY): _(
        "The law gives hours: whoever is to report is always told."
    ),
}


def is_usual(way: str, kind: str) -> bool:
    """Is whoever has chosen nothing told of it so? Of everything by mail, and on the
    phone of what has hours."""
    return way == NoticeWay.MAIL or kind == NoticeKind.ANSWER


class NoticeChoice(AuditedModel):
    """What a person is told of by which way, where it is otherwise than usual."""

    retention = REGISTER

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="notice_choice",
    )
    # Each as `switch` says it.
    switched_off = ArrayField(
        models.CharField(max_length=40), verbose_name=_("switched off"), default=list
    )
    switched_on = ArrayField(
        models.CharField(max_length=40), verbose_name=_("switched on"), default=list
    )

    history = History()

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.person)

    def is_on(self, way: str, kind: str) -> bool:
        """In a query of people it is `requests_app.duty.roster.coverage.wants`."""
        switch = self.switch(way, kind)
        if is_usual(way, kind):
            return switch not in self.switched_off
        return switch in self.switched_on

    @staticmethod
    def switch(way: str, kind: str) -> str:
        return f"{way}:{kind}"

    @staticmethod
    def in_words(switch: str) -> str:
        """What, and by which way."""
        way, _colon, kind = switch.partition(":")
        return f"{label_of(NoticeKind, kind)}: {label_of(NoticeWay, way)}"


class SentNotice(models.Model):
    """That a person has been told of something by this way, with this clock: so told
    once. Only added; the ledger has each."""

    retention = NOTICES
    belongs = HERE

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    way = models.CharField(max_length=7, choices=NoticeWay)
    # The address of what waits, within the site.
    item = models.CharField(max_length=300)
    # Which clock, as requests_app.core.queue.Clock calls it; and which turn, from
    # the second on.
    kind = models.CharField(max_length=20)
    ends_at = models.DateTimeField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("notice sent")
        verbose_name_plural = _("notices sent")
        default_permissions = ()
        indexes = [
            # The mails about a case are found by the address of its page.
            models.Index(
                OpClass("item", name="text_pattern_ops"), name="sentnotice_item"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "way", "item", "kind", "ends_at"],
                name="sentnotice_once_per_clock",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class RefusedAddress(models.Model):
    """An address that the mail server does not take: tried more and more seldom, and
    told to whoever keeps the person. Gone once the server has taken something."""

    retention = ADDRESSES

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    # As it was: another address is not held back for this one's sake.
    address = models.CharField(max_length=254)
    tries = models.PositiveSmallIntegerField()
    refused_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    # In the server's own words.
    answer = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("refused address")
        verbose_name_plural = _("refused addresses")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"


# A drill (övning): would those whose turn it is get in, if a request came now? No case
# is made, and no number taken.

# Who is called: whoever reviews, decides and gives the answer.
CALLED = (Act.REVIEW, Act.DECIDE, Act.EXECUTE)


class Drill(AuditedModel):
    """Begun by a manager for one authority; over when its time is, or it is ended."""

    retention = OVERSIGHT

    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("authority"), related_name="drills"
    )
    begun_by = person_field(_("begun by"))
    begun_at = models.DateTimeField(_("begun"))
    ends_at = models.DateTimeField(_("ends"))
    # Real requests that waited to be answered when it was begun.
    waiting = models.PositiveIntegerField(_("requests that waited"))
    ended_by = person_field(_("ended by"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("drill")
        verbose_name_plural = _("drills")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begun_at")),
                name="drill_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["authority"],
                condition=Q(ended_at=None),
                name="drill_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Drill %(number)s") % {"number": self.pk}

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.ends_at > acting.now()

    @property
    def state(self) -> Any:
        return _("Going on") if self.is_running else _("Over")


class DrillCall(AuditedModel):
    """Somebody who was called in a drill: when the message went, and when they came."""

    retention = OVERSIGHT

    drill = models.ForeignKey(
        Drill, models.PROTECT, verbose_name=_("drill"), related_name="calls"
    )
    person = person_field(_("person"))
    acts = ArrayField(
        models.CharField(max_length=8, choices=Act), verbose_name=_("called to")
    )
    ways = ArrayField(
        models.CharField(max_length=7, choices=NoticeWay),
        verbose_name=_("ways that took the message"),
        default=list,
    )
    told_at = models.DateTimeField(_("message taken"), null=True)
    # Why a way did not take it, in its own words.
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)
    came_at = models.DateTimeField(_("came in"), null=True)

    history = History()

    class Meta:
        verbose_name = _("call of a drill")
        verbose_name_plural = _("calls of drills")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["drill", "person"], name="drillcall_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def acts_in_words(self) -> str:
        return ", ".join(str(label_of(Act, act)) for act in self.acts)

    @property
    def ways_in_words(self) -> str:
        return ", ".join(str(label_of(NoticeWay, way)) for way in self.ways)


# A channel of colleagues, outside Lockbox, that is told what waits for a role.


class NoticeChannel(AuditedModel):
    """Where what waits for whoever has the role is told: number, time and link; or the
    gateway that makes text messages of it, to people.

    Whoever knows the address may write in the channel: it is sealed as the secret is.
    """

    retention = REGISTER

    class Kind(models.TextChoices):
        COLLEAGUES = "colleagues", _("A channel of colleagues")
        SMS = "sms", _("A gateway for text messages")

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="notice_channels",
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind, default=Kind.COLLEAGUES
    )
    # None where it is no role's: all text messages go by one gateway.
    role = models.CharField(_("role"), max_length=24, choices=Role, blank=True)
    host = models.CharField(_("host of the address"), max_length=253, editable=False)
    address_sealed = SealedField(editable=False)
    secret_sealed = SealedField(editable=False)
    made_by = person_field(_("made by"), editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History(excluded_fields=["address_sealed", "secret_sealed"])

    class Meta:
        verbose_name = _("notice channel")
        verbose_name_plural = _("notice channels")
        ordering = ["authority__name", "role", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind", "role"],
                condition=Q(ended_at=None),
                name="noticechannel_one_of_a_role",
                violation_error_message=_(
                    "The role has a channel here already: end that one first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind="sms", role="") | Q(kind="colleagues") & ~Q(role=""),
                name="noticechannel_of_a_role_or_for_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display() or self.get_kind_display()}: {self.host}"


class ChannelNotice(models.Model):
    """That a channel has been told of something, with this clock: so told once. Only
    added; the ledger has each."""

    retention = NOTICES

    channel = models.ForeignKey(NoticeChannel, models.PROTECT, related_name="+")
    # As in SentNotice.
    item = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    ends_at = models.DateTimeField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("notice to a channel")
        verbose_name_plural = _("notices to channels")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "item", "kind", "ends_at"],
                name="channelnotice_once_per_clock",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# The rungs of a notice ladder, and the one rule of which of them tells whom at a
# moment: the sweep asks it, and so does the simulation of a year. Nothing here reads.


class Whom(models.TextChoices):
    ON_DUTY = "on_duty", _("Those on duty")
    ASSIGNED = "assigned", _("The case officer")
    ROLE = "role", _("Everybody with a role")
    PERSON = "person", _("A person by name")
    EVERYBODY = "everybody", _("Everybody who may")


class Hours(models.TextChoices):
    ANY = "any", _("At all hours")
    OFFICE = "office", _("In office hours")
    OTHER = "other", _("Outside office hours")


@dataclass(frozen=True)
class Rung:
    """Whom to tell, by what, from so many percent of the time to our own deadline on.
    Whoever then takes the case has `hold` minutes before the ladder goes on."""

    at: int
    whom: str
    by: tuple[str, ...]
    role: str = ""
    person: int | None = None
    hours: str = Hours.ANY
    hold: int = 120

    def is_open(self, at: datetime) -> bool:
        """Does it tell anybody at this hour?"""
        if self.hours == Hours.ANY:
            return True
        return is_office_hours(at) == (self.hours == Hours.OFFICE)

    def __str__(self) -> str:
        whom = Role(self.role) if self.whom == Whom.ROLE else Whom(self.whom)
        ways = ", ".join(str(NoticeWay(way).label) for way in self.by)
        when = "" if self.hours == Hours.ANY else f" ({Hours(self.hours).label})"
        return f"{self.at} %: {whom.label}, {ways}{when}"


class Rungs(list[dict[str, Any]]):
    """As the database keeps them; in words where a page shows the column."""

    def __str__(self) -> str:
        return "; ".join(str(rung) for rung in read(self))


class RungsField(models.JSONField):
    """The rungs of a ladder: settled together, as one value."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        value = super().from_db_value(value, expression, connection)
        return Rungs(value) if isinstance(value, list) else value

    def deconstruct(self) -> Any:
        # What Python makes of the column is no migration's.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def to_python(self, value: Any) -> Any:
        return Rungs(value) if isinstance(value, list) else value


# Where an authority has laid no ladder of its own.
DEFAULT = (
    Rung(0, Whom.ON_DUTY, (NoticeWay.MAIL, NoticeWay.COLLEAGUES)),
    Rung(30, Whom.ON_DUTY, (NoticeWay.MAIL, NoticeWay.PUSH)),
    Rung(50, Whom.ON_DUTY, OWN_WAYS),
    Rung(60, Whom.ROLE, OWN_WAYS, role=Role.IT_MANAGER),
    Rung(75, Whom.EVERYBODY, tuple(NoticeWay)),
)
MOST = 8  # rungs of one ladder
# Our own deadline lies so many percent of the time before the provider's.
MARGIN = 10


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Rung, ...]:
    return tuple(Rung(**{**row, "by": tuple(row["by"])}) for row in rows)


def written(rungs: Iterable[Rung]) -> Rungs:
    return Rungs({**rung.__dict__, "by": list(rung.by)} for rung in rungs)


def faults(rungs: Sequence[Rung]) -> Iterator[tuple[int, str]]:
    """What is wrong with a ladder, each with the rung that it is about."""
    last = len(rungs) - 1
    for place, rung in enumerate(rungs):
        if place and rung.at < rungs[place - 1].at:
            yield place, gettext("The rungs stand in the order in which they come.")
        if not rung.by:
            yield place, gettext("Choose at least one way to tell them.")
        if (rung.whom == Whom.ROLE) != bool(rung.role):
            yield place, gettext("A role is chosen where everybody with it is told.")
        if (rung.whom == Whom.PERSON) != (rung.person is not None):
            yield place, gettext("A person is chosen where one is told by name.")
    if last < 0 or rungs[last].whom != Whom.EVERYBODY or rungs[last].hours != Hours.ANY:
        yield (
            max(last, 0),
            gettext("The last rung tells everybody who may, at all hours."),
        )


class Taken(NamedTuple):
    """That somebody has said “I take it”, on the rung that had been reached."""

    rung: int
    until: datetime


class Tell(NamedTuple):
    """Tell whom, by what: a person or a channel of colleagues, by key."""

    rung: int
    by: str
    key: int


@dataclass(frozen=True)
class Turn:
    """What waits, as far as a ladder asks: its clock, whom a rung means now, by what
    each can be told, and what has been told and taken already."""

    begins: datetime
    ends: datetime
    circle: Callable[[Rung], Sequence[int]]
    channels: Sequence[int]
    # Is there a way to tell the person so; and is it known to be dead?
    can_tell: Callable[[int, str], bool]
    is_dead: Callable[[str, int], bool]
    taken: Sequence[Taken]
    # The highest rung on which a person or channel was told so: by way and key.
    notices: Mapping[tuple[str, int], int]


def moment_of(rung: Rung, begins: datetime, ends: datetime, margin: int) -> datetime:
    ours = (ends - begins) * (100 - margin) / 100
    return begins + ours * rung.at / 100


def hold_until(at: datetime, ends: datetime, rung: Rung) -> datetime:
    """Until when whoever takes it is left in peace: never longer than half the time."""
    return min(at + timedelta(minutes=rung.hold), at + max(ends - at, timedelta()) / 2)


def reached(rungs: Sequence[Rung], margin: int, turn: Turn, at: datetime) -> int:
    """How many rungs have been reached: those whose time it is; and the next at once
    after one that reaches nobody, or that somebody took and did not come to an end."""
    number = 0
    for rung in rungs:
        is_time = moment_of(rung, turn.begins, turn.ends, margin) <= at
        if not is_time and not (number and _is_passed(rungs, number - 1, turn, at)):
            break
        number += 1
    return number


def _is_passed(rungs: Sequence[Rung], place: int, turn: Turn, at: datetime) -> bool:
    if any(taken.rung == place and taken.until <= at for taken in turn.taken):
        return True
    rung = rungs[place]
    return rung.is_open(at) and not any(
        not turn.is_dead(way, key) for way, key in targets(rung, turn)
    )


def targets(rung: Rung, turn: Turn) -> Iterator[tuple[str, int]]:
    """Whom the rung means now, each by the ways there are to them."""
    people = turn.circle(rung)
    for way in rung.by:
        if way == NoticeWay.COLLEAGUES:
            yield from ((way, key) for key in turn.channels)
        else:
            yield from ((way, key) for key in people if turn.can_tell(key, way))


def is_held(turn: Turn, at: datetime) -> bool:
    """Has somebody taken it, and time left for it?"""
    return any(at < taken.until for taken in turn.taken)


def due(rungs: Sequence[Rung], margin: int, turn: Turn, at: datetime) -> Iterator[Tell]:
    """What is to be told now. Nobody twice at once by the same way: whoever several
    rungs mean is told on the highest."""
    if is_held(turn, at) or at >= turn.ends:
        return
    best: dict[tuple[str, int], int] = {}
    for place in range(reached(rungs, margin, turn, at)):
        if rungs[place].is_open(at):
            best.update(dict.fromkeys(targets(rungs[place], turn), place))
    for (way, key), place in best.items():
        if turn.notices.get((way, key), -1) < place:
            yield Tell(place, way, key)


# Ladders of notices: who is told of a request, when and how, and who takes it.


class NoticeLadder(AuditedModel):
    """Whom an authority that runs a connection has told of a request, and when."""

    retention = REGISTER

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="notice_ladders",
        help_text=_("The one that runs the connections that the requests come by."),
    )
    product = models.ForeignKey(
        ProviderProduct,
        models.PROTECT,
        verbose_name=_("product"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Empty: all that have no ladder of their own."),
    )
    class_from = models.PositiveSmallIntegerField(
        _("from class"),
        validators=[MaxValueValidator(4)],
        default=0,
        help_text=_(
            "For requests that touch information of this class of confidentiality or"
            " a higher one."
        ),
    )
    margin = models.PositiveSmallIntegerField(
        _("our own deadline, percent of the time before the provider's"),
        validators=[MaxValueValidator(50)],
        default=MARGIN,
    )
    rungs = RungsField(_("rungs"))
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("notice ladder")
        verbose_name_plural = _("notice ladders")
        ordering = ["authority__name", "product__name", "class_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "product", "class_from"],
                nulls_distinct=False,
                name="noticeladder_one_for_each",
                violation_error_message=_("There is a ladder for these already."),
            ),
            models.CheckConstraint(
                condition=Q(margin__lte=50), name="noticeladder_margin_leaves_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority.code}: {self.product or _('all products')}"

    def clean(self) -> None:
        if self.rungs is None:
            return
        wrong = [text for _place, text in faults(read(self.rungs))]
        if wrong:
            raise ValidationError({"rungs": wrong})


class RequestLadder(AuditedModel):
    """The ladder and the roster of a request, copied when it arrived: a change of one
    moves nothing for what has begun."""

    retention = WITH_CASE

    access_request = models.OneToOneField(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("request"),
        related_name="notice_ladder",
    )
    rungs = RungsField(_("rungs"))
    margin = models.PositiveSmallIntegerField(_("margin"))
    # For each act and authority the keys of those who were on duty and could act then.
    roster = models.JSONField(_("roster"), default=dict)
    copied_at = models.DateTimeField(_("copied"))

    history = History()

    class Meta:
        verbose_name = _("ladder of a request")
        verbose_name_plural = _("ladders of requests")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"


def rungs_of(copied: RequestLadder | None) -> tuple[Sequence[Rung], int]:
    """The rungs and the margin of a request; of one without a copy, the usual ones."""
    if copied is None:
        return DEFAULT, MARGIN
    return read(copied.rungs), copied.margin


def turn_of(subject: Any) -> int:
    """Which time it waits, as the start page counts it (`queue.aftermath`)."""
    if not isinstance(subject, SecrecyReview):
        return 0
    over = Proposal.objects.filter(review=subject.pk)
    return over.exclude(status=Proposal.Status.OPEN).count()


class TurnTaken(AuditedModel):
    """“I take it”: quiets the ladder for a while, tells the others, decides nothing."""

    retention = WITH_CASE
    belongs = ("review", "access_request__connection")

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("request"),
        related_name="turns_taken",
    )
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="turns_taken",
        null=True,
    )
    # What waits: its address within the site, and the act, as a rung asks for it.
    item = models.CharField(_("page"), max_length=300)
    act = models.CharField(_("act"), max_length=8)
    turn = models.PositiveIntegerField(_("turn"), default=0)
    person = person_field(_("taken by"))
    taken_at = models.DateTimeField(_("taken"))
    rung = models.PositiveSmallIntegerField(_("rung"))
    held_until = models.DateTimeField(_("left in peace until"))

    history = History()

    class Meta:
        verbose_name = _("turn taken")
        verbose_name_plural = _("turns taken")
        default_permissions = ()
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"


class LadderNotice(models.Model):
    """A notice of a ladder: begun before it is sent, and then sent or failed. One that
    was begun and is neither may have been sent: it goes again, and says so."""

    retention = NOTICES

    access_request = models.ForeignKey(
        AccessRequest, models.PROTECT, related_name="ladder_notices"
    )
    item = models.CharField(max_length=300)
    act = models.CharField(max_length=8)
    # Which time it waits for that: it may have been sent back.
    turn = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField()
    rung = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=7, choices=NoticeWay)
    # The key of the person, or of the channel of colleagues.
    key = models.BigIntegerField()
    # That somebody has taken it, where that is what is told.
    taken = models.ForeignKey(
        TurnTaken, models.PROTECT, related_name="notices", null=True
    )
    # Of many at once: the notice that told of them all, itself too.
    told_with = models.ForeignKey("self", models.PROTECT, related_name="+", null=True)
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    maybe_twice = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("notice by a ladder")
        verbose_name_plural = _("notices by ladders")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("item", "act", "turn", "ends_at"),
                    *("rung", "by", "key", "taken"),
                ],
                nulls_distinct=False,
                name="laddernotice_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["sent_at"],
                condition=Q(sent_at=None),
                name="laddernotice_not_sent",
            ),
            # Those of a case are found by the address of its page.
            models.Index(
                OpClass("item", name="text_pattern_ops"), name="laddernotice_item"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# How a person is reached on the phone: browsers that take notices, and a number.


class PushDevice(AuditedModel):
    """A browser of a person's that takes notices (Web Push). Whoever knows the address
    and the secret can have it show something: both are sealed."""

    retention = ADDRESSES

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="push_devices",
    )
    name = models.CharField(_("what you call it"), max_length=60)
    host = models.CharField(_("host of the address"), max_length=253, editable=False)
    address_sealed = SealedField(editable=False)
    keys_sealed = SealedField(editable=False)
    # The same browser once, without its address being readable.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    end_reason = models.CharField(
        _("why it ended"), max_length=60, blank=True, editable=False
    )

    history = History(excluded_fields=["address_sealed", "keys_sealed"])

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        default_permissions = ()
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"


PHONE_NUMBER = RegexValidator(
    r"^\+[1-9][0-9]{6,14}$",
    _("Write it with the country first, such as +46701234567."),
)


class PhoneNumber(AuditedModel):
    """A person's number for text messages, told by themselves and shown to nobody
    else. Sealed, and never in history: so that it is gone when the row is."""

    retention = ADDRESSES

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="phone_number",
    )
    number_sealed = SealedField(blank=True, editable=False)

    history = History(excluded_fields=["number_sealed"])

    class Meta:
        verbose_name = _("number for text messages")
        verbose_name_plural = _("numbers for text messages")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def number(self) -> str:
        """Empty where none is told, or no key that we have opens it."""
        try:
            return unseal(self.number_sealed) if self.number_sealed else ""
        except WrongKey:
            return ""
