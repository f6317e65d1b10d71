"""What has been asked about a case, and nobody has answered."""

from django.utils.translation import gettext as _

from requests_app.selectors.dossier.case_file import CaseFile
from requests_app.selectors.dossier.dossier import Dossier
from requests_app.words.times import moment_in_words


def unanswered(dossier: Dossier) -> list[str]:
    """Opinions of colleagues, and the last question to the provider."""
    texts = unanswered_opinions(dossier.file) if dossier.file else []
    last = dossier.messages[-1] if dossier.messages else None
    if last is not None and not last.from_provider:
        text = _("The provider has not answered what was asked %(at)s.")
        texts.append(text % {"at": moment_in_words(last.said_at)})
    return texts


def unanswered_opinions(file: CaseFile) -> list[str]:
    late = _("%(name)s has not given an opinion, which was due %(at)s.")
    in_time = _("%(name)s has not given an opinion yet: it is due %(at)s.")
    return [
        (late if row.is_late else in_time)
        % {"name": row.person, "at": moment_in_words(row.due_at)}
        for row in file.opinions
        if row.is_open
    ]
