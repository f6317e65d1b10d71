"""Going on and back, step by step: what the service does."""

import os
from pathlib import Path

from lockbox_upgrade.database import wait_for_postgresql
from lockbox_upgrade.state import State, conclude, hold, load, save, tell
from lockbox_upgrade.steps import BACK, ON, Steps

# The command of this release; one that has begun goes through with it.
TOOL = str(Path(__file__).resolve().parents[1] / "lockbox-upgrade")


def go_on() -> None:
    state = load()
    if not state.get("way"):
        return
    if state["tool"] != TOOL:
        os.execv(state["tool"], [state["tool"], "--go-on"])
    hold()
    if state.get("stopped"):
        wait_for_postgresql()
    if state["way"] == "on":
        try:
            walk(state, ON)
            conclude(
                state,
                f"Lockbox {state['to']} runs. Back, while nothing is written:"
                " lockbox-upgrade --back",
            )
            return
        except Exception as error:
            state["why"] = (
                f"It stopped at {state['step']} ({ON[state['step']].__doc__}): {error}"
            )
            tell(state["why"])
            state.update(way="back", step="stop")
            save(state)
    walk_back(state)


def walk_back(state: State) -> None:
    if not state.get("stopped"):
        conclude(
            state,
            f"{state['why']}\nNothing was changed: Lockbox {state['from']} runs on.",
        )
        return
    try:
        walk(state, BACK)
    except Exception as error:
        tell(
            f"It can't go back at {state['step']} ({BACK[state['step']].__doc__}):"
            f" {error}\n"
            "Nobody gets in. Mend that, and then: lockbox-upgrade --back"
        )
        raise SystemExit(1) from error
    conclude(state, f"{state['why']}\nLockbox {state['from']} runs again, as it was.")


def walk(state: State, steps: Steps) -> None:
    names = list(steps)
    for name in names[names.index(state["step"]) :]:
        state["step"] = name
        save(state)
        tell(f"{name}: {steps[name].__doc__}")
        steps[name](state)
