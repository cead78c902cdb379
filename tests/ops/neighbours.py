"""The rest of the overlay against its pods and the service: policies, monitors, Kafka's resources, scaling, alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from service.errors import Misconfigured
from service.ops.settings import Settings
from service.stream.rights import NAMES, needed
from service.stream.roles import Role, app_id
from service.stream.topics import topic_specs
from tests.ops import promql
from tests.ops.references import Overlay, Pod, paths, pods

KEDA_KEYS = {
    *("bootstrapServers", "consumerGroup", "topic", "partitionLimitation", "lagThreshold", "activationLagThreshold"),
    *("offsetResetPolicy", "allowIdleConsumers", "excludePersistentLag", "scaleToZeroOnInvalidOffset", "version"),
    *("limitToPartitionsWithLag", "ensureEvenDistributionOfPartitions", "fullMetadata", "tls", "unsafeSsl", "sasl"),
}
"""What KEDA's kafka trigger reads; its schema takes any key."""

NAMESPACED_BY_KAFKA = {"KafkaTopic", "KafkaUser"}
DNS = {("UDP", 53), ("TCP", 53)}
DURABLE = {"min.insync.replicas": "2"}


def selectors(overlay: Overlay) -> Iterator[str]:
    """Check what chooses pods: Services, disruption budgets, the monitor."""
    for name, service in overlay.all("Service").items():
        chosen = overlay.selected({"matchLabels": service["spec"].get("selector", {})})
        for port in service["spec"]["ports"]:
            if not chosen or any(port["targetPort"] not in pod.port_names for pod in chosen):
                yield f"Service {name}: no pod with the port {port['targetPort']}"
    budgets = [overlay.selected(each["spec"]["selector"]) for each in overlay.all("PodDisruptionBudget").values()]
    if sorted(pod.name for chosen in budgets for pod in chosen) != sorted(pod.name for pod in overlay.pods):
        yield "the disruption budgets do not choose each workload once"
    for name, monitor in overlay.all("PodMonitor").items():
        if len(overlay.selected(monitor["spec"]["selector"])) != len(overlay.pods):
            yield f"PodMonitor {name} does not choose all pods"
        for endpoint in monitor["spec"]["podMetricsEndpoints"]:
            if any(endpoint.get("port") not in pod.port_names for pod in overlay.pods):
                yield f"PodMonitor {name}: no port {endpoint.get('port')}"
            if endpoint.get("path") not in paths():
                yield f"PodMonitor {name}: {endpoint.get('path')} is not served"


