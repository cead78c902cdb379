"""Images that stand in for those which deploy/compose.yaml pulls, where no registry is reached.

Kafka's is made of Kafka's own jars and does what the official one does with our variables: its own class turns them
into properties and lays out the storage. Prometheus's is Debian's binary. Names, users, volumes and commands are those
of the official images; layers, versions of Java and of Prometheus are not.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from jgo.maven import MavenContext

from service.stream.devkafka.jars import KAFKA_VERSION, class_path, java
from tests.ops.image import BASE, STAMP, Builder
from tests.ops.tools import Failed

_JAVA = "/opt/java/bin/java -Xmx512m -cp '/opt/kafka/libs/*'"
_RUN = f"""#!/bin/sh
said=$({_JAVA} kafka.docker.KafkaDockerWrapper setup --default-configs-dir=/etc/kafka/docker \\
  --mounted-configs-dir=/mnt/shared/config --final-configs-dir=/opt/kafka/config 2>&1) ||
  case $said in *already*formatted*) ;; *) echo "$said"; exit 1 ;; esac
exec {_JAVA} kafka.Kafka /opt/kafka/config/server.properties
"""
_VERSIONS = f"""#!/bin/sh
exec {_JAVA} org.apache.kafka.tools.BrokerApiVersionsCommand "$@"
"""
_KAFKA = f"""FROM {BASE}
COPY java /opt/java
COPY libs /opt/kafka/libs
COPY bin /opt/kafka/bin
COPY run /etc/kafka/docker/run
RUN useradd appuser && mkdir -p /opt/kafka/config /var/lib/kafka/data /etc/kafka/secrets /mnt/shared/config \\
 && chmod 755 /opt/kafka/bin/* /etc/kafka/docker/run \\
 && chown -R appuser:appuser /opt/kafka/config /mnt/shared/config && chown -R appuser:root /var/lib/kafka /etc/kafka
USER appuser
ENV CLUSTER_ID=a2hhYmFyLWNvbXBvc2UtMQ
VOLUME ["/etc/kafka/secrets", "/var/lib/kafka/data", "/mnt/shared/config"]
CMD ["/etc/kafka/docker/run"]
"""
_PROMETHEUS = f"""FROM {BASE}
COPY prometheus /bin/prometheus
RUN mkdir /prometheus && chown 65534:65534 /prometheus
USER 65534
WORKDIR /prometheus
VOLUME ["/prometheus"]
ENTRYPOINT ["/bin/prometheus"]
"""


def kafka(builder: Builder, tag: str) -> None:
    """Build what stands in for the image of Kafka."""
    folder = _folder(builder, "kafka")
    shutil.copytree(java().parents[1], folder / "java", symlinks=True)
    (folder / "libs").mkdir()
    for jar in (*class_path(), *_tools()):
        shutil.copy(jar, folder / "libs")
    (folder / "bin").mkdir()
    (folder / "bin/kafka-broker-api-versions.sh").write_text(_VERSIONS, encoding="utf-8")
    (folder / "run").write_text(_RUN, encoding="utf-8")
    _build(builder, folder, _KAFKA, tag)


def prometheus(builder: Builder, tag: str) -> None:
    """Build what stands in for the image of Prometheus."""
    folder = _folder(builder, "prometheus")
    binary = shutil.which("prometheus")
    if binary is None:
        raise Failed("prometheus is not installed")
    shutil.copy(binary, folder)
    _build(builder, folder, _PROMETHEUS, tag)


def _tools() -> list[Path]:
    """Return the jar with Kafka's command line tools; what it needs is in the class path of the broker."""
    try:
        return [
            MavenContext(timeout=60)
            .create_dependency(f"org.apache.kafka:kafka-tools:{KAFKA_VERSION}")
            .artifact.resolve()
        ]
    except (RuntimeError, OSError) as error:
        raise Failed(f"Kafka's tools could not be fetched: {error}") from error


def _folder(builder: Builder, name: str) -> Path:
    folder = builder.folder / "standins" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _build(builder: Builder, folder: Path, text: str, tag: str) -> None:
    (folder / "Containerfile").write_text(text, encoding="utf-8")
    builder.store(
        "buildah", "bud", "--isolation=chroot", "--pull-never", "--format=docker", STAMP, f"--tag={tag}",
        f"--file={folder}/Containerfile", str(folder), network=False,
    )  # fmt: skip
