"""What has been published, each as the file that anybody may have. Reads only."""

import json
from typing import Any

from audit_app.sealing.proved_lines import in_json, proof_of_insert
from requests_app.models import Authority, Publication

FEED, SCHEMA = "lockbox-feed", 1


def file_of(publication: Publication) -> str | None:
    """With the proof of the line by which it was published; nothing while that is not
    sealed, for a minute."""
    proof = proof_of_insert(Publication._meta.db_table, publication.pk)
    if proof is None:
        return None
    return in_json({"package": json.loads(publication.body.text), "proof": proof})


def file_name(publication: Publication) -> str:
    return f"{publication.name}-{publication.edition}.json"


def index_of(authority: Authority) -> dict[str, Any]:
    """What a feed begins with: every edition, and which have been revoked."""
    rows = Publication.objects.filter(authority=authority).order_by("name", "edition")
    return {
        "format": FEED,
        "schema": SCHEMA,
        "publisher": authority.name,
        "packages": [
            {
                "name": row.name,
                "edition": row.edition,
                "digest": row.digest,
                "file": file_name(row),
                "revoked": row.revoked_reason,
            }
            for row in rows
        ],
    }
