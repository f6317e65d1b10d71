"""What came of holding a provider's record of an act against what was granted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Outcome(models.TextChoices):
    INSIDE = "inside", _("Within what was granted")
    OUTSIDE_TIME = "time", _("Outside the time")
    OUTSIDE_SCOPE = "scope", pgettext_lazy("act", "Outside what was granted")
    WITHOUT_GRANT = "no_grant", _("Without a grant")
    BYPASS = "bypass", _("The provider did not ask")
    UNCLEAR = "unclear", _("Can't be settled")


class Confidence(models.TextChoices):
    """How sure it is that the record belongs to the access it was matched with."""

    HIGH = "high", pgettext_lazy("confidence", "High")
    MEDIUM = "medium", pgettext_lazy("confidence", "Medium")
    LOW = "low", pgettext_lazy("confidence", "Low")


class Reason(models.TextChoices):
    """How it was matched, or why not."""

    BY_NUMBER = "number", _("By the number of the request")
    BY_OBJECT = "object", _("By the object and the time")
    BY_TIME = "time", _("By the time alone")
    UNKNOWN_NUMBER = "unknown", _("It names a request that is not known here")
    NOT_GRANTED = "not_granted", _("It names a request that was never granted")
    UNASKED = "unasked", _("The provider says that it did not ask")
    NOTHING_OPEN = "nothing", _("No access was open then")
    UNKNOWN_COUNTRY = "country", _("It names a country that is not known here")
    UNKNOWN_ACT = "act", _("It names a kind of act that is not known here")


class Use(models.TextChoices):
    """Whether access was used, as far as the provider's record tells."""

    USED = "used", pgettext_lazy("access", "Used")
    NEVER_USED = "never", pgettext_lazy("access", "Never used")
    UNKNOWN = "unknown", pgettext_lazy("access", "Not known: the record has a gap")
    RUNNING = "running", pgettext_lazy("access", "Still running")
