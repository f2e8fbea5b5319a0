"""Functions, containers, clusters and builds, as AWS describes them."""

from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, Raw, denied, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.resources.aws import eks
from ccm_engine.resources.aws.codebuild import Project
from ccm_engine.resources.aws.ecs import Service, TaskDefinition
from ccm_engine.resources.aws.lambda_ import Alias, Function

NO_POLICY = denied("lambda:GetPolicy", "ResourceNotFoundException")
KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SUPPORT = {"1.34": "STANDARD_SUPPORT", "1.29": "EXTENDED_SUPPORT", "1.27": "UNSUPPORTED"}


def function(
    policy: str | None = None, *, urls: tuple[str, ...] = (), variables: dict[str, str] | None = None, **changed: Any
) -> Document:
    """Return the function `shop`; `urls` are the kinds of authentication at its addresses."""
    item = {
        "FunctionName": "shop",
        "FunctionArn": f"arn:aws:lambda:{US}:{ACCOUNT_ID}:function:shop",
        "Runtime": "python3.13",
        "PackageType": "Zip",
        **({} if variables is None else {"Environment": {"Variables": variables}}),
        **changed,
    }
    told: Raw | Failure = NO_POLICY if policy is None else {"Policy": policy}
    addresses = {"FunctionUrlConfigs": [{"AuthType": kind, "FunctionUrl": "https://x.on.aws/"} for kind in urls]}
    return document(Function, item, {"function_policy": told, "urls": addresses})


def alias(policy: str | None = None) -> Document:
    """Return the alias `live` of the function."""
    of = "shop"
    item = {"Name": "live", "AliasArn": f"arn:aws:lambda:{US}:{ACCOUNT_ID}:function:{of}:live", "FunctionVersion": "3"}
    told: Raw | Failure = NO_POLICY if policy is None else {"Policy": policy}
    return document(Alias, item, {"alias_policy": told}, above={"FunctionName": of})


def functions(one: Document, *aliases: Document) -> Estate:
    """Return an account with a function and aliases."""
    return Estate().add(Function, one).add(Alias, *aliases)


def service(*task_sets: str, **network: Any) -> Estate:
    """Return an account with an ECS service of this network configuration; its task sets assign public addresses so."""
    cluster_arn = f"arn:aws:ecs:{US}:{ACCOUNT_ID}:cluster/shop"
    item = {
        "serviceArn": f"arn:aws:ecs:{US}:{ACCOUNT_ID}:service/shop/web",
        "serviceName": "web",
        "clusterArn": cluster_arn,
        **(_network(**network) if network else {}),
        **({"taskSets": [_network(assignPublicIp=one) for one in task_sets]} if task_sets else {}),
    }
    return Estate().add(Service, document(Service, item, {}, above=cluster_arn))


def _network(**about: Any) -> dict[str, Any]:
    return {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], **about}}}


def task(*containers: dict[str, Any]) -> Estate:
    """Return an account with a task definition of these containers."""
    told = {"taskDefinition": {"family": "web", "revision": 7, "containerDefinitions": list(containers)}}
    return Estate().add(TaskDefinition, document(TaskDefinition, "web", {"containers": told}))


def container(privileged: bool | None = None, **variables: str) -> dict[str, Any]:
    """Return a container of a task."""
    environment = [{"name": name, "value": value} for name, value in variables.items()]
    return {"name": "app", "environment": environment, **({} if privileged is None else {"privileged": privileged})}


def cluster(version: str = "1.34", **changed: Any) -> Estate:
    """Return an account with an EKS cluster with a private endpoint and no logs, with these members changed."""
    told = {
        "name": "shop",
        "version": version,
        "resourcesVpcConfig": {"endpointPublicAccess": False, "endpointPrivateAccess": True},
        **changed,
    }
    known = [
        document(eks.ClusterVersion, {"clusterVersion": one, "versionStatus": support}, {})
        for one, support in SUPPORT.items()
    ]
    estate = Estate().add(eks.Cluster, document(eks.Cluster, "shop", {"kubernetes": {"cluster": told}}))
    return estate.add(eks.ClusterVersion, *known)


def public(*ranges: str) -> dict[str, Any]:
    """Return the network of a cluster whose API these ranges reach."""
    return {"endpointPublicAccess": True, "publicAccessCidrs": list(ranges)}


def project(*variables: dict[str, str]) -> Estate:
    """Return an account with a build project of these variables."""
    item = {
        "name": "shop",
        "arn": f"arn:aws:codebuild:{US}:{ACCOUNT_ID}:project/shop",
        "environment": {"type": "LINUX_CONTAINER", "environmentVariables": list(variables)},
    }
    return Estate().add(Project, document(Project, item, {}))
