"""The register of an authority as a page on the web, switched on by two."""

from datetime import date

from requests_app.core.two_persons import confirm
from requests_app.registers.models.changes import RegisterPage
from tests.helpers.two_persons import proposed
from tests.helpers.worlds import reused


@reused
def page_by_two(cast, **terms):
    values = {"address": "gsn", "since": date(2020, 1, 1), "is_published": True}
    row = RegisterPage(authority=cast.gsn, **{**values, **terms})
    confirm(proposed(row, cast.per), by=cast.pia)
    return RegisterPage.objects.get(authority=cast.gsn)
