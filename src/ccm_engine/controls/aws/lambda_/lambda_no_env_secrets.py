"""Functions carry no secrets in their environment."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.lambda_ import Function


@control(
    title="No Lambda function has a secret in its environment",
    severity=Severity.CRITICAL,
    category=Category.COMPUTE,
    remedy="Move the secret to Secrets Manager or Parameter Store, let the function fetch it, and change the secret.",
)
def lambda_no_env_secrets(function: Function) -> Verdict:
    """Everyone who may read a function's configuration reads its variables."""
    if names := function.secret_variables():
        return failed(f"{function.id} has a secret in {', '.join(names)}")
    return passed(f"{function.id} has no secret in its variables")
