"""Has the database gone back, by whatever means? The folder that the ledger is
published to lies outside of it, and does not go back with it."""

from audit_app.sealing import configured, tiles, tree
from audit_app.sealing.keys import NoKey
from audit_app.verifying.note import Malformed, Unproven


def gone_back_from() -> int:
    """The lines of the newest checkpoint that was published, where the ledger does not
    go on from it; 0 where it does, and where nothing that can be read is published."""
    try:
        published = tiles.published(configured.folder(), configured.known_keys())
    except (OSError, NoKey, Malformed, Unproven):
        return 0  # who seals tells of it, on every page
    if published is None:
        return 0
    try:
        goes_on = tree.size() >= published.size and (
            tree.root(published.size) == published.root
        )
    except tree.Incomplete:
        goes_on = False
    return 0 if goes_on else published.size
