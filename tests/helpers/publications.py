"""Packages published by two persons of the school board, as files with their proof."""

from audit_app.sealing import sealer
from requests_app.core import two_persons
from requests_app.disclosure.publication import file_of, offered, publish
from requests_app.registers.models.changes import Publication, Publisher
from tests.helpers.ledgers import nobody
from tests.helpers.two_persons import proposed


def published(cast, *keys, name="mangder", texts=(), title="Mängder i skolan"):
    """Drawn up by Lena and confirmed by Karin: what has these keys, or all sets."""
    rows = [
        one
        for one in offered(cast.gsn)
        if one.key in keys or (not keys and one.kind == "information-sets")
    ]
    terms = {"name": name, "title": title, "rows": rows, "texts": texts}
    change = publish(cast.gsn, by=cast.lena, **terms)
    two_persons.confirm(change, by=cast.karin)
    return Publication.objects.order_by("-pk").first()


def sealed_file(publication):
    assert sealer.seal_round(nobody) == []
    return file_of(publication)


def believing(cast, authority, key, *, name="Grundskolenämnden", feed=""):
    """A publisher that the authority's two persons have added."""
    row = Publisher(authority=authority, name=name, key=str(key), feed=feed)
    row.full_clean()
    first, second = (cast.per, cast.ivar)
    two_persons.confirm(proposed(row, first), by=second)
    return Publisher.objects.get(authority=authority, name=name)
