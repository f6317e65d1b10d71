"""A list to dispose of as its page shows it."""

from typing import Any, NamedTuple

from django.db.models import Prefetch

from requests_app.law.disposal import obstacles_of
from requests_app.models import Disposal, DisposalAnswer, DisposalItem
from requests_app.models.disposal import Obstacle
from requests_app.permissions.visibility import visible_to
from requests_app.words.phrases import label_of


class Line(NamedTuple):
    """A case of the list: what was answered, and what stands in the way of its going.
    `key`: of a case that stands and that the person may see."""

    item: DisposalItem
    answer: DisposalAnswer | None
    obstacle: str
    is_gone: bool
    key: int | None


def lines_of(user: Any, disposal: Disposal) -> list[Line]:
    answers = DisposalAnswer.objects.order_by("pk").select_related("answered_by")
    rows = disposal.items.select_related("rule", "disposed_case").prefetch_related(
        Prefetch("answers", answers)
    )
    is_open = disposal.status in Disposal.OPEN
    obstacles = obstacles_of(disposal) if is_open else {}
    items = list(rows.order_by("pk"))
    keys = [item.case_key for item in items]
    seen = set(visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        Line(
            item,
            _counts(list(item.answers.all())),
            label_of(Obstacle, obstacles.get(item.pk, item.kept_because)),
            hasattr(item, "disposed_case"),
            item.case_key if item.case_key in seen else None,
        )
        for item in items
    ]


def _counts(answers: list[DisposalAnswer]) -> DisposalAnswer | None:
    """That somebody retains wins; else what was answered last."""
    retained = [one for one in answers if one.answer == DisposalAnswer.Answer.RETAIN]
    counted = retained or answers
    return counted[-1] if counted else None
