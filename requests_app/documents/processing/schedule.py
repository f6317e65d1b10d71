"""The schedule of retention."""

from requests_app.documents.processing.declared import tables
from requests_app.documents.processing.sheet import Facts, Section


def sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Grund",
            (
                "Personuppgifter får inte förvaras längre än vad som är nödvändigt"
                " (artikel 5.1 e i dataskyddsförordningen). Allmänna handlingar får"
                " gallras bara med stöd av beslut enligt arkivlagen (1990:782). Där det"
                " står ”beslut krävs” tas inget bort förrän myndigheten har beslutat.",
                f"Planen gäller {facts.authority}.",
            ),
        ),
        Section(
            "Vad, hur länge och varför",
            columns=("Register", "Hur länge", "Räknat från", "Grund"),
            rows=[(row.name, row.how_long, row.after, row.basis) for row in tables()],
        ),
        Section(
            "Loggen",
            (
                "Loggens rader har den handlandes nummer och inget namn. Vad en rad"
                " handlar om ligger för sig och kan gallras på en persons förslag och"
                " en annans beslut; raden står kvar och säger att det är gjort.",
            ),
        ),
    ]
