"""The image's entry point: commands for `ccm`, and under Lambda a handler, with AWS's own runtime client."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:ccm-sweep"
TEMPORARY = "/tmp"  # noqa: S108 - the one place that Lambda lets functions write to
ENTRYPOINT = Path(__file__).parents[2] / "container" / "entrypoint.sh"


def start(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CCM_"))}
    settings |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"} | more
    return subprocess.run(
        [str(ENTRYPOINT), *arguments], env=settings, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_command_is_handed_to_ccm() -> None:
    done = start("--version")
    assert (done.returncode, done.stdout[:4]) == (0, "ccm ")


def test_the_exit_code_is_ccms() -> None:
    assert start("there-is-no-such-command").returncode == 2


class RuntimeAPI(ThreadingHTTPServer):
    """AWS Lambda's side of its runtime API: one event is handed out, then everyone waits for the end."""

    def __init__(self, event: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Invocation)
        self.event, self.answered = event, threading.Event()
        self.response: dict[str, Any] = {}
        self.handed_out = False


class _Invocation(BaseHTTPRequestHandler):
    server: RuntimeAPI
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.server.handed_out:  # a function would be frozen here; this one is ended
            self.close_connection = True
            return
        self.server.handed_out = True
        body = json.dumps(self.server.event).encode()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        self.send_header("Lambda-Runtime-Deadline-Ms", "4102444800000")
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", FUNCTION)
        self.send_header("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        told = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.response = {"path": self.path, "body": json.loads(told)}
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.answered.set()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def runtime_api(event: dict[str, Any]) -> Iterator[RuntimeAPI]:
    with RuntimeAPI(event) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_under_lambda_the_command_names_the_handler(tmp_path: Path) -> None:
    (tmp_path / "told.py").write_text(
        "import os, ccm_engine\n"
        "def handler(event, context):\n"
        "    return {'event': event, 'in': os.getcwd(), 'left': context.get_remaining_time_in_millis() > 0}\n"
    )
    with runtime_api({"time": "2026-03-06T12:00:00Z"}) as aws:
        start(
            "told.handler",
            AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{aws.server_port}",
            PYTHONPATH=str(tmp_path),
            AWS_LAMBDA_FUNCTION_NAME="ccm-sweep",
            AWS_LAMBDA_FUNCTION_VERSION="1",
            AWS_LAMBDA_FUNCTION_MEMORY_SIZE="512",
        )
        assert aws.answered.wait(30)

    assert aws.response["path"].endswith("/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response")
    assert aws.response["body"] == {"event": {"time": "2026-03-06T12:00:00Z"}, "in": TEMPORARY, "left": True}


def test_under_lambda_a_handler_has_to_be_named() -> None:
    done = start(AWS_LAMBDA_RUNTIME_API="127.0.0.1:9")
    assert done.returncode != 0
    assert "ccm_engine.functions.sweep.handler" in done.stderr
