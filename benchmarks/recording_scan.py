"""`ccm` with every call it makes written down: `python -m benchmarks.recording_scan FILE scan ...`.

A line for each call, as botocore was asked for it: [service, region, operation, arguments, whether it broke]. What a
bare script has to repeat comes from here, and not from what a run plans. A call breaks where the emulator knows it not
and answers with a status of 500 or nothing that can be read: the scan asks again then, as it would AWS.
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from ccm_engine.cli.main import run


def main(place: Path, arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    base: Any = BaseClient  # its stubs lack the method that all calls pass through
    lock, asked = threading.Lock(), base._make_api_call
    with place.open("w") as file:

        def writing(client: Any, operation: str, members: Any) -> Any:
            broke = True
            try:
                response = asked(client, operation, members)
                broke = False
                return response
            except ClientError as error:
                broke = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500) >= 500
                raise
            finally:
                about = client.meta.service_model.service_name, client.meta.region_name
                with lock:
                    file.write(json.dumps([*about, operation, members, broke], sort_keys=True) + "\n")

        base._make_api_call = writing
        return run(arguments)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
