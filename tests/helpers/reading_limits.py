"""Limits of unusual reading, set by two managers."""

from requests_app.core.two_persons import confirm
from requests_app.registers.models.changes import ReadingLimit
from tests.helpers.two_persons import proposed


def limit_by_two(cast, **terms):
    row = ReadingLimit.objects.filter(authority=cast.gsn).first()
    row = row or ReadingLimit(authority=cast.gsn)
    confirm(proposed(row, cast.per, **terms), by=cast.pia)
    return ReadingLimit.objects.get(authority=cast.gsn)
