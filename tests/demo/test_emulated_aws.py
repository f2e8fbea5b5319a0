"""The server starts by itself, says why when it cannot, and never outlives the process that started it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from botocore.parsers import ResponseParserError

from ccm_engine.demo.guard import HOME_ACCOUNT, demo_session
from ccm_engine.demo.server import EmulatedAWS, EmulatorError, child_environment

PATIENCE = 60.0
PARENT = """
import signal
from ccm_engine.demo.server import EmulatedAWS
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
with EmulatedAWS() as aws:
    print(aws.pid, aws.endpoint.rpartition(":")[2], flush=True)
    signal.pause()
"""


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has reaped yet has."""
    stat = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return stat.stdout.strip() in ("", "Z", "Z+", "Zs")


def await_gone(pid: int) -> bool:
    until = time.monotonic() + PATIENCE
    while not gone(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return gone(pid)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_server_ends_with_its_parent(ending: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid, port = map(int, parent.stdout.readline().split())
        assert not gone(pid)
        parent.send_signal(ending)
        parent.wait(PATIENCE)
    assert await_gone(pid)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port)).close()


def test_a_server_that_is_still_starting_ends_with_its_parent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "ccm_engine.demo.serve_moto", str(listening.fileno())],
            stdin=subprocess.PIPE,
            pass_fds=(listening.fileno(),),
        )
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(PATIENCE) == 0


def test_the_server_ends_with_its_block() -> None:
    with EmulatedAWS() as running:
        pid = running.pid
        running.close()
        assert gone(pid)
    with pytest.raises(EmulatorError, match="not running"):
        running.endpoint  # noqa: B018 - reading it is what is refused


def test_the_server_ends_when_its_block_fails() -> None:
    pids = []

    def fail() -> None:
        with EmulatedAWS() as running:
            pids.append(running.pid)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert gone(pids[0])


def test_interrupting_the_server_is_the_parents_business(aws: EmulatedAWS) -> None:
    os.kill(aws.pid, signal.SIGINT)
    sts = demo_session(aws.endpoint, HOME_ACCOUNT).client("sts", region_name="us-east-1")
    assert sts.get_caller_identity()["Account"] == HOME_ACCOUNT


def test_two_servers_know_nothing_of_each_other(aws: EmulatedAWS) -> None:
    with EmulatedAWS() as other:
        assert other.endpoint != aws.endpoint
        s3 = demo_session(other.endpoint, HOME_ACCOUNT).client("s3", region_name="us-east-1")
        assert s3.list_buckets()["Buckets"] == []


def test_a_failed_start_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "moto").mkdir()
    (tmp_path / "moto" / "__init__.py").write_text("raise RuntimeError('this moto is broken')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(EmulatorError, match="RuntimeError: this moto is broken") as refusal, EmulatedAWS():
        pass
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("missing", ["moto", "flask_cors"])
def test_without_moto_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(EmulatorError) as refusal, EmulatedAWS():
        pass
    assert str(refusal.value) == "ccm demo needs the demo extra: pip install 'ccm-engine[demo]'"


def test_the_server_is_told_nothing_about_clouds() -> None:
    ambient = {
        "PATH": "/bin",
        "LC_ALL": "C",
        "PYTHONPATH": "src",
        "AWS_PROFILE": "prod",
        "AWS_SECRET_ACCESS_KEY": "ambient",
        "AWS_CONFIG_FILE": "/home/me/.aws/config",
        "MOTO_ACCOUNT_ID": "444455556666",
        "HTTPS_PROXY": "http://proxy",
    }
    given = child_environment(ambient)
    assert {name: given[name] for name in ("PATH", "LC_ALL", "PYTHONPATH")} == {
        "PATH": "/bin",
        "LC_ALL": "C",
        "PYTHONPATH": "src",
    }
    assert given["AWS_CONFIG_FILE"] == os.devnull
    assert not {"AWS_PROFILE", "AWS_SECRET_ACCESS_KEY", "MOTO_ACCOUNT_ID", "HTTPS_PROXY"} & given.keys()


def test_the_server_calls_nobody(aws: EmulatedAWS) -> None:
    sns = demo_session(aws.endpoint, HOME_ACCOUNT).client("sns", region_name="eu-west-1")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        topic = sns.create_topic(Name="webhook")["TopicArn"]
        port = listening.getsockname()[1]
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=f"http://127.0.0.1:{port}/")
        with pytest.raises(ResponseParserError, match="500"):
            sns.publish(TopicArn=topic, Message="hello")
        with pytest.raises(BlockingIOError):
            listening.accept()
