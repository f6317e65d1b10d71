"""How people reach the nouns and the steps: what each domain registers."""

import requests_app.api.admin
import requests_app.cases.access.admin
import requests_app.cases.intake.admin
import requests_app.cases.review.admin
import requests_app.cases.review.standing
import requests_app.desk.admin.request
import requests_app.desk.admin.review
import requests_app.disclosure.admin
import requests_app.duty.admin
import requests_app.organisation.admin
import requests_app.oversight.admin
import requests_app.privacy.admin
import requests_app.records.admin
import requests_app.registers.admin  # noqa: F401
