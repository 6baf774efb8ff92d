"""The description of the addresses against what they do: hundreds of requests, fitting and unfitting."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from voice_skill.bridges.web.guard import Guard

pytest_plugins = ["serving", "screens"]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
@pytest.mark.parametrize(("path", "method"), [("/about", "GET"), ("/ask", "POST"), ("/speak", "POST")])
def test_every_answer_is_described(app: Guard, path: str, method: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers={"Host": "localhost"})
    operation = schema[path][method]
    if mode is GenerationMode.NEGATIVE and path == "/about":
        pytest.skip("takes nothing that could be wrong")

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def answer(case: schemathesis.Case) -> None:
        # Hardly any bytes are a recording, and a description cannot say which.
        excluded = [] if case.media_type == "application/json" else [CHECKS.get_one("positive_data_acceptance")]
        case.call_and_validate(headers={"Host": "localhost"}, excluded_checks=excluded)

    answer()
