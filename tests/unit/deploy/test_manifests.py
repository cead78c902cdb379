"""Manifests, compose file and alerts agree with the service: settings, ports, topics, groups, metrics, runbooks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.ops.declared import Settings
from service.ops.metrics import DECLARED
from service.ops.settings import load_settings
from service.stream.roles import Role, app_id
from service.stream.topics import topic_specs

ROOT = Path(__file__).parents[3]
BASE, COMPONENTS = ROOT / "k8s/base", ROOT / "k8s/components"
PRODUCTION = load_settings({"KHABAR_REPLICATION_FACTOR": "3", "KHABAR_MIN_INSYNC_REPLICAS": "2"})
RULES = ROOT / "deploy/prometheus/khabar.rules.yaml"
COMPOSE = ROOT / "deploy/compose.yaml"
SERIES = {declared.name for declared in DECLARED} | {
    f"{declared.name}_{part}"
    for declared in DECLARED
    if declared.kind == "histogram"
    for part in ("bucket", "count", "sum")
}


def documents(path: Path) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(path.read_text("utf-8")) if document]


def merged(common: Any, own: Any) -> Any:
    """Lay a role's part over what all have in common, as Kustomize does: lists of named things by their names."""
    if isinstance(common, dict) and isinstance(own, dict):
        return {key: merged(common[key], own[key]) if common.keys() & own.keys() >= {key} else (common | own)[key]
                for key in common | own}  # fmt: skip
    if isinstance(common, list) and all("name" in each for each in [*common, *own]):
        mine = {each["name"]: each for each in own}
        both = [merged(each, mine.pop(each["name"], {})) for each in common]
        return [*both, *mine.values()]
    return own


def workload(role: str) -> dict[str, Any]:
    (found,) = (each for each in documents(BASE / f"{role}.yaml") if each["kind"] in {"Deployment", "StatefulSet"})
    return dict(merged(documents(BASE / "worker.yaml")[0], found))


def container(role: str) -> dict[str, Any]:
    (only,) = workload(role)["spec"]["template"]["spec"]["containers"]
    return dict(only)


