"""What descriptions of open data share (DCAT-AP-SE), as parts of JSON-LD."""

from datetime import date
from typing import Any

from requests_app.models import Authority

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
EU = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def publisher_of(authority: Authority, folder: str) -> dict[str, Any]:
    return {
        "@id": f"{folder}/#utgivare",
        "@type": "foaf:Agent",
        "foaf:name": authority.name,
        "dcterms:type": {"@id": "http://purl.org/adms/publishertype/LocalAuthority"},
    }


def contact_point(authority: Authority, folder: str) -> dict[str, Any]:
    """Of a data set; nothing where the authority has no address for mail."""
    if not authority.email:
        return {}
    return {
        "dcat:contactPoint": {
            "@id": f"{folder}/#kontakt",
            "@type": "vcard:Organization",
            "vcard:fn": authority.name,
            "vcard:hasEmail": {"@id": f"mailto:{authority.email}"},
        }
    }


def swedish(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "sv"}


def day(of: date) -> dict[str, str]:
    return {"@value": f"{of}", "@type": "xsd:date"}
