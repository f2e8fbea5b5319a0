"""What the image is made of and what it starts: without Docker, so its parts are run one by one."""

import os
import re
import subprocess
import sys
import threading
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tools import run_tool

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 - what Compose sets; nothing listens on it here
HEALTHCHECK = ROOT / "container" / "healthcheck.py"


def test_hadolint_finds_nothing() -> None:
    done = run_tool("hadolint", "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_shellcheck_finds_nothing() -> None:
    done = run_tool("shellcheck", *sorted((ROOT / "container").glob("*.sh")), *sorted((ROOT / "scripts").glob("*.sh")))
    assert (done.returncode, done.stdout) == (0, "")


def test_it_runs_as_a_number_that_is_not_root() -> None:
    users = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["10001:10001"]


def test_the_image_itself_opens_no_door() -> None:
    # Whoever publishes the port says so, with what goes with it; the engine's default is loopback.
    assert "CCM_HOST" not in DOCKERFILE
    assert "CCM_ALLOW_ANONYMOUS" not in DOCKERFILE


def test_only_hashed_wheels_are_installed() -> None:
    installs = re.findall(r"pip --python \S+ install (.+?)(?= \\|$)", DOCKERFILE, re.MULTILINE)
    assert len(installs) == 3
    for options in installs:
        assert "--require-hashes --only-binary :all:" in options or "--no-deps --no-index" in options


def test_what_is_copied_is_there_and_let_through() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_through = [rule[1:] for rule in rules if rule.startswith("!")]
    copied = [
        name
        for words in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for name in words.split()
        if not name.startswith("--")
    ]
    assert len(copied) >= 7
    for name in copied:
        assert (ROOT / name).exists(), name
        assert any(
            fnmatch(name, rule) or Path(name) in Path(rule).parents or name.startswith(f"{rule}/")
            for rule in let_through
        ), name
    assert not [rule for rule in let_through if fnmatch(".env", rule) or fnmatch(".git", rule)]


def test_the_lock_file_of_the_image_holds_all_that_its_ways_to_run_require() -> None:
    text = (ROOT / "requirements-image.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9][a-z0-9-]*)==", text, re.MULTILINE))
    for line in requires("ccm-engine") or []:
        wanted = Requirement(line)
        if wanted.marker is None or any(
            wanted.marker.evaluate({"extra": extra}) for extra in ("distributed", "lambda", "tracing")
        ):
            assert wanted.name.lower().replace("_", "-") in locked, wanted.name
    assert "moto" not in locked


def test_a_wheel_is_built_from_what_the_build_stage_has(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE", "src"):
        (tmp_path / name).symlink_to(ROOT / name)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"],
        cwd=tmp_path,
        env=os.environ | {"SETUPTOOLS_SCM_PRETEND_VERSION": "3.2.1"},
        check=True,
        capture_output=True,
    )
    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["ccm_engine-3.2.1-py3-none-any.whl"]


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (403, 1)])
def test_the_health_check_asks_under_a_name_that_is_always_allowed(status: int, code: int) -> None:
    asked: list[tuple[str, str | None]] = []

    class Engine(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Host"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Engine) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        done = health("ready", CCM_HOST=EVERY_ADDRESS, CCM_PORT=str(server.server_port))

    assert done.returncode == code
    assert asked == [("/health/ready", "localhost")]


def test_the_health_check_says_that_nobody_answers() -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        port = server.server_port
    done = health(CCM_HOST="127.0.0.1", CCM_PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.startswith("no answer: ")


def test_the_health_check_takes_an_empty_setting_for_none_as_the_engine_does() -> None:
    done = health(CCM_HOST="", CCM_PORT="")  # whether anybody listens on port 8000 here is not ours to know
    assert "Traceback" not in done.stderr


def health(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HEALTHCHECK), *arguments]
    return subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, timeout=60, check=False)


def test_a_worker_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HEALTHCHECK.parent))
    import healthcheck

    first = tmp_path / "cmdline"
    first.write_bytes(b"/opt/ccm/bin/python\0/opt/ccm/bin/ccm\0worker\0--processes\x002\0")
    assert not healthcheck.serves(first)
    first.write_bytes(b"/opt/ccm/bin/python\0/opt/ccm/bin/ccm\0serve\0")
    assert healthcheck.serves(first)
