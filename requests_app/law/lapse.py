"""By when it is said why a review lapsed."""

from datetime import datetime

from requests_app.catalogue.working_days import office_hours_of, working_days_after

# Working days after it lapsed.
DAYS = 5


def cause_due(lapsed_at: datetime) -> datetime:
    """The end of the fifth working day."""
    return office_hours_of(working_days_after(lapsed_at, DAYS)).closes_at
