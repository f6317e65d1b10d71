"""Limits of unusual reading, set by two managers."""

from requests_app.models import ReadingLimit
from requests_app.workflow.register_change import confirm
from tests.helpers.two_persons import proposed


def limit_by_two(cast, **terms):
    row = ReadingLimit.objects.filter(authority=cast.gsn).first()
    row = row or ReadingLimit(authority=cast.gsn)
    confirm(proposed(row, cast.per, **terms), by=cast.pia)
    return ReadingLimit.objects.get(authority=cast.gsn)
