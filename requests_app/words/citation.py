"""How Swedish statutes are cited."""

import re

ORDINALS = {"1": "första", "2": "andra", "3": "tredje", "4": "fjärde"}


def citation(reference: str) -> str:
    """23 kap. 2 § st 1 p 2 OSL becomes 23 kap. 2 § första stycket 2 OSL."""
    with_ordinals = re.sub(
        r"\bst (\d)", lambda match: f"{ORDINALS[match[1]]} stycket", reference
    )
    return re.sub(r"\bp (\d)", r"\1", with_ordinals)
