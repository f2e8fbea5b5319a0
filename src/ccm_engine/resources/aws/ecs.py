"""ECS: services, and what the newest revision of each task definition runs."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Batch, Call, Resource, ask, named
from ccm_engine.resources.aws.secrets_in_text import is_secret


class Cluster(Resource):
    """Where tasks run. The listing gives ARNs only."""

    type = "AWS::ECS::Cluster"
    listed_by = Call("ecs", "list_clusters", "clusterArns", page_size=100)

    id: str = at()
    arn: str = at()


PUBLIC_IP = "networkConfiguration.awsvpcConfiguration.assignPublicIp"


class TaskSet(Part):
    """Tasks of a service that CodeDeploy or somebody outside deploys: what is set there is set nowhere else."""

    set_public_ip: str = at(PUBLIC_IP, default="DISABLED")


class Service(Resource):
    """Keeps tasks running in a cluster."""

    type = "AWS::ECS::Service"
    listed_by = Call(
        "ecs",
        "list_services",
        "serviceArns",
        page_size=100,
        under=Cluster,
        given={"cluster": ""},
        gone=("ClusterNotFoundException",),
        batch=Batch("describe_services", "services", names="services", size=10),
    )

    id: str = named("{cluster_name}/{name}")
    arn: str = at("serviceArn")
    name: str = at("serviceName")
    cluster: str = at("clusterArn")
    public_ip: str = at(PUBLIC_IP, default="DISABLED")
    task_sets: tuple[TaskSet, ...] = at("taskSets", default=())

    @property
    def cluster_name(self) -> str:
        """The name of its cluster, which ends the cluster's ARN."""
        return self.cluster.rpartition("/")[2]

    def gives_public_addresses(self) -> bool:
        """Whether it, or a task set of it, gives its tasks public addresses."""
        return "ENABLED" in (self.public_ip, *(one.set_public_ip for one in self.task_sets))


class Variable(Part):
    """A variable of a container's environment."""

    name: str = at("name")
    value: str = at("value", default="", secret=True)


class Container(Part):
    """A container of a task."""

    name: str = at("name")
    privileged: bool = at("privileged", default=False)
    environment: tuple[Variable, ...] = at("environment", default=())

    def secret_variables(self) -> tuple[str, ...]:
        """Return the names of the variables that hold a secret, sorted."""
        return tuple(sorted(one.name for one in self.environment if is_secret(one.name, one.value)))


class TaskDefinition(Resource):
    """What a family of tasks runs, in its newest active revision. The listing gives families only."""

    type = "AWS::ECS::TaskDefinition"
    listed_by = Call(
        "ecs",
        "list_task_definition_families",
        "families",
        page_size=100,
        arguments={"status": "ACTIVE"},
    )

    id: str = at()
    arn: str = named("arn:{partition}:ecs:{region}:{account_id}:task-definition/{id}")
    # A family stands for its newest active revision.
    revision: int = ask("describe_task_definition", "taskDefinition.revision", taskDefinition="")
    containers: tuple[Container, ...] = ask(
        "describe_task_definition", "taskDefinition.containerDefinitions", taskDefinition=""
    )

    def secret_variables(self) -> tuple[str, ...]:
        """Return the variables that hold a secret, as `container/NAME`."""
        return tuple(f"{one.name}/{variable}" for one in self.containers for variable in one.secret_variables())
