"""What traces cost a scan: with a receiver that takes them, and with one that never answers, against none.

`python -m benchmarks.traced [small|mid]` · whole processes; CPU without the receiver's. Goals, mid: CPU and wall at
most 1.05 times where they are taken; where nobody answers, wall only the seconds that the last spans have.
"""

import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.brokers import CCM
from benchmarks.process import Cost, medians, run_once
from benchmarks.reach import reaching
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.standin.running import Running
from ccm_engine.app.tracing import FLUSH_SECONDS

ROUNDS = 3
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class Taking(BaseHTTPRequestHandler):
    """Takes what comes, and counts its bytes."""

    taken = 0

    def do_POST(self) -> None:
        """Answer that it is taken."""
        Taking.taken += len(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receivers() -> Iterator[dict[str, Mapping[str, str]]]:
    """Lend what makes a scan trace to nobody, to one who takes it, and to one who never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadingHTTPServer(("127.0.0.1", 0), Taking) as taking:
        threading.Thread(target=taking.serve_forever, daemon=True).start()
        yield {
            "no traces": {},
            "they are taken": {ENDPOINT: f"http://127.0.0.1:{taking.server_port}"},
            "nobody answers": {ENDPOINT: f"http://127.0.0.1:{silent.getsockname()[1]}"},
        }
        taking.shutdown()


def measure(scenario: Scenario) -> None:
    """Measure all three, in turn so that each meets the same load, and print them."""
    costs: dict[str, list[Cost]] = {}
    with Running(scenario.size, latency=scenario.latency) as aws, receivers() as ways:
        for _ in range(ROUNDS):
            for name, variables in ways.items():
                aws.reset()
                with tempfile.TemporaryDirectory() as folder:
                    store = {"CCM_STORE": f"sqlite:///{Path(folder) / 'ccm.db'}", "CCM_PROCESSES": "1"}
                    environment = {**reaching(aws, ()), **store, **variables}
                    told = run_once([*CCM, "scan", "-o", "json"], environment, accept=(0, 1))
                    costs.setdefault(name, []).append(told)
        requests = aws.counts()["requests"]
    print(f"{scenario.name}: {requests} requests, {Taking.taken // ROUNDS} bytes of spans a scan, medians of {ROUNDS}")
    bare = medians(costs["no traces"])
    for name, every in costs.items():
        cost = medians(every)
        late = f", {cost.wall - bare.wall:+.1f} s"
        ratios = (
            f"CPU {cost.cpu / bare.cpu:.2f}, wall {cost.wall / bare.wall:.2f}{late}, peak {cost.peak / bare.peak:.2f}"
        )
        print(f"{name:>16}: {ratios}")
    print(f"  the last spans may take {FLUSH_SECONDS:.0f} s")


def main(name: str = "small") -> None:
    """Measure one scenario."""
    measure(SCENARIOS[name])


if __name__ == "__main__":
    main(*sys.argv[1:2])
