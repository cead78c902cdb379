"""A sound overlay broken in one way at a time: what a slip of the keyboard or of a merge leaves behind."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Objects = list[dict[str, Any]]


def one(objects: Objects, kind: str, name: str = "") -> dict[str, Any]:
    """Return the object of a kind whose name ends like this; the first one for no name."""
    return next(each for each in objects if each["kind"] == kind and each["metadata"]["name"].endswith(name))


def _pod(objects: Objects) -> Any:
    return one(objects, "StatefulSet")["spec"]["template"]["spec"]


def _worker(objects: Objects) -> Any:
    return _pod(objects)["containers"][0]


def _scaled(objects: Objects) -> Any:
    return one(objects, "ScaledObject", "intake")["spec"]


def _config(objects: Objects) -> Any:
    return next(each["data"] for each in objects if "khabar-config" in each["metadata"]["name"])


def _policy(objects: Objects) -> Any:
    return one(objects, "NetworkPolicy")["spec"]


def _acls(objects: Objects, user: str) -> Any:
    return one(objects, "KafkaUser", user)["spec"]["authorization"]["acls"]


def _rename(found: Any, old: str, new: str) -> None:
    found[new] = found.pop(old)


def _relabel(objects: Objects) -> None:
    one(objects, "StatefulSet")["spec"]["template"]["metadata"]["labels"] = {"app": "khabar"}


def _rule(objects: Objects, expression: str) -> None:
    one(objects, "PrometheusRule")["spec"]["groups"][1]["rules"][0]["expr"] = expression


MUTANTS: dict[str, Callable[[Objects], Any]] = {
    "field mistyped": lambda o: _rename(_worker(o), "readinessProbe", "readinesProbe"),
    "removed API": lambda o: one(o, "PodDisruptionBudget").update(apiVersion="policy/v1beta1"),
    "value of a variable is a number": lambda o: _worker(o)["env"].append({"name": "X", "value": 1}),
    "grace period is a text": lambda o: _pod(o).update(terminationGracePeriodSeconds="90"),
    "labels of the pods": _relabel,
    "memory above its limit": lambda o: _worker(o)["resources"]["requests"].update(memory="2Gi"),
    "mount without a volume": lambda o: _worker(o)["volumeMounts"].append({"name": "nope", "mountPath": "/x"}),
    "port 70000": lambda o: _worker(o)["ports"][0].update(containerPort=70_000),
    "port of the service's setting": lambda o: _worker(o)["ports"][0].update(containerPort=6067),
    "probe at an unknown port": lambda o: _worker(o)["livenessProbe"]["httpGet"].update(port="htttp"),
    "probe at an unknown path": lambda o: _worker(o)["readinessProbe"]["httpGet"].update(path="/ready"),
    "liveness asks readiness": lambda o: _worker(o)["livenessProbe"]["httpGet"].update(path="/readyz"),
    "no readiness probe": lambda o: _worker(o).pop("readinessProbe"),
    "port name of 22 characters": lambda o: _worker(o)["ports"][0].update(name="http-metrics-port-long"),
    "root file system writable": lambda o: _worker(o)["securityContext"].pop("readOnlyRootFilesystem"),
    "privileged": lambda o: _worker(o)["securityContext"].update(privileged=True),
    "capabilities kept": lambda o: _worker(o)["securityContext"].pop("capabilities"),
    "runs as root": lambda o: _pod(o)["securityContext"].pop("runAsNonRoot"),
    "token mounted": lambda o: _pod(o).pop("automountServiceAccountToken"),
    "image latest": lambda o: _worker(o).update(image="khabar:latest"),
    "service missing": lambda o: one(o, "StatefulSet")["spec"].update(serviceName="khabar-dedup"),
    "service with an address": lambda o: one(o, "Service")["spec"].pop("clusterIP"),
    "service's port": lambda o: one(o, "Service")["spec"]["ports"][0].update(targetPort="web"),
    "account missing": lambda o: _pod(o).update(serviceAccountName="default-2"),
    "ConfigMap missing": lambda o: _worker(o)["envFrom"][0]["configMapRef"].update(name="khabar-config"),
    "setting mistyped": lambda o: _rename(_config(o), "KHABAR_LOG_FORMAT", "KHABAR_LOGFORMAT"),
    "setting's value": lambda o: _config(o).update(KHABAR_SECURITY_PROTOCOL="TLS"),
    "secret mistyped": lambda o: _pod(o)["volumes"][0]["secret"].update(secretName="khabar-dedup"),
    "secret's key": lambda o: _pod(o)["volumes"][0]["secret"]["items"][0].update(key="pass"),
    "password elsewhere": lambda o: _config(o).update(KHABAR_SASL_PASSWORD_FILE="/etc/khabar/password"),
    "killed before it drained": lambda o: _config(o).update(KHABAR_DRAIN_TIMEOUT="90"),
    "budget chooses nothing": lambda o: one(o, "PodDisruptionBudget")["spec"]["selector"].update(
        matchLabels={"a": "b"}
    ),
    "monitor's port": lambda o: one(o, "PodMonitor")["spec"]["podMetricsEndpoints"][0].update(port="metrics"),
    "monitor's path": lambda o: one(o, "PodMonitor")["spec"]["podMetricsEndpoints"][0].update(path="/metric"),
    "monitor chooses nothing": lambda o: one(o, "PodMonitor")["spec"]["selector"].update(matchLabels={"app": "khabar"}),
    "no way to DNS": lambda o: _policy(o)["egress"].pop(0),
    "no way to Kafka": lambda o: _policy(o)["egress"][1]["ports"][0].update(port=9092),
    "policy for nobody": lambda o: _policy(o)["podSelector"]["matchLabels"].update({"app.kubernetes.io/name": "x"}),
    "monitoring shut out": lambda o: _policy(o)["ingress"][0]["ports"][0].update(port="metrics"),
    "changelog with other partitions": lambda o: one(o, "KafkaTopic", "changelog")["spec"].update(partitions=6),
    "changelog not compacted": lambda o: one(o, "KafkaTopic", "changelog")["spec"]["config"].pop("cleanup.policy"),
    "topic missing": lambda o: o.remove(one(o, "KafkaTopic", "news.deadletter")),
    "one copy": lambda o: one(o, "KafkaTopic", "news.raw")["spec"].update(replicas=1),
    "user may not write": lambda o: _acls(o, "intake")[2].update(operations=["Describe"]),
    "user may do more": lambda o: _acls(o, "enrich")[1].update(operations=["Read", "Write", "Describe"]),
    "user's group": lambda o: _acls(o, "dedupe")[0]["resource"].update(name="khabar-dedup"),
    "user of another cluster": lambda o: one(o, "KafkaUser")["metadata"].update(namespace="khabar"),
    "more pods than partitions": lambda o: _scaled(o).update(maxReplicaCount=50),
    "trigger's key mistyped": lambda o: _rename(_scaled(o)["triggers"][0]["metadata"], "lagThreshold", "lagTreshold"),
    "trigger's group": lambda o: _scaled(o)["triggers"][0]["metadata"].update(consumerGroup="khabar"),
    "scaled and counted": lambda o: one(o, "Deployment", "intake")["spec"].update(replicas=3),
    "scaling of nobody": lambda o: _scaled(o)["scaleTargetRef"].update(name="khabar-intakes"),
    "scaling may not look": lambda o: _acls(o, "keda").pop(),
    "alert does not parse": lambda o: _rule(o, "sum by (job (up)"),
    "alert's metric": lambda o: _rule(o, "khabar_lag_second > 5"),
    "monitor's unknown field": lambda o: one(o, "PodMonitor")["spec"].update(podMetricsEndpointz=[]),
    "monitor's interval": lambda o: one(o, "PodMonitor")["spec"]["podMetricsEndpoints"][0].update(interval="15x"),
    "topic's unknown field": lambda o: one(o, "KafkaTopic", "news.raw")["spec"].update(replica=3),
    "threshold is a number": lambda o: _scaled(o)["triggers"][0]["metadata"].update(lagThreshold=5000),
    "fallback without its threshold": lambda o: _scaled(o)["fallback"].pop("failureThreshold"),
    "user's password": lambda o: one(o, "KafkaUser")["spec"]["authentication"].update(type="scram"),
    "right mistyped": lambda o: _acls(o, "intake")[0].update(operations=["Reed", "Describe"]),
    "another namespace": lambda o: one(o, "PodMonitor")["metadata"].update(namespace="monitoring"),
}
"""By name, a change of the objects in place."""


def broken(objects: Objects) -> Iterator[tuple[str, Objects]]:
    """Yield the overlay broken in each way, and the name of the way."""
    for name, change in MUTANTS.items():
        changed = copy.deepcopy(objects)
        change(changed)
        yield name, changed
