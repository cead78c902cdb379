"""The rules of Prometheus for the cluster's operator: ``python -m tests.ops.rules`` writes them anew from deploy/."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "deploy/prometheus/khabar.rules.yaml"
TARGET = ROOT / "k8s/components/monitoring/prometheusrule.yaml"


def prometheus_rule() -> str:
    """Return the manifest that carries the rules of ``SOURCE``."""
    groups = yaml.safe_load(SOURCE.read_text("utf-8"))["groups"]
    manifest = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "khabar"},
        "spec": {"groups": groups},
    }
    text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=1000)
    return f"# Written by `python -m tests.ops.rules` from {SOURCE.relative_to(ROOT)}; a gate compares the two.\n{text}"


if __name__ == "__main__":
    TARGET.write_text(prometheus_rule(), encoding="utf-8")
