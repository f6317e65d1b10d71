"""An authority whose cases are to stand in a diary system of its own, too."""

from audit_app.acting import acting_as
from tests.helpers.worlds import reused


@reused
def with_diary_system(cast):
    authority = cast.gsn
    authority.diary_system = "W3D3"
    with acting_as(cast.per):
        authority.save()
