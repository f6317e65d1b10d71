"""How user names end where there are several municipalities: so that whether a name is
taken says nothing of another's people."""

from django.utils.translation import gettext as _

from requests_app.models import Municipality


def why_not_called(username: str, municipality: int) -> str:
    """Why nobody there is called so, whether or not somebody is; nothing where the name
    ends as it should. The first municipality of an installation has no ending."""
    name = username.casefold()
    for place in Municipality.objects.exclude(name_ending=""):
        if place.pk == municipality and not name.endswith(place.name_ending):
            return _("User names here end in %(ending)s.") % {
                "ending": place.name_ending
            }
        if place.pk != municipality and name.endswith(place.name_ending):
            return _("No user name here ends so.")
    return ""
