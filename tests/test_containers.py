"""`compose.yaml`, the image and the Kubernetes sketch: what they set exists, what they start is a command, and no image floats."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
TOLD = ROOT / "docs" / "scaling-containers.md"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SKETCH = [
    part
    for block in re.findall(r"^```yaml\n(.*?)^```", TOLD.read_text(), re.MULTILINE | re.DOTALL)
    for part in yaml.safe_load_all(block)
    if "kind" in part
]


def images() -> list[str]:
    found = [service["image"] for service in COMPOSE["services"].values()]
    found += [one["image"] for part in SKETCH for one in containers(part)]
    return sorted(set(found) - {"dateline:local"})


def containers(part: dict[str, Any]) -> list[dict[str, Any]]:
    template = part["spec"].get("template", {})
    return list(template.get("spec", {}).get("containers", []))


def test_every_image_has_a_version() -> None:
    for image in images():
        assert re.search(r":[\w.-]*\d", image), image
    assert len(images()) >= 4


def test_every_setting_that_they_name_exists() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    texts = [(ROOT / name).read_text() for name in ("compose.yaml", "Dockerfile")] + [TOLD.read_text()]
    named = {name for text in texts for name in re.findall(r"\bDATELINE_[A-Z_]+", text)}
    assert named and named <= known, named - known


def test_what_one_part_needs_is_there() -> None:
    services, volumes = COMPOSE["services"], COMPOSE["volumes"]
    for name, service in services.items():
        assert set(service.get("depends_on", [])) <= set(services), name
        for volume in service.get("volumes", []):
            place = volume.split(":")[0]
            assert place in volumes or (ROOT / place).exists(), (name, place)
    for host in re.findall(r"(?:@|//)([a-z]+):\d+", (ROOT / "compose.yaml").read_text()):
        assert host in services, host
    entrance = (ROOT / "deploy" / "nginx-containers.conf").read_text()
    assert set(re.findall(r"server ([a-z]+):7860 ", entrance)) == {"leader", "replica"} <= set(services)


def test_only_nginx_can_be_reached_and_from_this_machine_alone() -> None:
    assert {name for name, service in COMPOSE["services"].items() if "ports" in service} == {"nginx"}
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["nginx"]["ports"])
    passwords = [value for key, value in COMPOSE["x-dateline"]["environment"].items() if "PASSWORD" in f"{key} {value}"]
    assert passwords and all(":?" in value for value in passwords), "none has a password that others know"


def test_the_image_copies_what_is_there_and_what_it_is_let_see() -> None:
    seen = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
    copied = [part for line in re.findall(r"^COPY (.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE) for part in line.split()]
    assert copied and set(copied) == seen
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.parametrize("part", SKETCH, ids=lambda part: f"{part['kind']}-{part['metadata']['name']}")
def test_each_part_of_the_kubernetes_sketch_selects_what_it_labels(part: dict[str, Any]) -> None:
    if part["kind"] in ("Deployment", "StatefulSet"):
        assert part["spec"]["selector"]["matchLabels"].items() <= part["spec"]["template"]["metadata"]["labels"].items()
        assert all(one["resources"]["requests"] for one in containers(part))
    if part["kind"] == "Service":
        labels = [one["spec"]["template"]["metadata"]["labels"] for one in SKETCH if one["kind"] in ("Deployment", "StatefulSet")]
        assert any(part["spec"]["selector"].items() <= one.items() for one in labels)
