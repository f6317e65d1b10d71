"""The rules of reconciliation, read slowly: every act against every access.

Nothing of it is the application's own, so that both are wrong only where both were
misunderstood. Written from docs/decisions/oversight.md.
"""

from datetime import UTC, timedelta

EEA = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
}  # fmt: skip
# Of all countries those that the worlds of the tests have.
COUNTRIES = EEA | {"US", "IN"}
ACTS = {"read", "change", "copy", "delete", "share"}
NOT_FOR_ANYBODY = {"copy", "delete", "share"}
WEEK, DAY = timedelta(days=7), timedelta(hours=24)


def plain(text):
    return text.strip().casefold()


def judged(event, connection, accesses):
    """Outcome, confidence, reason, access, what kinds diverge, what is unsaid."""
    mine = [row for row in accesses if row.connection == connection]
    numbers = [text for text in event.under if plain(text)]
    if not numbers:
        numbers = [text for text in event.perhaps_under if plain(text)]
    named = [row for row in mine if has_one(row, numbers)]
    says_which = any(plain(text) for text in event.under)
    if plain(event.unasked):
        _, _, _, *which = by_number(event, named)
        return ("bypass", "high", "unasked", *which)
    if named:
        return by_number(event, named)
    if says_which:
        return ("no_grant", "high", "unknown", None, [], [])
    return by_time(event, [row for row in mine if may_be_of_service(event, row)])


def has_one(access, numbers):
    for number in numbers:
        for other in access.numbers:
            if plain(number) == plain(other):
                return True
    return False


def may_be_of_service(event, access):
    theirs, ours = plain(event.service), plain(access.service)
    return not theirs or not ours or theirs == ours


def by_number(event, named):
    if not named:
        return ("no_grant", "high", "unknown", None, [], [])
    granted = [row for row in named if open_once(row)]
    if not granted:
        lowest = min(row.key for row in named)
        return ("no_grant", "high", "not_granted", lowest, [], [])
    return verdict(event, best_of(event, granted), "number")


def by_time(event, candidates):
    name = plain(event.object_name)
    open_then = [row for row in candidates if is_open(event, row)]
    perfect = [
        row for row in open_then if not (kinds(event, row) or doubts(event, row))
    ]
    if perfect:
        return verdict(event, best_of(event, perfect), "object" if name else "time")
    if name and not any(holds(event, row) for row in open_then):
        near = nearest(event, [row for row in candidates if holds(event, row)], WEEK)
        if near is not None:
            return verdict(event, near, "object")
    if open_then:
        best = best_of(event, open_then)
        return verdict(event, best, "object" if name and holds(event, best) else "time")
    if not name:
        near = nearest(event, candidates, DAY)
        if near is not None:
            return verdict(event, near, "time")
    return ("no_grant", "medium" if name else "low", "nothing", None, [], [])


def verdict(event, access, way):
    diverging, unknown = kinds(event, access), doubts(event, access)
    silent = unsaid(event, access)
    confidence = {"number": "high", "object": "medium", "time": "low"}[way]
    real = [kind for kind in diverging if kind != "place" or "country" not in unknown]
    if "time" in real:
        outcome = "time"
    elif real:
        outcome = "scope"
    elif unknown:
        outcome, confidence, way = "unclear", "low", unknown[0]
    else:
        outcome = "inside"
        if "country" in silent or "actor" in silent:
            confidence = "low"
    return (outcome, confidence, way, access.key, diverging, silent)


def best_of(event, accesses):
    def badness(access):
        diverging, unknown = kinds(event, access), doubts(event, access)
        off, opened = distance(event, access)
        return (
            len(diverging) - ("country" in unknown),
            len(unknown),
            "object" in diverging,
            len(unsaid(event, access)),
            off,
            -opened.timestamp(),
            access.key,
        )

    return sorted(accesses, key=badness)[0]


def nearest(event, accesses, within):
    best = None
    for access in accesses:
        for opens, ends in spans(access):
            at = event.happened_at.astimezone(UTC)
            off = opens - at if at < opens else at - ends
            rank = (off, -opens.timestamp(), access.key)
            if off <= within and (best is None or rank < best[0]):
                best = (rank, access)
    return best and best[1]


def distance(event, access):
    """Of the window that is nearest: how far, and when it opened."""
    at = event.happened_at.astimezone(UTC)
    rows = []
    for opens, ends in spans(access):
        off = max(opens - at, at - ends, timedelta())
        rows.append((off, opens))
    off = min(row[0] for row in rows)
    return off, max(opens for one, opens in rows if one == off)


def spans(access):
    for window in access.granted.windows:
        opens, ends = (moment.astimezone(UTC) for moment in window)
        if opens <= ends:
            yield opens, ends


def open_once(access):
    return bool(list(spans(access)))


def is_open(event, access):
    at = event.happened_at.astimezone(UTC)
    return any(opens <= at <= ends for opens, ends in spans(access))


def holds(event, access):
    return plain(event.object_name) in [plain(name) for name in access.granted.objects]


def kinds(event, access):
    granted, found = access.granted, []
    if plain(event.object_name) and not holds(event, access):
        found.append("object")
    if not is_open(event, access):
        found.append("time")
    if (
        event.employer
        and not is_one_of(event.employer, granted.companies)
        or (
            event.actor
            and granted.persons
            and not is_one_of(event.actor, granted.persons)
        )
    ):
        found.append("person")
    if event.country and (
        (granted.country and event.country != granted.country)
        or (granted.inside_eea and event.country not in EEA)
    ):
        found.append("place")
    if event.act in NOT_FOR_ANYBODY:
        found.append("act")
    return found


def is_one_of(name, names):
    return any(plain(name) in (plain(one), plain(one.split(",")[0])) for one in names)


def doubts(event, access):
    """What is said, matters, and nobody knows."""
    rows = []
    if "place" in kinds(event, access) and event.country not in COUNTRIES:
        rows.append("country")
    if event.act and event.act not in ACTS:
        rows.append("act")
    return rows


def unsaid(event, access):
    granted, rows = access.granted, []
    if granted.objects and not plain(event.object_name):
        rows.append("object")
    if granted.companies and not event.employer and not event.actor:
        rows.append("employer")
    if granted.persons and not event.actor:
        rows.append("actor")
    if (granted.country or granted.inside_eea) and not event.country:
        rows.append("country")
    if not event.act:
        rows.append("act")
    return rows
