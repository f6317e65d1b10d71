"""When the sweep last went round, and when each provider last answered our asking.

Not audited: it is written every minute."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.clock import MOST_DIFFERENCE
from audit_app.retention import WHILE_NEEDED
from requests_app.models.belonging import HERE


class Heartbeat(models.Model):
    retention = WHILE_NEEDED
    belongs = HERE

    # When the sweep was last seen at work, when it last came to an end, and whether its
    # clock agrees with the database's.
    SWEEP, ROUND, CLOCK = "sweep", "round", "clock"
    # When the database last took what the watch from outside had it write.
    HEALTH = "health"
    # When the ledger was last sealed and seen by its witnesses, or what hindered.
    LEDGER = "ledger"
    # When somebody outside last saw the ledger; with a trouble where nobody has.
    OUTSIDE = "outside"
    # From which checkpoint the database was found to have gone back.
    GONE_BACK = "gone back"
    # With the number of a connection after it: when the provider last answered, and
    # that it is to tell all it has, after a restore.
    POLL, RESTORED = "poll:", "restored:"
    # With the number of a connection: when what it needs was last asked for.
    READY = "ready:"
    # When the mailbox of providers' notices was last read, or what hindered.
    MAILBOX = "mailbox"
    # With the number of a notice channel: when it last took nothing, how often by now,
    # and why.
    CHANNEL = "channel:"
    # With a digest after it: a push that woke us, so that it does so once.
    WOKEN = "woken:"
    # With a digest after it: word that somebody signed out elsewhere, so that it counts
    # once.
    SIGNED_OUT = "out:"
    # With the number of a roster: when its calendar was last taken in, how often it has
    # failed since, and why.
    ROSTER = "roster:"
    # With the number of a publisher: when its feed was last read, and what hindered.
    FEED = "feed:"
    # With a way to tell people after it (`By`): the same of that.
    WAY = "way:"
    # When a backup was last made, how often it has failed since, and why.
    BACKUP = "backup"
    # When the watch last looked at all causes.
    WATCH = "watch"
    # When the rules of retention were last carried out; the ledger has with what. Until
    # then, with the line up to which they have been.
    RETENTION = "retention"
    STOPPED_AFTER = {
        SWEEP: timedelta(minutes=4),
        ROUND: timedelta(minutes=20),
        LEDGER: timedelta(minutes=20),
    }

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField(_("at"))
    # How many requests the round could not handle: the next one tries them again.
    failures = models.PositiveIntegerField(_("failures"), default=0)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)
    # Where a round that ran out of time goes on.
    position = models.PositiveBigIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def mark_of(cls, connection_id: int) -> str:
        """The name of the mark that it is to tell all it has."""
        return f"{cls.RESTORED}{connection_id}"

    def stopped(self, now: datetime) -> bool:
        """A beat in the future says nothing: a clock is wrong, and hides a stop."""
        since = now - self.at
        return not -MOST_DIFFERENCE <= since <= self.STOPPED_AFTER[self.name]
