"""The Helm chart, rendered by Helm itself and checked against Kubernetes' own schemas."""

import importlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools import FOLDER, ROOT, run_tool

from ccm_engine.api.guard import Allowed
from ccm_engine.app.settings import load_settings

CHART = ROOT / "deploy" / "helm" / "ccm-engine"
KUBERNETES = ("1.27", "1.37")
"""The oldest that the chart says it is for, and the newest whose schema is here."""

KMS = "arn:aws:kms:us-east-1:123456789012:key/6c3a8e5e-7f0f-4f4e-9a57-1d2b3c4d5e6f"
ROLE = "arn:aws:iam::123456789012:role/ccm-engine"
DYNAMODB = {"store": {"kind": "dynamodb"}, "settings": {"CCM_SIGNING_KEY": KMS}}
NETWORK = {"api": {"listen": "network", "allowedHosts": ["ccm.example.com"]}}
WORKERS: dict[str, Any] = {
    **DYNAMODB,
    "settings": {"CCM_SIGNING_KEY": KMS, "CCM_BROKER_URL": "sqs://", "CCM_REGIONS": "eu-west-1", "CCM_ORG": True},
    "replicas": 2,
    "workers": {"enabled": True, "processes": 3},
    "serviceAccount": {"roleArn": ROLE},
    "existingSecret": "ccm-secrets",
    "serviceMonitor": {"enabled": True},
    "networkPolicy": {"from": [{"podSelector": {"matchLabels": {"app": "console"}}}]},
    **NETWORK,
}
INSTALLATIONS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "on the network": NETWORK,
    "dynamodb": DYNAMODB,
    "workers": WORKERS,
    "a claim of one's own": {"store": {"volume": {"existingClaim": "record"}}, "networkPolicy": {"enabled": False}},
    "an account of one's own": {
        "serviceAccount": {"create": False, "name": "reader"},
        "imagePullSecrets": [{"name": "p"}],
    },
}
Documents = list[dict[str, Any]]


def render(folder: Path, values: dict[str, Any]) -> Documents:
    """Return what Helm makes of the chart with these values."""
    file = folder / "values.yaml"
    file.write_text(yaml.safe_dump(values), encoding="utf-8")
    done = run_tool("helm", "template", "acme", CHART, "-n", "audit", "-f", file)
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def of_kind(documents: Documents, kind: str) -> Iterator[dict[str, Any]]:
    return (document for document in documents if document["kind"] == kind)


def pods(documents: Documents) -> list[dict[str, Any]]:
    return [document["spec"]["template"]["spec"] for document in of_kind(documents, "Deployment")]


def environment(pod: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one.get("value", "") for one in pod["containers"][0]["env"]}


def test_helm_lint_finds_nothing() -> None:
    done = run_tool("helm", "lint", "--strict", CHART)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", INSTALLATIONS)
def test_kubernetes_knows_all_that_is_rendered(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, str(FOLDER)])
    schemas: Any = importlib.import_module("kubernetes_validate")
    documents = render(tmp_path, INSTALLATIONS[name])
    assert len(documents) >= 1
    for document in documents:
        if document["kind"] == "ServiceMonitor":  # not Kubernetes' own
            continue
        for version in KUBERNETES:
            schemas.validate(document, version, strict=True)


@pytest.mark.parametrize("name", INSTALLATIONS)
def test_no_pod_may_do_more_than_it_must(name: str, tmp_path: Path) -> None:
    for pod in pods(render(tmp_path, INSTALLATIONS[name])):
        assert pod["automountServiceAccountToken"] is False
        context = pod["securityContext"]
        assert (context["runAsNonRoot"], context["runAsUser"]) == (True, 10001)
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert context["fsGroupChangePolicy"] == "OnRootMismatch"
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "/tmp" in {mount["mountPath"] for mount in container["volumeMounts"]}  # noqa: S108 - in the pod
        assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("name", INSTALLATIONS)
