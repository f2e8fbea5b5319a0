"""Functions run on maintained runtimes."""

from datetime import datetime

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.lambda_ import Function


@control(
    title="Lambda functions run on runtimes that AWS maintains",
    severity=Severity.MEDIUM,
    category=Category.COMPUTE,
    security_hub=("Lambda.2",),
    remedy="Move the function to a current runtime of its language, and test it there.",
)
def lambda_supported_runtime(function: Function, now: datetime) -> Verdict:
    """A runtime that is patched no more keeps every hole that is found in it from then on."""
    if function.package == "Image":
        return not_applicable(f"{function.id} brings its own runtime in an image")
    if function.runtime_has_ended(now):
        return failed(f"{function.id} runs on {function.runtime}, which AWS maintains no longer")
    ends = function.runtime_ends()
    told = f"maintained until {ends}" if ends else "maintained, with no end announced"
    return passed(f"{function.id} runs on {function.runtime}, {told}")
