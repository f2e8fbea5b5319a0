"""Amazon SNS: one message per alert, a JSON document for machines and plain text for email."""

import hashlib
import json
import re
import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ccm_engine.core.unit import SEPARATOR, lineage
from ccm_engine.engine.alert import Alert
from ccm_engine.notify import message
from ccm_engine.notify.channel import Channel, DeliveryError
from ccm_engine.notify.foreign import clipped, in_ascii, one_line

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

ROOM = 256 * 1024 - 16 * 1024
"""Bytes of message, subject and attributes. SNS takes 256 KiB; the rest is left to the envelope that SNS
itself puts around a message on its way to a queue of the same limit."""

LIST_ROOM = 60 * 1024
"""Bytes of one attribute that is a list: the accounts of the largest organizations, or their units."""

SUBJECT = 99
"""SNS wants subjects `less than 100 characters long`."""

_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:(?P<region>[a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")
_FIFO_ID = re.compile(r"[!-~]{1,128}")
_OF_THE_MESSAGE = {"InvalidParameter", "ParameterValueInvalid", "ValidationException"}
_MENDS = {
    "AuthorizationError": "allow sns:Publish on the topic",
    "AuthorizationErrorException": "allow sns:Publish on the topic",
    "AccessDenied": "allow sns:Publish on the topic",
    "KMSAccessDenied": "allow kms:GenerateDataKey and kms:Decrypt on the topic's key",
    "NotFound": "make the topic, or correct CCM_SNS_TOPIC_ARN",
    "NotFoundException": "make the topic, or correct CCM_SNS_TOPIC_ARN",
}


class SnsChannel(Channel):
    """Publishes to the topic with this ARN (standard or FIFO), in the topic's own region."""

    name: ClassVar[str] = "sns"
    setting: ClassVar[str] = "CCM_SNS_TOPIC_ARN"

    def __init__(self, value: str) -> None:
        """Take the ARN. Raises ValueError when it is none of an SNS topic; nothing is called yet."""
        form = _TOPIC.fullmatch(value)
        if form is None:
            # Only an ARN is repeated: anything else put here by mistake may be a secret.
            given = f" ({one_line(value)})" if value.startswith("arn:") else ""
            raise ValueError(
                f"{self.setting} is not the ARN of an SNS topic{given}: "
                "set it to one like arn:aws:sns:us-east-1:123456789012:ccm-alerts"
            )
        self._arn = value
        self._region = form["region"]
        self._lock = threading.Lock()
        self._made: SNSClient | None = None

    def send(self, alert: Alert) -> None:
        """Publish the alert. Raises DeliveryError with SNS's error code, and the mend where there is one."""
        # The SDK takes a third of a second to import, so it is left until there is something to send.
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            # ValueError is what the SDK raises for an endpoint setting that is no URL.
            self._client().publish(**publication(alert, self._arn))
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            said = one_line(error.response.get("Error", {}).get("Message", ""))
            mend = f"; {_MENDS[code]}" if code in _MENDS else ""
            why = f"SNS refused the alert for {self._arn}: {code}: {said}{mend}"
            raise DeliveryError(why, refused=code in _OF_THE_MESSAGE) from error
        except (BotoCoreError, ValueError) as error:
            raise self._unreached(error) from error
        except Exception as error:  # botocore's parsers raise anything on a broken response
            raise self._unread() from error

    def look(self) -> str:
        """Ask for the topic, where that is allowed. Raises DeliveryError when there is none."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client().get_topic_attributes(TopicArn=self._arn)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            if code.startswith("NotFound"):
                raise DeliveryError(f"there is no topic {self._arn}; {_MENDS[code]}") from error
            return f"the topic cannot be looked at ({code}), for which sending needs no right; nothing was sent"
        except (BotoCoreError, ValueError) as error:
            raise self._unreached(error) from error
        except Exception as error:  # botocore's parsers raise anything on a broken response
            raise self._unread() from error
        return "the topic is there; nothing was sent"

    def _unreached(self, error: Exception) -> DeliveryError:
        return DeliveryError(f"SNS could not be reached for {self._arn}: {one_line(str(error))}")

    def _unread(self) -> DeliveryError:
        mend = "look at AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_SNS"
        return DeliveryError(f"what answers for {self._arn} is no SNS; {mend}")

    def _client(self) -> "SNSClient":
        import boto3
        from botocore.config import Config

        with self._lock:
            if self._made is None:
                config = Config(
                    connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3}
                )
                # A session of its own: boto3's default one may be another account's while a control runs.
                self._made = boto3.session.Session().client("sns", region_name=self._region, config=config)
            return self._made


def publication(alert: Alert, topic_arn: str) -> dict[str, Any]:
    """Return the arguments of Publish for `alert`, within SNS's limits.

    The message has a version per protocol: `default` (JSON, for queues, functions and webhooks), `email`
    (text) and `sms` (the subject). It lists every resource that fits into `ROOM` whole, and counts the rest.
    """
    attributes = {
        name: {"DataType": "String", "StringValue": value}
        for name, value in attributes_of(alert).items()
        if value  # SNS refuses empty values
    }
    attributes |= {
        # In ASCII, because SQS refuses some characters that a name may hold.
        name: {"DataType": "String.Array", "StringValue": json.dumps(values)}
        for name, values in lists_of(alert).items()
        if values
    }
    around = len(json.dumps(attributes)) + SUBJECT
    found = message.items(alert)
    bare = _message(alert, ())
    kept = message.fitting(((item, _size(item)) for item in found), ROOM - around - len(bare.encode()))
    arguments: dict[str, Any] = {
        "TopicArn": topic_arn,
        "Subject": subject(alert),
        "Message": _message(alert, kept),
        "MessageStructure": "json",
        "MessageAttributes": attributes,
    }
    if topic_arn.endswith(".fifo"):
        # In order per control, so that a recovery never overtakes the failure it ends.
        arguments["MessageGroupId"] = _fifo_id(alert.control_id or alert.transition)
        arguments["MessageDeduplicationId"] = _fifo_id(alert.key)
    return arguments


def attributes_of(alert: Alert) -> dict[str, str]:
    """Return what subscribers can filter by, by attribute name."""
    return {
        "transition": str(alert.transition),
        "severity": str(alert.severity or ""),
        "control_id": one_line(alert.control_id),
        "key": one_line(alert.key),
    }


def lists_of(alert: Alert) -> dict[str, list[str]]:
    """Return what subscribers can filter by where there may be several of it, by attribute name.

    The accounts, and the paths of their organizational units and of each unit above those, these from the root down.
    What goes beyond `LIST_ROOM` is left out.
    """
    units = {one_line(above) for unit in alert.units for above in lineage(unit) if above}
    from_the_root = sorted(units, key=lambda unit: (unit.count(SEPARATOR), unit))
    return {"account_id": _fitting(one_line(one) for one in alert.accounts), "ou": _fitting(from_the_root)}


def _fitting(values: Iterable[str]) -> list[str]:
    kept: list[str] = []
    room = LIST_ROOM
    for value in values:
        room -= len(json.dumps(json.dumps(value))) + 2  # as it stands in the request, and the comma
        if room < 0:
            break
        kept.append(value)
    return kept


def subject(alert: Alert) -> str:
    """Return the headline as SNS takes subjects: ASCII, one line, fewer than 100 characters."""
    whole = in_ascii(message.headline(alert))
    return whole if len(whole) <= SUBJECT else in_ascii(clipped(whole, SUBJECT - 2))  # the mark's ellipsis becomes 3


def _message(alert: Alert, kept: Sequence[message.Item]) -> str:
    by_protocol = {
        # In ASCII, because SQS refuses some characters that a name may hold.
        "default": json.dumps(message.document(alert, kept)),
        "email": message.text(alert, kept),
        "sms": subject(alert),
    }
    return json.dumps(by_protocol, ensure_ascii=False)


def _size(item: message.Item) -> int:
    """How many bytes the item adds to the message: once in the document, once in the text, with separators."""
    in_document = json.dumps(", " + json.dumps(item.data))
    in_text = json.dumps(message.item_text(item) + "\n", ensure_ascii=False)
    return len(in_document) + len(in_text.encode())


def _fifo_id(name: str) -> str:
    return name if _FIFO_ID.fullmatch(name) else hashlib.sha256(name.encode(errors="backslashreplace")).hexdigest()