def test_the_settings_are_settings(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    for pod in pods(render(tmp_path, INSTALLATIONS[name])):
        for variable in [one for one in os.environ if one.startswith(("CCM_", "CHECK_"))]:
            monkeypatch.delenv(variable)
        given = environment(pod)
        assert set(given) - {"POD_IP"} <= set(known)
        for variable, value in given.items():
            monkeypatch.setenv(variable, value.replace("$(POD_IP)", "10.4.5.6"))
        load_settings()


def test_as_it_is_only_the_pod_itself_reaches_the_api(tmp_path: Path) -> None:
    documents = render(tmp_path, {})
    (pod,) = pods(documents)
    assert environment(pod)["CCM_HOST"] == "127.0.0.1"
    assert "CCM_ALLOW_ANONYMOUS" not in environment(pod)
    assert not list(of_kind(documents, "Service"))
    (policy,) = of_kind(documents, "NetworkPolicy")
    assert policy["spec"]["ingress"] == []


def test_sqlite_has_a_volume_that_outlives_the_release_and_never_two_writers(tmp_path: Path) -> None:
    documents = render(tmp_path, {})
    (claim,) = of_kind(documents, "PersistentVolumeClaim")
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    (engine,) = of_kind(documents, "Deployment")
    assert engine["spec"]["strategy"] == {"type": "Recreate"}
    assert engine["spec"]["replicas"] == 1
    (data,) = (one for one in engine["spec"]["template"]["spec"]["volumes"] if one["name"] == "data")
    assert data["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]


def test_the_api_answers_prometheus_and_the_service_under_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pod,) = pods(render(tmp_path, NETWORK))
    for name, value in environment(pod).items():
        monkeypatch.setenv(name, value.replace("$(POD_IP)", "10.4.5.6"))
    allowed = Allowed(load_settings())
    for host in ("10.4.5.6:8000", "acme-ccm-engine.audit.svc:8000", "ccm.example.com", "localhost:8000"):
        assert allowed.host(host), host
    assert not allowed.host("elsewhere.example.com")


def test_on_ipv6_the_pods_address_is_a_host_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (pod,) = pods(render(tmp_path, {"api": {"listen": "network", "ipFamily": "IPv6"}}))
    for name, value in environment(pod).items():
        monkeypatch.setenv(name, value.replace("$(POD_IP)", "fd00::7"))
    assert Allowed(load_settings()).host("[fd00::7]:8000")


def test_workers_stand_over_dynamodb_with_the_role_and_the_secret(tmp_path: Path) -> None:
    documents = render(tmp_path, WORKERS)
    (account,) = of_kind(documents, "ServiceAccount")
    assert account["metadata"]["annotations"] == {"eks.amazonaws.com/role-arn": ROLE}
    engine, workers = sorted(of_kind(documents, "Deployment"), key=lambda one: len(one["metadata"]["name"]))
    assert workers["spec"]["template"]["spec"]["containers"][0]["args"] == ["worker", "--processes", "3"]
    for deployment in (engine, workers):
        pod = deployment["spec"]["template"]["spec"]
        assert environment(pod)["CCM_STORE"] == "dynamodb://ccm"
        assert environment(pod)["CCM_ORG"] == "true"
        assert pod["containers"][0]["envFrom"] == [{"secretRef": {"name": "ccm-secrets"}}]
        assert pod["serviceAccountName"] == account["metadata"]["name"]
        # Each selects its own pods and no others'.
        chosen = deployment["spec"]["selector"]["matchLabels"].items()
        assert chosen <= deployment["spec"]["template"]["metadata"]["labels"].items()
    assert engine["spec"]["selector"] != workers["spec"]["selector"]


def test_prometheus_and_who_is_named_get_in_and_nobody_else(tmp_path: Path) -> None:
    documents = render(tmp_path, WORKERS)
    (policy,) = of_kind(documents, "NetworkPolicy")
    (rule,) = policy["spec"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8000}]
    assert rule["from"] == [
        {"podSelector": {"matchLabels": {"app": "console"}}},
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}},
    ]
    (monitor,) = of_kind(documents, "ServiceMonitor")
    (service,) = of_kind(documents, "Service")
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["spec"]["endpoints"] == [{"port": "http", "path": "/metrics", "interval": "60s"}]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"replicas": 2}, "/replicas"),
        ({"workers": {"enabled": True}}, "/workers/enabled"),
        ({"store": {"kind": "postgres"}}, "/store/kind"),
        ({"store": {"kind": "dynamodb"}}, "CCM_SIGNING_KEY"),
        ({"store": {"kind": "dynamodb"}, "settings": {"CCM_SIGNING_KEY": "/key.pem"}}, "CCM_SIGNING_KEY"),
        ({**DYNAMODB, "workers": {"enabled": True}}, "CCM_BROKER_URL"),
        ({"serviceMonitor": {"enabled": True}}, "/api/listen"),
        ({"settings": {"CCM_SLACK_WEBHOOK_URL": "https://hooks.example.com/x"}}, "CCM_SLACK_WEBHOOK_URL"),
        ({"settings": {"CCM_BROKER_URL": "redis://:password@redis:6379/0"}}, "CCM_BROKER_URL"),
        ({"settings": {"CCM_HEARTBEAT_URL": "https://beat.example.com/x"}}, "CCM_HEARTBEAT_URL"),
        ({"settings": {"CCM_SLACK_WEBHOOK_URL": "arn:aws:sns:us-east-1:123456789012:x"}}, "CCM_SLACK_WEBHOOK_URL"),
        ({"settings": {"CCM_ALLOW_ANONYMOUS": True}}, "CCM_ALLOW_ANONYMOUS"),
        ({"settings": {"AWS_SECRET_ACCESS_KEY": "x"}}, "AWS_SECRET_ACCESS_KEY"),
        ({"image": {"repository": ""}}, "/image/repository"),
        ({"serviceAccount": {"roleArn": "ccm"}}, "/serviceAccount/roleArn"),
        ({"replica": 1}, "replica"),
    ],
)
def test_values_that_do_not_fit_are_refused_by_name(values: dict[str, Any], named: str, tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text(yaml.safe_dump(values), encoding="utf-8")
    done = run_tool("helm", "template", "acme", CHART, "-f", file)
    assert done.returncode != 0
    assert named in done.stderr


def test_a_number_is_written_as_it_is(tmp_path: Path) -> None:
    """Helm takes every number for a fraction, and writes large ones as 1.23456789012e+11."""
    settings = {"CCM_ACCOUNTS": 123456789012, "CCM_TASK_SECONDS": 600, "OTEL_TRACES_SAMPLER_ARG": 0.1, "CCM_ORG": True}
    (engine,) = pods(render(tmp_path, {"settings": settings}))
    told = {name: environment(engine)[name] for name in settings}
    assert list(told.values()) == ["123456789012", "600", "0.1", "true"]


def test_a_secret_that_aws_keeps_may_be_named_in_the_settings(tmp_path: Path) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ccm-AbCdEf:slack::"
    named = dict.fromkeys(("CCM_SLACK_WEBHOOK_URL", "CCM_HEARTBEAT_URL", "CCM_BROKER_URL"), arn)
    (engine,) = pods(render(tmp_path, {"settings": named}))
    assert named.items() <= environment(engine).items()


def written(page: str, fence: str) -> list[str]:
    """Return the blocks of one kind in a page of the documentation."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{fence}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_values_in_the_documentation_fit(tmp_path: Path) -> None:
    production, redis = (yaml.safe_load(block) for block in written("kubernetes.md", "yaml"))
    engine, workers = pods(render(tmp_path, production))
    assert engine["containers"][0]["args"] == ["serve"]
    assert environment(workers)["CCM_BROKER_URL"] == "sqs://"
    settings = {name: value for name, value in production["settings"].items() if name != "CCM_BROKER_URL"}
    documents = render(tmp_path, {**production, "settings": settings, **redis})
    (policy,) = of_kind(documents, "NetworkPolicy")
    assert {"protocol": "TCP", "port": 6379} in policy["spec"]["egress"][-1]["ports"]


def test_the_commands_in_the_documentation_fit() -> None:
    text = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8").replace("\\\n", " ")
    commands = [line.split() for line in text.splitlines() if line.startswith("helm install ")]
    assert len(commands) == 2
    for words in commands:
        options = [word for word in words[4:] if word not in ("--create-namespace", "--wait", "--timeout", "5m")]
        done = run_tool("helm", "template", words[2], words[3], *options)
        assert done.returncode == 0, done.stderr
        assert "name: ccm-ccm-engine\n" in done.stdout
