"""Until when it is known what was done on a connection: until then for every log of it."""

import pytest
from django.utils import timezone

from requests_app.oversight.models import LogPosition
from requests_app.oversight.steps.acts import file_log, known_until_of, logs_of
from tests.helpers.two_persons import changed_by_managers

pytestmark = pytest.mark.django_db


@pytest.fixture
def logs(cast):
    """Those of Microsoft 365, each read until now."""
    changed_by_managers(cast, cast.m365.product, channel="exchange_online")
    rows = logs_of(cast.m365, by=cast.intake)
    LogPosition.objects.update(read_until=timezone.now())
    return rows


def test_it_is_known_as_far_as_the_latest_record_may_come(cast, logs):
    read_until = LogPosition.objects.first().read_until
    longest = max(row.log.longest_delay for row in logs)
    assert known_until_of(cast.m365) == read_until - longest
    assert known_until_of(cast.azure) is None


def test_one_log_that_is_not_read_leaves_all_unknown(cast, logs):
    LogPosition.objects.filter(log=logs[0]).update(read_until=None)
    assert known_until_of(cast.m365) is None


def test_one_that_is_switched_off_does_so_too(cast, logs):
    changed_by_managers(cast, logs[0], is_read=False)
    assert known_until_of(cast.m365) is None


def test_and_so_does_a_file_which_is_no_whole_log(cast, logs):
    file_log(cast.m365, by=cast.intake)
    assert known_until_of(cast.m365) is None
