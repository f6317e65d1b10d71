"""The words of a second person, who looks at what one has decided or closed."""

from collections.abc import Callable
from typing import Any

LOOKING_AGAIN_WORDS: dict[str, dict[str, Callable[[Any, Any], dict[str, Any]]]] = {
    "subsequentreview": {
        "conclude": lambda obj, by: {
            "conclusion": "stands",
            "text": "x",
            "no_conflict": True,
        },
    },
    "lapse": {
        "cause": lambda obj, by: {"cause": "fault", "text": ""},
        "confirm": lambda obj, by: {},
        "open-again": lambda obj, by: {"reason": "x"},
    },
}
