"""How long an authority has to answer a data subject (GDPR 12.3)."""

from datetime import datetime, time

from django.utils import timezone

from requests_app.catalogue.working_days import months_after, working_day_from

MONTHS = 1
# With the two months more that may be told of within the first.
MONTHS_EXTENDED = 3


def answer_by(received_at: datetime, months: int = MONTHS) -> datetime:
    """The last minute of the day so many months after it came, or of the working day
    that comes next (Regulation 1182/71, article 3.2 c and 3.4)."""
    day = working_day_from(months_after(timezone.localdate(received_at), months))
    return datetime.combine(day, time(23, 59), timezone.get_default_timezone())
