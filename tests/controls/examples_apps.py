"""Functions, containers, clusters and builds: examples of their controls."""

from raw_apps import KEY, alias, cluster, container, function, functions, project, public, service, task
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of
from raw_keys import OWN, policy

EXAMPLES: list[Example] = [
    *examples_of(
        "lambda_not_public",
        {
            "no policy": (PASS, lambda: functions(function(), alias())),
            "its own account": (PASS, lambda: functions(function(policy(OWN), urls=("AWS_IAM",)), alias(policy(OWN)))),
            "everyone": (FAIL, lambda: functions(function(policy("*")))),
            "everyone through an alias": (FAIL, lambda: functions(function(), alias(policy("*")))),
            "an open address": (FAIL, lambda: functions(function(urls=("AWS_IAM", "NONE")))),
        },
    ),
    *examples_of(
        "lambda_no_env_secrets",
        {
            "no variables": (PASS, lambda: functions(function())),
            "a reference": (
                PASS,
                lambda: functions(function(variables={"DB_PASSWORD": "arn:aws:secretsmanager:us-east-1:1:secret:db"})),
            ),
            "a password": (FAIL, lambda: functions(function(variables={"DB_PASSWORD": "correct horse"}))),
            "a key by its form": (FAIL, lambda: functions(function(variables={"X": "AKIAIOSFODNN7EXAMPLE"}))),
        },
    ),
    *examples_of(
        "lambda_supported_runtime",
        {
            "current": (PASS, lambda: functions(function())),
            "ended": (FAIL, lambda: functions(function(Runtime="python3.8"))),
            "ended this year": (FAIL, lambda: functions(function(Runtime="python3.9"))),
            "an image": (NOT_APPLICABLE, lambda: functions(function(PackageType="Image", Runtime=None))),
        },
    ),
    *examples_of(
        "ecs_no_public_ip",
        {
            "private": (PASS, lambda: service(assignPublicIp="DISABLED")),
            "not told": (PASS, lambda: service()),
            "public": (FAIL, lambda: service(assignPublicIp="ENABLED")),
            "private task sets": (PASS, lambda: service("DISABLED")),
            "a public task set": (FAIL, lambda: service("DISABLED", "ENABLED")),
        },
    ),
    *examples_of(
        "ecs_no_env_secrets",
        {
            "none": (PASS, lambda: task(container(STAGE="production"))),
            "a key": (FAIL, lambda: task(container(), container(AWS_SECRET_ACCESS_KEY=KEY))),
        },
    ),
    *examples_of(
        "ecs_not_privileged",
        {
            "not told": (PASS, lambda: task(container())),
            "off": (PASS, lambda: task(container(privileged=False))),
            "one of two": (FAIL, lambda: task(container(), container(privileged=True))),
        },
    ),
    *examples_of(
        "eks_audit_logs",
        {
            "on": (PASS, lambda: cluster(logging={"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]})),
            "off": (FAIL, lambda: cluster(logging={"clusterLogging": [{"types": ["audit"], "enabled": False}]})),
            "others only": (FAIL, lambda: cluster(logging={"clusterLogging": [{"types": ["api"], "enabled": True}]})),
            "not told": (FAIL, lambda: cluster()),
        },
    ),
    *examples_of(
        "eks_endpoint_private",
        {
            "private": (PASS, lambda: cluster()),
            "an office": (PASS, lambda: cluster(resourcesVpcConfig=public("203.0.113.0/24"))),
            "everyone": (FAIL, lambda: cluster(resourcesVpcConfig=public("0.0.0.0/0"))),
            "two halves": (FAIL, lambda: cluster(resourcesVpcConfig=public("0.0.0.0/1", "128.0.0.0/1"))),
            "no ranges told": (FAIL, lambda: cluster(resourcesVpcConfig={"endpointPublicAccess": True})),
        },
    ),
    *examples_of(
        "eks_secrets_encrypted",
        {
            "by default": (PASS, lambda: cluster("1.28")),
            "a key": (PASS, lambda: cluster("1.27", encryptionConfig=[{"resources": ["secrets"], "provider": {}}])),
            "none": (FAIL, lambda: cluster("1.27")),
        },
    ),
    *examples_of(
        "eks_supported_version",
        {
            "standard": (PASS, lambda: cluster("1.34")),
            "extended": (FAIL, lambda: cluster("1.29")),
            "unsupported": (FAIL, lambda: cluster("1.27")),
        },
    ),
    *examples_of(
        "codebuild_no_plain_secrets",
        {
            "none": (PASS, lambda: project()),
            "a store's": (
                PASS,
                lambda: project(
                    {"name": "AWS_SECRET_ACCESS_KEY", "value": "build/key-name", "type": "SECRETS_MANAGER"}
                ),
            ),
            "plain": (FAIL, lambda: project({"name": "AWS_SECRET_ACCESS_KEY", "value": KEY, "type": "PLAINTEXT"})),
            "plain by default": (FAIL, lambda: project({"name": "AWS_ACCESS_KEY_ID", "value": "AKIAIOSFODNN7EXAMPLE"})),
        },
    ),
]
