"""Why no connection to the brokers comes about: one sentence that says what to mend, or that waiting may help.

aiokafka logs the reason of each try and raises "unable to bootstrap" for all of them. Here one more connection is
opened, and what it fails with is told apart.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Any, NamedTuple

from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.errors import IllegalSaslStateError, KafkaError, SaslAuthenticationFailed, UnsupportedSaslMechanismError
from aiokafka.protocol.metadata import MetadataRequest

from service.ops.settings import Settings

_TRY_MS = 5_000

# X509_verify_cert: https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
_EXPIRED = {9, 10}
_OTHER_HOST = {62, 64}


class Refusal(NamedTuple):
    """What stands between us and a broker. ``lasting``: waiting does not help, something has to be mended."""

    why: str
    lasting: bool


async def refusal(settings: Settings, connection: dict[str, Any]) -> Refusal:
    """Return why no broker can be reached: of several reasons one that has to be mended.

    ``connection`` has the arguments of aiokafka's clients. Where the first address answers, the brokers that it names
    are tried too: a certificate may fit the one and not the others. Takes up to ten seconds.
    """
    arguments = {name: value for name, value in connection.items() if name != "bootstrap_servers"}
    addresses = [_split(address) for address in settings.brokers.split(",")]
    first = await asyncio.gather(*(_try(settings, arguments, *address) for address in addresses))
    named = {address for answer in first if isinstance(answer, set) for address in answer}
    others = [_try(settings, arguments, *address) for address in named.difference(addresses)]
    found = [answer for answer in (*first, *await asyncio.gather(*others)) if isinstance(answer, Refusal)]
    return next((one for one in found if one.lasting), found[0] if found else Refusal("it answers only now", False))


async def _try(settings: Settings, arguments: dict[str, Any], host: str, port: int) -> set[tuple[str, int]] | Refusal:
    """Open one connection and ask which brokers there are; return their addresses, or why it came to nothing."""
    connection: AIOKafkaConnection | None = None
    try:
        connection = await create_conn(host, port, request_timeout_ms=_TRY_MS, **arguments)
        answer = await connection.send(MetadataRequest([]))
        return {(broker[1], broker[2]) for broker in answer.brokers}
    except (KafkaError, OSError, TimeoutError, ValueError, LookupError) as error:
        return _explained(error, f"{host}:{port}", settings)
    finally:
        if connection is not None:
            connection.close()


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.strip().rpartition(":")
    return host.strip("[]"), int(port)


def _explained(error: BaseException, at: str, settings: Settings) -> Refusal:
    """Tell the kinds of errors apart; aiokafka hides that of a broken connection behind one of its own."""
    cause = error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error
    match cause:
        case ssl.SSLCertVerificationError():
            found = Refusal(_broker_certificate(cause, at), lasting=True)
        case ssl.SSLError():
            found = _handshake(cause, at, settings)
        case SaslAuthenticationFailed() | UnsupportedSaslMechanismError() | IllegalSaslStateError():
            found = Refusal(_login(cause, at, settings), lasting=True)
        case TimeoutError():
            found = Refusal(f"{at} did not answer in time", lasting=False)
        case socket.gaierror():
            found = Refusal(f"the name of {at} is not known ({cause.strerror})", lasting=False)
        case OSError(strerror=str(said)):
            found = Refusal(f"{at}: {said}", lasting=False)
        case _:
            question = f"does KHABAR_SECURITY_PROTOCOL={settings.security_protocol} fit this port?"
            found = Refusal(f"{at} closes the connection: {question}", lasting=False)
    return found


def _login(error: KafkaError, at: str, settings: Settings) -> str:
    match error:
        case SaslAuthenticationFailed():
            who = f"user {settings.sasl_username!r} ({settings.sasl_mechanism})"
            return f"the broker {at} refuses {who}: KHABAR_SASL_USERNAME or KHABAR_SASL_PASSWORD is wrong"
        case UnsupportedSaslMechanismError():
            return f"the broker {at} does not take KHABAR_SASL_MECHANISM={settings.sasl_mechanism}"
        case _:
            return f"the broker {at} has no login: KHABAR_SECURITY_PROTOCOL should not be SASL_*"


def _broker_certificate(error: ssl.SSLCertVerificationError, at: str) -> str:
    if error.verify_code in _OTHER_HOST:
        return (
            f"the certificate of the broker {at} is another host's ({error.verify_message}): "
            "name it in KHABAR_BROKERS, and in the brokers' advertised.listeners, as its certificate does"
        )
    if error.verify_code in _EXPIRED:
        return f"the certificate of the broker {at} is out of its time ({error.verify_message}): renew it"
    return (
        f"the certificate of the broker {at} is not signed by what we trust ({error.verify_message}): "
        "KHABAR_SSL_CAFILE must name the certificate of its authority"
    )


def _handshake(error: ssl.SSLError, at: str, settings: Settings) -> Refusal:
    reason = (error.reason or str(error)).lower().replace("_", " ")
    if "certificate" in reason or "unknown ca" in reason:
        if settings.ssl_certfile is None:
            why = f"the broker {at} wants a certificate of ours: set KHABAR_SSL_CERTFILE and KHABAR_SSL_KEYFILE"
        else:
            why = f"the broker {at} does not accept the certificate of KHABAR_SSL_CERTFILE ({reason})"
        return Refusal(why, lasting=True)
    return Refusal(f"{at} does not speak TLS as we do ({reason}): look at KHABAR_SECURITY_PROTOCOL", lasting=True)