def network(overlay: Overlay) -> Iterator[str]:
    """Check that the policy covers every pod and lets through what each needs, and only that."""
    for name, policy in overlay.all("NetworkPolicy").items():
        spec = policy["spec"]
        if len(overlay.selected(spec["podSelector"])) != len(overlay.pods):
            yield f"NetworkPolicy {name} does not choose all pods"
        if set(spec.get("policyTypes", [])) != {"Ingress", "Egress"}:
            yield f"NetworkPolicy {name} does not hold both ways"
        into = {port["port"] for rule in spec.get("ingress", []) for port in rule.get("ports", [])}
        if any(into != pod.port_names for pod in overlay.pods):
            yield f"NetworkPolicy {name}: in through {sorted(into)}"
        out = {
            (port["protocol"], port["port"]): {
                each["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] for each in rule.get("to", [])
            }
            for rule in spec.get("egress", [])
            for port in rule.get("ports", [])
        }
        if not out.keys() >= DNS:
            yield f"NetworkPolicy {name}: no way to DNS"
        for host, port in sorted(_brokers(overlay)):
            if host.split(".")[1] not in out.get(("TCP", port), ()):
                yield f"NetworkPolicy {name}: no way to {host}:{port}"


def topics(overlay: Overlay) -> Iterator[str]:
    """Check that the topics are those of the service, and that each user may do what its role does and no more."""
    declared = {each["spec"]["topicName"]: each for each in overlay.all("KafkaTopic").values()}
    if not declared:
        return
    for pod, settings in _settings(overlay):
        wanted = {spec.name: (spec.partitions, spec.config | DURABLE) for spec in topic_specs(settings)}
        for name in sorted(wanted.keys() ^ declared.keys()):
            yield f"{pod.name}: topic {name} is {'not declared' if name in wanted else 'not one of the settings'}"
        for name in sorted(wanted.keys() & declared.keys()):
            spec = declared[name]["spec"]
            have = spec["partitions"], {key: str(value) for key, value in spec.get("config", {}).items()}
            if have != wanted[name] or spec["replicas"] != settings.replication_factor:
                yield f"topic {name} is {have} with {spec['replicas']} copies, the settings say {wanted[name]}"
        user = overlay.all("KafkaUser").get(str(settings.sasl_username))
        if user is None:
            yield f"{pod.name}: no KafkaUser {settings.sasl_username}"
        elif _rights(user) != _needed(Role(pod.worker["args"][-1]), settings):
            yield f"KafkaUser {settings.sasl_username} may not do exactly what its role does"
    clusters = {
        (each["metadata"].get("labels", {}).get("strimzi.io/cluster"), each["metadata"].get("namespace"))
        for each in _strimzi(overlay)
    }
    hosts = {host for host, _port in _brokers(overlay)}
    if hosts != {f"{cluster}-kafka-bootstrap.{namespace}.svc" for cluster, namespace in clusters}:
        yield f"topics and users lie in {sorted(clusters)}, the roles ask {sorted(hosts)}"


def scaling(overlay: Overlay) -> Iterator[str]:
    """Check that scaling follows the lag of the group of its target, within the partitions of its input."""
    declared = {each["spec"]["topicName"]: each["spec"] for each in overlay.all("KafkaTopic").values()}
    for name, scaled in overlay.all("ScaledObject").items():
        spec, target = scaled["spec"], scaled["spec"]["scaleTargetRef"]
        pod = next((each for each in overlay.pods if each.name == target["name"]), None)
        if pod is None or pod.owner["kind"] != target.get("kind", "Deployment"):
            yield f"ScaledObject {name}: no {target.get('kind', 'Deployment')} {target['name']}"
            continue
        if "replicas" in pod.owner["spec"]:
            yield f"ScaledObject {name}: {pod.name} sets replicas too"
        try:
            settings = overlay.settings(pod)
        except Misconfigured:
            continue
        role = Role(pod.worker["args"][-1])
        source = settings.topics.raw if role is Role.INTAKE else settings.topics.unique
        for trigger in spec["triggers"]:
            asked = trigger["metadata"]
            meant = {
                "bootstrapServers": settings.brokers,
                "consumerGroup": app_id(role, settings.group),
                "topic": source,
            }
            yield from (f"ScaledObject {name}: unknown key {key}" for key in sorted(asked.keys() - KEDA_KEYS))
            yield from (
                f"ScaledObject {name}: {key} {asked.get(key)}, the role has {value}"
                for key, value in meant.items()
                if asked.get(key) != value
            )
            if trigger["authenticationRef"]["name"] not in overlay.all("TriggerAuthentication"):
                yield f"ScaledObject {name}: no TriggerAuthentication {trigger['authenticationRef']['name']}"
        most, partitions = spec["maxReplicaCount"], declared[source]["partitions"]
        if not 1 <= spec["minReplicaCount"] <= most <= partitions:
            yield f"ScaledObject {name}: up to {most} pods, {partitions} partitions"
    for name, login in overlay.all("TriggerAuthentication").items():
        yield from (f"TriggerAuthentication {name}: {fault}" for fault in _login(overlay, login["spec"]))


def _login(overlay: Overlay, login: Mapping[str, Any]) -> Iterator[str]:
    """Check that what KEDA logs in with is there, and that its user may see the lag it is to scale by."""
    for each in login["secretTargetRef"]:
        if each["key"] not in (overlay.secret_keys(each["name"]) or ()):
            yield f"no key {each['key']} in a secret {each['name']}"
    configs = overlay.all("ConfigMap")
    given = {each["parameter"]: configs.get(each["name"], {}).get("data", {}).get(each["key"])
             for each in login["configMapTargetRef"]}  # fmt: skip
    user = overlay.all("KafkaUser").get(str(given.get("username")))
    asked = [
        trigger["metadata"] for each in overlay.all("ScaledObject").values() for trigger in each["spec"]["triggers"]
    ]
    needed = {("group", each["consumerGroup"], "Describe") for each in asked}
    needed |= {("topic", each["topic"], "Describe") for each in asked}
    if user is None or _rights(user) != needed:
        yield f"the user {given.get('username')} may not see exactly the lag that is asked for"


def alerts(overlay: Overlay) -> Iterator[str]:
    """Check that the rules in the cluster name what the service exports."""
    known = promql.exported()
    for name, rule in overlay.all("PrometheusRule").items():
        for each in (each for group in rule["spec"]["groups"] for each in group["rules"]):
            found = promql.faults(each["expr"], known)
            yield from (f"PrometheusRule {name}, {each.get('alert') or each['record']}: {fault}" for fault in found)
            if "record" in each and not found:
                known[each["record"]] = promql.answer_labels(each["expr"], known)


def namespaces(overlay: Overlay) -> Iterator[str]:
    """Check that what belongs together lies in one namespace."""
    ours = {each["metadata"].get("namespace") for each in overlay.objects if each["kind"] != "Namespace"}
    ours -= {each["metadata"].get("namespace") for each in _strimzi(overlay)}
    made = set(overlay.all("Namespace"))
    if len(ours) > 1 or (made and not ours <= made):
        yield f"objects lie in {', '.join(sorted(map(str, ours)))}; namespaces made: {', '.join(made)}"


CHECKS: tuple[Callable[[Overlay], Iterator[str]], ...] = (
    *(pods, selectors, network, topics, scaling, alerts, namespaces),
)


def faults(objects: list[dict[str, Any]]) -> list[str]:
    """Return what is wrong with the references of a rendered overlay."""
    overlay = Overlay(objects)
    return list(dict.fromkeys(fault for check in CHECKS for fault in check(overlay)))


def _brokers(overlay: Overlay) -> set[tuple[str, int]]:
    """Return host and port of the brokers of all pods."""
    named = (overlay.environment(pod).get("KHABAR_BROKERS", "") for pod in overlay.pods)
    pairs = (broker.rsplit(":", 1) for brokers in named for broker in brokers.split(",") if ":" in broker)
    return {(host, int(port)) for host, port in pairs}


def _settings(overlay: Overlay) -> Iterator[tuple[Pod, Settings]]:
    """Yield the settings of each pod; those that cannot be read are reported by the check of the pods."""
    for pod in overlay.pods:
        try:
            yield pod, overlay.settings(pod)
        except Misconfigured:
            continue


def _strimzi(overlay: Overlay) -> list[dict[str, Any]]:
    return [each for each in overlay.objects if each["kind"] in NAMESPACED_BY_KAFKA]


def _rights(user: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """Return (kind, name, operation) for each right of a user."""
    return {
        (acl["resource"]["type"], acl["resource"]["name"], operation)
        for acl in user["spec"]["authorization"]["acls"]
        if acl["resource"]["patternType"] == "literal"
        for operation in acl["operations"]
    }


def _needed(role: Role, settings: Settings) -> set[tuple[str, str, str]]:
    """Return what a role does: it reads its input and group, writes its outputs, and asks whether all topics exist."""
    group = app_id(role, settings.group)
    rights = {("group", group, "Read"), ("group", group, "Describe")}
    rights |= {("topic", spec.name, "Describe") for spec in topic_specs(settings)}
    return rights | {("topic", topic, NAMES[operation]) for topic, operation in needed(role, settings)}
