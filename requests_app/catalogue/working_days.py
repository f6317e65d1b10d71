"""Sweden's working days, and the office hours in them."""

from datetime import datetime, time

from django.utils import timezone
from holidays.countries.sweden import Sweden

# Its working days leave out weekends, holidays, and eves that are kept as holidays.
CALENDAR = Sweden(categories=("public", "de_facto"))
OPENS, CLOSES = time(7), time(18)


def is_office_hours(at: datetime) -> bool:
    local = timezone.localtime(at)
    return CALENDAR.is_working_day(local.date()) and OPENS <= local.time() < CLOSES
