"""Has the database gone back, by whatever means? The folder that the ledger is
published to lies outside of it, and does not go back with it."""

from audit_app.sealing import configured, tiles, tree
from audit_app.sealing.keys import NoKey
from audit_app.verifying import note
from audit_app.verifying.note import Malformed, Unproven


def gone_back_from() -> int:
    """The lines of the newest checkpoint that was published, where the ledger does not
    go on from it; 0 where it does, and where nothing that can be read is published."""
    try:
        folder = configured.folder()
        text = tiles.checkpoint_text(folder) if folder else ""
        if not text:
            return 0
        published = note.opened(text, configured.known_keys())[0]
    except (OSError, NoKey, Malformed, Unproven):
        return 0  # who seals tells of it, on every page
    try:
        goes_on = tree.size() >= published.size and (
            tree.root(published.size) == published.root
        )
    except tree.Incomplete:
        goes_on = False
    return 0 if goes_on else published.size
