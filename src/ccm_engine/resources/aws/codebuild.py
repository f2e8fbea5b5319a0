"""CodeBuild: projects, and the variables of their builds."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Batch, Call, Resource
from ccm_engine.resources.aws.secrets_in_text import is_secret

PLAINTEXT = "PLAINTEXT"


class BuildVariable(Part):
    """A variable of a build; where it is PLAINTEXT its value stands in the project for all to read."""

    name: str = at("name")
    value: str = at("value", secret=True)
    kind: str = at("type", default=PLAINTEXT)


class Project(Resource):
    """How something is built. The listing gives names only."""

    type = "AWS::CodeBuild::Project"
    listed_by = Call(
        "codebuild", "list_projects", "projects", batch=Batch("batch_get_projects", "projects", names="names", size=100)
    )

    id: str = at("name")
    arn: str = at("arn")
    build_variables: tuple[BuildVariable, ...] = at("environment.environmentVariables", default=())

    def secret_variables(self) -> tuple[str, ...]:
        """Return the names of the plain variables that hold a secret, sorted."""
        plain = [one for one in self.build_variables if one.kind == PLAINTEXT]
        return tuple(sorted(one.name for one in plain if is_secret(one.name, one.value)))
