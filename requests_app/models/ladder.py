"""The ladder that a review climbs: for each status what it waits for, whose turn it is,
which step leads on, and how far it has come on its way.

Queue, pages, overview and the search for what may be somebody's turn read it; whether a
person may take a step the rights say (permissions.Involvement).
"""

from enum import IntEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from requests_app.models.review import SecrecyReview
from requests_app.models.role import Role

Status = SecrecyReview.Status


class Stage(IntEnum):
    """The stages of the way, in their order."""

    REGISTRATION = 0
    ASSIGNMENT = 1
    ASSESSMENT = 2
    PROPOSAL = 3
    DECISION = 4
    ANSWER = 5
    ACCESS = 6
    CLOSING = 7

    @property
    def label(self) -> str:
        return str(STAGE_LABELS[self])


STAGE_LABELS: dict[Stage, Any] = {
    Stage.REGISTRATION: _("Registration"),
    Stage.ASSIGNMENT: _("Assignment"),
    Stage.ASSESSMENT: _("Assessment"),
    Stage.PROPOSAL: _("Proposal"),
    Stage.DECISION: _("Decision"),
    Stage.ANSWER: _("Answer"),
    Stage.ACCESS: _("Access"),
    Stage.CLOSING: _("Closing"),
}


class NextStep(NamedTuple):
    """A step that leads on: its page's name, what its button says, and the rule of
    Involvement that lets somebody take it."""

    name: str
    label: Any
    right: str


class Rung(NamedTuple):
    """What a review waits for in a status. Without a `role` it is the case officer's
    turn; of several steps somebody is offered the first that is theirs. `stage` is the
    one it stands at, None where it has left the way. What is decided waits for what
    becomes of the request; `awaited` is empty there."""

    stage: Stage | None
    steps: tuple[NextStep, ...] = ()
    awaited: Any = ""
    role: Role | None = None

    @property
    def whom(self) -> Any:
        """Whose turn it is, within a sentence."""
        return self.role.label if self.role else _("the case officer")


REGISTER = NextStep("register", _("Register"), "registers")
ASSESS = NextStep("assess", _("Assess"), "assesses")
RECEIVE_STOP = NextStep("receive-stop", _("Take the stop over"), "receives_stop")
STRIKE_OFF = NextStep(
    "propose-striking-off", _("Propose to strike off"), "proposes_striking_off"
)
LADDER: dict[str, Rung] = {
    Status.NEW: Rung(
        Stage.REGISTRATION, (REGISTER,), _("registration"), Role.REGISTRAR
    ),
    Status.REGISTERED: Rung(
        Stage.ASSIGNMENT,
        (
            NextStep("assign", _("Assign"), "assigns"),
            NextStep("take", _("Take the case"), "takes"),
        ),
        _("a case officer"),
        Role.IT_MANAGER,
    ),
    Status.ASSIGNED: Rung(Stage.ASSESSMENT, (ASSESS,), _("the assessment")),
    Status.IN_ASSESSMENT: Rung(
        Stage.ASSESSMENT,
        (NextStep("propose", _("Propose a decision"), "assesses"),),
        _("a proposed decision"),
    ),
    Status.PROPOSED: Rung(
        Stage.DECISION,
        (NextStep("decide", _("Decide"), "decides"),),
        _("the decision"),
        Role.DECISION_MAKER,
    ),
    Status.DECIDED: Rung(Stage.ANSWER),
    Status.LAPSED: Rung(
        None, (STRIKE_OFF,), _("a proposal to strike the case off"), Role.REGISTRAR
    ),
    Status.STOPPED: Rung(
        None,
        (RECEIVE_STOP, STRIKE_OFF),
        _("what comes of the stop"),
        Role.SECURITY_PROTECTION_MANAGER,
    ),
    **dict.fromkeys(SecrecyReview.MOVED, Rung(None)),
    Status.CLOSED: Rung(Stage.CLOSING),
}
# In which somebody works on it.
WORKED = tuple(
    status for status, rung in LADDER.items() if rung.awaited and not rung.role
)


def statuses_waiting_for(right: str) -> list[str]:
    """The statuses from which a step leads on that this right lets somebody take."""
    return [
        status
        for status, rung in LADDER.items()
        if any(step.right == right for step in rung.steps)
    ]
