"""A new control of a user's own: two files that work as they stand, to be changed."""

import keyword
import re
from pathlib import Path

from ccm_engine.engine.catalogue import Catalogue

_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 80

_CONTROL = '''\
"""{sentence}.

A working example: change the subject, the judgement and the words. The control's id never changes.
"""

from ccm_engine import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ec2 import PrefixList, SecurityGroup


@control(
    title="No security group admits the internet to a port",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    remedy="Narrow the rule's source to known addresses, or remove the rule.",
)
def {id}(group: SecurityGroup, prefix_lists: Every[PrefixList], *, port: int = 3389) -> Verdict:
    """What the whole internet can reach is found and attacked within minutes."""
    if open_to := group.world_reaches(port=port, via=prefix_lists):
        return failed(f"{{group.name}} admits port {{port}} from {{open_to}}")
    return passed(f"{{group.name}} does not admit port {{port}} from the internet")
'''

_TEST = '''\
"""Examples of {id}: `ccm controls test` runs them offline, and so does pytest."""

from typing import Any

from {id} import {id}

from ccm_engine import Every, Status, example
from ccm_engine.resources.aws.ec2 import PrefixList, SecurityGroup


def group(*rules: dict[str, Any]) -> SecurityGroup:
    return example(SecurityGroup, {{"GroupId": "sg-1", "GroupName": "web", "IpPermissions": list(rules)}})


def rule(source: str, port: int) -> dict[str, Any]:
    return {{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{{"CidrIp": source}}]}}


def test_the_internet_fails() -> None:
    verdict = {id}(group(rule("0.0.0.0/0", 3389)), Every())
    assert verdict.status is Status.FAIL
    assert verdict.reason == "web admits port 3389 from 0.0.0.0/0"


def test_an_office_passes() -> None:
    assert {id}(group(rule("203.0.113.0/24", 3389)), Every()).status is Status.PASS


def test_another_port_passes() -> None:
    assert {id}(group(rule("0.0.0.0/0", 443)), Every()).status is Status.PASS


def test_ranges_of_a_prefix_list_count() -> None:
    everywhere = example(
        PrefixList,
        {{"PrefixListId": "pl-1"}},
        answers={{"get_managed_prefix_list_entries": {{"Entries": [{{"Cidr": "0.0.0.0/0"}}]}}}},
    )
    named = {{"IpProtocol": "tcp", "FromPort": 3389, "ToPort": 3389, "PrefixListIds": [{{"PrefixListId": "pl-1"}}]}}
    assert {id}(group(named), Every([everywhere])).status is Status.FAIL
'''


class ScaffoldError(ValueError):
    """A control cannot be begun; the message is one line with the mend."""


def begin_control(id_: str, directory: Path, known: Catalogue) -> tuple[Path, Path]:
    """Write a control and its test into `directory` (made where missing); return the two files.

    Raises ScaffoldError for an id that is no id or is taken, or where the files cannot be written.
    """
    _refuse(id_, known)
    control, test = directory / f"{id_}.py", directory / f"test_{id_}.py"
    for path in (control, test):
        if path.exists():
            raise ScaffoldError(f"{path} is there already; choose another id, or remove it first")
    sentence = id_.replace("_", " ").capitalize()
    try:
        if not directory.is_dir():
            directory.mkdir(parents=True)
            directory.chmod(0o755)  # whatever the umask: code that others may write to is refused
        for path, template in ((control, _CONTROL), (test, _TEST)):
            with path.open("x", encoding="utf-8") as stream:
                stream.write(template.format(id=id_, sentence=sentence))
            path.chmod(0o644)
    except OSError as error:
        raise ScaffoldError(
            f"{directory} cannot be written ({error.strerror}); set CCM_CONTROLS_DIR to a directory of yours"
        ) from error
    return control, test


def _refuse(id_: str, known: Catalogue) -> None:
    if not _ID.fullmatch(id_) or len(id_) > _LONGEST or keyword.iskeyword(id_):
        raise ScaffoldError(f"{id_!r} is no control id; use words in small letters joined by _, as ec2_no_open_rdp")
    if id_.startswith("test_"):
        raise ScaffoldError(f"{id_!r} would be taken for a test; begin the control id with another word")
    if id_ in known.controls:
        raise ScaffoldError(f"there is a control {id_} already; choose another id")
