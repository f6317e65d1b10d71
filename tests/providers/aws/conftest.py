"""An IAM to talk to, each call and answer held against botocore's model of it."""

from urllib.parse import parse_qs

import botocore
import botocore.session
import pytest
from botocore import parsers
from botocore.validate import ParamValidator

from lockbox_site.simulators.aws import ACCOUNT, Simulator
from requests_app.providers import http
from requests_app.providers.aws import client
from tests.providers.azure.conftest import Patience
from tests.providers.helpers import connected

MODEL = botocore.session.get_session().get_service_model("iam")
NUMBER = "dr-0123456789abcdef"


def check(value, shape):
    report = ParamValidator().validate(value, shape)
    assert not report.has_errors(), report.generate_report()


class Checked(Simulator):
    """`broken` is each thing that the model does not allow; `known` what was called."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.broken, self.known = [], set()

    def answer(self, call):
        form = {key: row[0] for key, row in parse_qs(call.body.decode()).items()}
        operation = MODEL.operation_model(form.pop("Action"))
        self.known.add(operation.name)
        try:
            assert form.pop("Version") == MODEL.api_version
            assert call.headers["Authorization"].startswith("AWS4-HMAC-SHA256")
            members = operation.input_shape.members
            read = {"integer": int, "boolean": lambda text: text == "true"}
            check(
                {
                    name: read.get(members[name].type_name, str)(text)
                    for name, text in form.items()
                },
                operation.input_shape,
            )
        except (AssertionError, KeyError) as error:
            self.broken.append(repr(error))
        answer = super().answer(call)
        if answer is not None and answer.status == 200 and operation.output_shape:
            raw = {"body": answer.value, "headers": {}, "status_code": 200}
            told = parsers.create_parser("query").parse(raw, operation.output_shape)
            told.pop("ResponseMetadata")
            try:
                check(told, operation.output_shape)
            except AssertionError as error:
                self.broken.append(str(error))
        return answer


@pytest.fixture
def aws(cast, monkeypatch):
    with Checked() as server:
        monkeypatch.setitem(http.LIMITS, "timeout", Patience(server))
        monkeypatch.setenv("LOCKBOX_AWS_ENDPOINT", server.url)
        client._client.cache_clear()
        server.connection = connected(cast, "aws", ACCOUNT, [ACCOUNT])
        yield server
        assert server.broken == []