def environment(path: Path) -> dict[str, str]:
    lines = (line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def alerts() -> list[dict[str, Any]]:
    groups = documents(RULES)[0]["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def files() -> list[Path]:
    return sorted(path for folder in ("k8s", "deploy") for path in (ROOT / folder).rglob("*") if path.is_file())


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bKHABAR_[A-Z_]+[A-Z]\b", path.read_text("utf-8")))
    known = {f"KHABAR_{name.upper()}" for name in Settings.model_fields}

    assert {name.removesuffix("_FILE") if name not in known else name for name in named} <= known


def test_the_settings_of_the_base_are_read_by_the_service() -> None:
    settings = load_settings(environment(BASE / "khabar.env"))

    assert settings.http_host == "0.0.0.0"  # noqa: S104 - the pod's own address
    assert {container(role)["ports"][0]["containerPort"] for role in Role} == {settings.http_port}


def test_the_settings_of_production_are_read_by_the_service(tmp_path: Path) -> None:
    values = environment(BASE / "khabar.env") | environment(COMPONENTS / "strimzi/tls.env")
    mounted = values["KHABAR_SASL_PASSWORD_FILE"], values["KHABAR_SSL_CAFILE"]
    (tmp_path / "password").write_text("word")
    values |= {"KHABAR_SASL_PASSWORD_FILE": str(tmp_path / "password"), "KHABAR_SASL_USERNAME": "khabar-intake"}

    assert load_settings(values).security_protocol == "SASL_SSL"
    patch = (COMPONENTS / "strimzi/worker.yaml").read_text("utf-8")
    assert all(f"mountPath: {Path(path).parent}," in patch for path in mounted)


@pytest.mark.parametrize("role", Role)
def test_a_role_runs_restricted_and_can_write_only_to_its_folders(role: Role) -> None:
    pod, worker = workload(role)["spec"]["template"]["spec"], container(role)

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert worker["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    volumes = {each["name"] for each in pod["volumes"]}
    volumes |= {each["metadata"]["name"] for each in workload(role)["spec"].get("volumeClaimTemplates", [])}
    assert {each["name"] for each in worker["volumeMounts"]} == volumes
    assert {each["mountPath"] for each in worker["volumeMounts"]} == {"/tmp", "/var/lib/khabar"}  # noqa: S108


@pytest.mark.parametrize("role", Role)
def test_a_role_has_its_command_probes_and_time_to_drain(role: Role) -> None:
    pod, worker = workload(role)["spec"]["template"]["spec"], container(role)
    paths = {probe: worker[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}

    assert worker["args"] == ["worker", role.value]
    assert worker["env"] == [
        {"name": "KHABAR_INSTANCE_ID", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    ], "a container that is started again in its pod is the same member of its group"
    assert paths == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
    assert all(worker[f"{probe}Probe"]["httpGet"]["port"] == worker["ports"][0]["name"] for probe in paths)
    assert pod["terminationGracePeriodSeconds"] > load_settings(environment(BASE / "khabar.env")).drain_timeout
    assert worker["resources"]["requests"]["memory"] == worker["resources"]["limits"]["memory"]


@pytest.mark.parametrize("role", Role)
def test_selectors_meet_the_labels_of_the_pods(role: Role) -> None:
    labels = workload(role)["spec"]["template"]["metadata"]["labels"]
    (budget,) = (each for each in documents(BASE / "pdb.yaml") if each["metadata"]["name"] == f"khabar-{role}")

    assert workload(role)["spec"]["selector"]["matchLabels"] == labels == budget["spec"]["selector"]["matchLabels"]


def test_dedupe_is_one_member_behind_a_headless_service() -> None:
    service, dedupe = documents(BASE / "dedupe.yaml")

    assert dedupe["spec"]["replicas"] == PRODUCTION.partitions_clean == 1
    assert service["metadata"]["name"] == dedupe["spec"]["serviceName"]
    assert service["spec"]["clusterIP"] == "None"


def test_topics_are_those_of_the_service() -> None:
    specs = [each["spec"] for each in documents(COMPONENTS / "strimzi/topics.yaml")]
    declared = {
        spec["topicName"]: (spec["partitions"], {key: str(value) for key, value in spec["config"].items()})
        for spec in specs
    }
    durable = {"min.insync.replicas": "2"}

    assert declared == {spec.name: (spec.partitions, spec.config | durable) for spec in topic_specs(PRODUCTION)}


def test_a_user_reads_its_input_writes_its_outputs_and_nothing_else() -> None:
    rights: dict[str, set[tuple[str, str]]] = {}
    for user in documents(COMPONENTS / "strimzi/users.yaml"):
        for acl in user["spec"]["authorization"]["acls"]:
            assert acl["resource"]["patternType"] == "literal"
            for operation in set(acl["operations"]) - {"Describe"}:
                rights.setdefault(user["metadata"]["name"], set()).add((operation, acl["resource"]["name"]))
    names = PRODUCTION.topics

    assert rights == {
        "khabar-intake": {
            ("Read", app_id(Role.INTAKE, PRODUCTION.group)),
            ("Read", names.raw),
            ("Write", names.clean),
            ("Write", names.deadletter),
        },
        "khabar-dedupe": {
            ("Read", app_id(Role.DEDUPE, PRODUCTION.group)),
            ("Read", names.clean),
            ("Write", names.unique),
            ("Write", names.duplicates),
            ("Read", "khabar-dedupe-claims-changelog"),
            ("Write", "khabar-dedupe-claims-changelog"),
        },
        "khabar-enrich": {
            ("Read", app_id(Role.ENRICH, PRODUCTION.group)),
            ("Read", names.unique),
            ("Write", names.articles),
        },
    }


def test_scaling_follows_the_lag_of_existing_groups_up_to_their_partitions() -> None:
    scaled = [each for each in documents(COMPONENTS / "keda/scaledobjects.yaml") if each["kind"] == "ScaledObject"]

    assert {each["spec"]["scaleTargetRef"]["name"] for each in scaled} == {"khabar-intake", "khabar-enrich"}
    for each in scaled:
        (trigger,) = each["spec"]["triggers"]
        assert trigger["metadata"]["consumerGroup"] == each["spec"]["scaleTargetRef"]["name"]
        assert each["spec"]["maxReplicaCount"] == PRODUCTION.partitions[trigger["metadata"]["topic"]]


def test_compose_runs_every_role_hardened_and_listens_on_this_machine_only() -> None:
    services = documents(COMPOSE)[0]["services"]

    for role in Role:
        assert services[role]["command"] == ["worker", role.value]
        assert services[role]["read_only"] is True
        assert services[role]["cap_drop"] == ["ALL"]
    ports = [port for each in services.values() for port in each.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_files_that_compose_mounts_exist() -> None:
    services = documents(COMPOSE)[0]["services"]
    mounts = [mount.split(":")[0] for each in services.values() for mount in each.get("volumes", []) if mount[0] == "."]

    assert mounts
    assert all((COMPOSE.parent / mount).exists() for mount in mounts)


def test_rules_name_existing_metrics_and_label_values() -> None:
    text = RULES.read_text("utf-8")
    recorded = set(re.findall(r"record: (\S+)", text))
    named = set(re.findall(r"(?<![:\w])khabar_[a-z_]+(?![\w:])", re.sub(r"[\w]+:khabar_\w+:\w+", "", text)))

    assert named <= SERIES
    assert named
    assert set(re.findall(r"\bjob\w*:khabar_\w+:\w+", text)) == recorded


def test_a_bound_that_a_rule_asks_for_is_a_bucket() -> None:
    (ages,) = (declared for declared in DECLARED if declared.name == "khabar_record_age_seconds")
    bounds = {
        float(bound) for bound in re.findall(r'khabar_record_age_seconds_bucket\{le="([\d.]+)"\}', RULES.read_text())
    }

    assert bounds
    assert bounds <= set(ages.buckets)


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: str(alert["alert"]))
def test_an_alert_has_a_severity_a_sentence_and_a_runbook(alert: dict[str, Any]) -> None:
    runbook = (ROOT / alert["annotations"]["runbook_url"]).read_text("utf-8")

    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert {"summary", "description"} <= set(alert["annotations"])
    assert runbook.startswith(f"# {alert['alert']}\n")
    assert all(part in runbook for part in ("**Meaning.**", "**Impact.**", "**Look here.**", "**Do this.**"))


def test_every_runbook_belongs_to_an_alert() -> None:
    pages = {path.stem for path in (ROOT / "docs/runbooks").glob("*.md")}

    assert pages == {alert["alert"] for alert in alerts()}
