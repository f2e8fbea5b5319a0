"""Builds carry no secrets in plain variables."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.codebuild import Project


@control(
    title="No CodeBuild project has a secret in a plain variable",
    severity=Severity.CRITICAL,
    category=Category.COMPUTE,
    security_hub=("CodeBuild.2",),
    remedy="Move the secret to Secrets Manager or Parameter Store, change the variable's type, and change the secret.",
)
def codebuild_no_plain_secrets(project: Project) -> Verdict:
    """Whoever may look at a project reads its plain variables, and builds print them."""
    if names := project.secret_variables():
        return failed(f"{project.id} has a secret in {', '.join(names)}")
    return passed(f"{project.id} has no secret in a plain variable")
