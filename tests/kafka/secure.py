"""A broker that asks who comes: certificates made for the occasion, users with passwords, access lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from confluent_kafka.admin import (  # type: ignore[attr-defined] # it names no exports
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from service.stream.devkafka import RealKafka

USER = "feeds"
CLIENT = "khabar.example.com"
PASSWORD = "mill-race-44"  # Kafka's own PLAIN lists keep passwords in the server's configuration
_DAY = dt.timedelta(days=1)
_LIMIT_S = 30.0

LISTENERS = {
    "TLS": "SSL",  # a good certificate
    "MTLS": "SSL",  # wants ours too
    "OTHERNAME": "SSL",  # a certificate of another host
    "EXPIRED": "SSL",  # a certificate that ended yesterday
    "PLAIN": "SASL_SSL",
    "SCRAM": "SASL_SSL",
    "OPEN": "SASL_PLAINTEXT",
}


@dataclass(frozen=True)
class Certificates:
    """Files (PEM) of the clients: the authority of the broker's certificate, another one, and pairs of our own."""

    authority: Path
    stranger: Path
    client: tuple[Path, Path]
    expired_client: tuple[Path, Path]
    strange_client: tuple[Path, Path]

    @property
    def principal(self) -> str:
        """Whom the broker takes our certificate for."""
        return f"CN={CLIENT},OU=feeds,O=Example News"


class Secured:
    """A running broker with all :data:`LISTENERS`, on which only those may do something to whom it was granted.

    The plain listener (``kafka.bootstrap``) is the tests' own: who comes there may do everything.
    """

    def __init__(self, kafka: RealKafka, certificates: Certificates) -> None:
        self.kafka = kafka
        self.certificates = certificates
        self._admin = AdminClient({"bootstrap.servers": kafka.bootstrap})

    def add_user(self, name: str, password: str) -> None:
        """Let a user log in with SCRAM, by both mechanisms."""
        changes = [
            UserScramCredentialUpsertion(name, ScramCredentialInfo(mechanism, 4096), password.encode())
            for mechanism in (ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)
        ]
        for change in changes:  # one mechanism of a user a request
            for done in self._admin.alter_user_scram_credentials([change]).values():
                done.result(_LIMIT_S)

    def allow(self, principal: str, rights: Iterable[tuple[str, str, str]]) -> None:
        """Grant ``(kind, name, operation)`` such as ``("topic", "news.raw", "Read")``; the name may end in ``*``."""
        bindings = [
            AclBinding(
                ResourceType[kind.upper()],
                name.removesuffix("*") if len(name) > 1 else name,
                ResourcePatternType.PREFIXED if len(name) > 1 and name.endswith("*") else ResourcePatternType.LITERAL,
                f"User:{principal}",
                "*",
                AclOperation[operation.upper()],
                AclPermissionType.ALLOW,
            )
            for kind, name, operation in rights
        ]
        for done in self._admin.create_acls(bindings).values():
            done.result(_LIMIT_S)

    def address(self, listener: str) -> str:
        """Return where a listener listens."""
        return self.kafka.listener(listener)


@contextmanager
def secured(folder: Path) -> Iterator[Secured]:
    """Give a broker with certificates of an authority that exists for this test only."""
    ours, theirs = trustme.CA(), trustme.CA()
    now = dt.datetime.now(dt.UTC)
    past = {"not_before": now - 9 * _DAY, "not_after": now - _DAY}

    def client_of(authority: trustme.CA, **when: dt.datetime) -> trustme.LeafCert:
        return authority.issue_cert(
            CLIENT,
            common_name=CLIENT,
            organization_name="Example News",
            organization_unit_name="feeds",
            not_before=when.get("not_before"),
            not_after=when.get("not_after"),
        )

    server = {
        "good": _pem(ours.issue_cert("127.0.0.1"), folder / "good.pem"),
        "other": _pem(ours.issue_cert("kafka.example.com"), folder / "other.pem"),
        "expired": _pem(
            ours.issue_cert("127.0.0.1", not_before=past["not_before"], not_after=past["not_after"]),
            folder / "expired.pem",
        ),
    }
    of_listener = {"OTHERNAME": "other", "EXPIRED": "expired"}
    trust = folder / "ca.pem"
    ours.cert_pem.write_to_path(str(trust))
    theirs.cert_pem.write_to_path(str(folder / "stranger.pem"))
    certificates = Certificates(
        trust,
        folder / "stranger.pem",
        _pair(client_of(ours), folder / "client"),
        _pair(client_of(ours, **past), folder / "client-expired"),
        _pair(client_of(theirs), folder / "client-strange"),
    )
    properties = {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "listener.name.plain.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.plain.plain.sasl.jaas.config": _plain_login({USER: PASSWORD}),
    }
    for name, protocol in LISTENERS.items():
        prefix = f"listener.name.{name.lower()}"
        if protocol.endswith("SSL"):
            properties[f"{prefix}.ssl.keystore.type"] = "PEM"
            properties[f"{prefix}.ssl.keystore.location"] = str(server[of_listener.get(name, "good")])
        if name in {"SCRAM", "OPEN"}:
            properties[f"{prefix}.sasl.enabled.mechanisms"] = "SCRAM-SHA-256,SCRAM-SHA-512"
            for mechanism in ("scram-sha-256", "scram-sha-512"):
                properties[f"{prefix}.{mechanism}.sasl.jaas.config"] = f"{_LOGIN}.scram.ScramLoginModule required;"
    properties |= {
        "listener.name.mtls.ssl.client.auth": "required",
        "listener.name.mtls.ssl.truststore.type": "PEM",
        "listener.name.mtls.ssl.truststore.location": str(trust),
    }
    with RealKafka(extra_properties=properties, listeners=LISTENERS) as kafka:
        yield Secured(kafka, certificates)


def tls(broker: Secured, pair: tuple[Path, Path] | None = None) -> dict[str, str]:
    """Return the settings of a TLS connection, with our own certificate or without."""
    own = {"KHABAR_SSL_CERTFILE": str(pair[0]), "KHABAR_SSL_KEYFILE": str(pair[1])} if pair else {}
    return {"KHABAR_SECURITY_PROTOCOL": "SSL", "KHABAR_SSL_CAFILE": str(broker.certificates.authority), **own}


def login(broker: Secured, mechanism: str, *, user: str = USER, password: str = PASSWORD) -> dict[str, str]:
    """Return the settings of a login over TLS."""
    return {
        **tls(broker),
        "KHABAR_SECURITY_PROTOCOL": "SASL_SSL",
        "KHABAR_SASL_MECHANISM": mechanism,
        "KHABAR_SASL_USERNAME": user,
        "KHABAR_SASL_PASSWORD": password,
    }


_LOGIN = "org.apache.kafka.common.security"


def _plain_login(users: Mapping[str, str]) -> str:
    known = " ".join(f'user_{name}="{password}"' for name, password in users.items())
    return f"{_LOGIN}.plain.PlainLoginModule required {known};"


def _pem(certificate: trustme.LeafCert, file: Path) -> Path:
    """Write the key as PKCS 8, which is what Kafka reads, and the chain behind it."""
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain)
    return file


def _pair(certificate: trustme.LeafCert, stem: Path) -> tuple[Path, Path]:
    chain, key = stem.with_suffix(".crt"), stem.with_suffix(".key")
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    key.write_bytes(certificate.private_key_pem.bytes())
    return chain, key
