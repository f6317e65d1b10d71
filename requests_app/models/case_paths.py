"""Which kinds of row belong to a case, by what they refer to."""

from functools import cache
from typing import Any, NamedTuple

from requests_app.models.access_request import AccessRequest
from requests_app.models.paths import models_by_table, path_to
from requests_app.models.review import SecrecyReview


class CasePaths(NamedTuple):
    """From a row to its review and to its request; one may be none."""

    review: str | None
    request: str | None


@cache
def case_paths() -> dict[Any, CasePaths]:
    """By model: of each that leads to a review or a request, but versions."""
    paths = {
        model: CasePaths(path_to(model, SecrecyReview), path_to(model, AccessRequest))
        for model in models_by_table().values()
        if not hasattr(model, "instance_type")
    }
    return {model: path for model, path in paths.items() if any(path)}
