"""The resource definitions of other operators as their makers publish them, for a real API server.

KEDA and the Prometheus operator carry theirs in their Go modules. Strimzi's are written by its own generator from its
own classes, both from the Maven repository; Java is the wheel's that the tests' Kafka runs on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import yaml
from jgo.maven import MavenContext

from service.stream.devkafka.jars import java
from tests.ops.tools import Failed, Tools

MODULES = {
    "github.com/kedacore/keda/v2@v2.21.0": (
        "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=",
        "config/crd/bases",
        ("keda.sh_scaledobjects.yaml", "keda.sh_triggerauthentications.yaml"),
    ),
    "github.com/prometheus-operator/prometheus-operator@v0.85.0": (
        "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
        "example/prometheus-operator-crd",
        ("monitoring.coreos.com_podmonitors.yaml", "monitoring.coreos.com_prometheusrules.yaml"),
    ),
}
"""By Go module and version: the hash of the module, the folder in it, and its files that define what we use."""

STRIMZI = ("io.strimzi:crd-generator:1.2.0", "io.strimzi:api:0.51.0")
STRIMZI_CLASSES = ("io.strimzi.api.kafka.model.topic.KafkaTopic", "io.strimzi.api.kafka.model.user.KafkaUser")
_WAIT_S = 60


def definitions(tools: Tools, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield (where from, file) for each definition; ``folder`` is for those that have to be written."""
    for module, (hashed, place, names) in MODULES.items():
        told = json.loads(tools.run("go", "mod", "download", "-json", module))
        if told["Sum"] != hashed:
            raise Failed(f"{module} has the hash {told['Sum']}, not {hashed}")
        yield from ((module, Path(told["Dir"], place, name)) for name in names)
    for name in STRIMZI_CLASSES:
        file = folder / f"{name}.yaml"
        tools.run(
            str(java()), "-cp", ":".join(map(str, _strimzi())), "io.strimzi.crdgenerator.CrdGenerator", "--yaml",
            "--target-kube", "1.27+", "--crd-api-version", "v1", "--api-versions", "v1", "--storage-version", "v1",
            f"{name}={file}",
        )  # fmt: skip
        yield STRIMZI[1], file


def names(files: list[Path]) -> list[str]:
    """Return the names of the definitions in files."""
    return [str(yaml.safe_load(file.read_text("utf-8"))["metadata"]["name"]) for file in files]


def _strimzi() -> list[Path]:
    """Return the jars of Strimzi's generator and classes, and all that they need."""
    context = MavenContext(timeout=_WAIT_S)
    try:
        inputs, transitive = context.resolver.resolve([context.create_dependency(each) for each in STRIMZI])
        return [each.artifact.resolve() for each in (*inputs, *transitive)]
    except (RuntimeError, OSError) as error:
        raise Failed(f"Strimzi's classes could not be fetched: {error}") from error
