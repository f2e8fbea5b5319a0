import json
import logging
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alert_examples import OPEN_SSH
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from webhooks import SECRET, Webhook, listening

from ccm_engine.notify import DeliveryError, secret_url
from ccm_engine.notify.slack import SlackChannel
from ccm_engine.notify.slack_blocks import payload


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with listening() as server:
        yield server


def failure(channel: SlackChannel) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channel.send(OPEN_SSH)
    return caught.value


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def test_the_payload_is_posted_as_json(webhook: Webhook) -> None:
    SlackChannel(webhook.url).send(OPEN_SSH)
    [(path, content_type, body)] = webhook.requests
    assert path == f"/services/{SECRET}"
    assert content_type == "application/json; charset=utf-8"
    assert json.loads(body) == payload(OPEN_SSH)


def test_one_channel_serves_many_threads(webhook: Webhook) -> None:
    channel = SlackChannel(webhook.url)
    threads = [threading.Thread(target=channel.send, args=(OPEN_SSH,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(webhook.requests) == 8


@pytest.mark.parametrize(("after", "seconds"), [("30", 30.0), ("0", 0.0), ("", None), ("-1", None), ("soon", None)])
def test_a_call_for_patience_is_passed_on(webhook: Webhook, after: str, seconds: float | None) -> None:
    webhook.status, webhook.body, webhook.headers = 429, b"rate_limited", {"Retry-After": after}
    error = failure(SlackChannel(webhook.url))
    assert error.retry_after == seconds
    assert str(error) == "Slack's webhook answered 429 rate_limited"


def test_a_redirect_is_not_followed(webhook: Webhook) -> None:
    webhook.status, webhook.headers = 307, {"Location": f"{webhook.url}/elsewhere"}
    assert "307, a redirect, which is not followed" in str(failure(SlackChannel(webhook.url)))
    assert len(webhook.requests) == 1


def test_slacks_own_error_is_repeated_with_the_mend(webhook: Webhook) -> None:
    webhook.status, webhook.body = 404, b"no_service"
    error = failure(SlackChannel(webhook.url))
    assert "404 no_service; make a new incoming webhook and set CCM_SLACK_WEBHOOK_URL to it" in str(error)
    assert error.retry_after is None


@pytest.mark.parametrize(
    ("status", "said", "refused"),
    [(400, b"invalid_payload", True), (400, b"user_not_found", False), (403, b"action_prohibited", False)],
)
def test_what_slack_cannot_read_is_refused_for_itself(
    webhook: Webhook, status: int, said: bytes, *, refused: bool
) -> None:
    webhook.status, webhook.body = status, said
    assert failure(SlackChannel(webhook.url)).refused == refused


def test_any_other_page_is_not_repeated(webhook: Webhook) -> None:
    webhook.status, webhook.body = 502, f"<html>proxy: cannot reach {webhook.url}\r\nx</html>".encode() * 99
    assert str(failure(SlackChannel(webhook.url))) == "Slack's webhook answered 502"


def closed(server: socket.socket) -> None:
    server.close()


def hangs_up(server: socket.socket) -> None:
    threading.Thread(target=lambda: server.accept()[0].close(), daemon=True).start()


def babbles(server: socket.socket) -> None:
    def answer() -> None:
        peer = server.accept()[0]
        peer.recv(65536)
        peer.sendall(b"220 smtp ready\r\n")
        peer.close()

    threading.Thread(target=answer, daemon=True).start()


def stays_silent(server: socket.socket) -> None:
    """The connection waits in the backlog, and nothing is ever answered."""


@pytest.mark.parametrize("behave", [closed, hangs_up, babbles, stays_silent])
def test_whatever_goes_wrong_is_one_line_without_the_url(
    behave: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(secret_url, "READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/services/{SECRET}"
        behave(server)
        error = failure(SlackChannel(url))
    assert str(error).startswith("Slack's webhook could not be reached: ")
    assert "\n" not in str(error)
    told = [repr(each) + str(each) for each in chain(error)] + traceback.format_exception(error) + [caplog.text]
    assert not any(SECRET in each or "services" in each for each in told)


def test_a_good_delivery_logs_no_url_either(webhook: Webhook, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    channel = SlackChannel(webhook.url)
    channel.send(OPEN_SSH)
    assert SECRET not in caplog.text
    assert SECRET not in repr(channel) + str(channel)


def test_a_certificate_that_nobody_vouches_for_is_refused(webhook: Webhook, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    webhook.socket = context.wrap_socket(webhook.socket, server_side=True)
    error = failure(SlackChannel(webhook.url.replace("http://127.0.0.1", "https://localhost")))
    assert str(error) == "Slack's webhook could not be reached: SSLCertVerificationError"
    assert webhook.requests == []


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.mark.parametrize(
    "value",
    [
        f"http://hooks.slack.com/services/{SECRET}",
        f"http://127.0.0.1.evil.example/{SECRET}",
        f"http://localhost@evil.example/{SECRET}",
        "https://user:s3cret@hooks.slack.com/services/x",
        f"hooks.slack.com/services/{SECRET}",
        f"ftp://hooks.slack.com/{SECRET}",
        f"https:///services/{SECRET}",
        f"https://[::1/{SECRET}",
        f"https://hooks.slack.com:99999/{SECRET}",
        f"https://hooks.slack.com/services/ {SECRET}",
        f"https://hooks.slack.com/\r\nHost: evil.example/{SECRET}",
    ],
)
def test_what_is_no_webhook_is_refused_and_not_shown(value: str) -> None:
    with pytest.raises(ValueError, match=r"^CCM_SLACK_WEBHOOK_URL is not the https URL") as caught:
        SlackChannel(value)
    told = [repr(each) + str(each) for each in chain(caught.value)]
    assert not any("s3cret" in each or "evil" in each for each in told)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    ["https://hooks.slack.com/services/T0/B0/x", "https://hooks.slack-gov.com/services/x", "http://localhost:8065/x",
     "http://[::1]:8065/x"],
)  # fmt: skip
def test_webhooks_over_tls_or_on_loopback_are_taken(value: str) -> None:
    assert repr(SlackChannel(value)) == "<slack channel>"
