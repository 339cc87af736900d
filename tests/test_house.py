"""Is the house in order? Sizes and names of files, docstrings, clocks in pure rooms, locks without addresses."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "app").rglob("*.py"))
PURE_ROOMS = ("domain", "windows", "detection", "law")
CLOCK_CALLS = {"now", "utcnow", "today"}
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}
LOCKS = sorted(ROOT.glob("requirements*.lock"))


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_files_are_short() -> None:
    sizes = {shown(path): lines_of(path) for path in SOURCES if path.read_text().strip()}
    assert {name: size for name, size in sizes.items() if size > 300} == {}
    assert statistics.median(sizes.values()) < 120


def test_names_say_something() -> None:
    parts = {shown(path): {*path.relative_to(ROOT).parent.parts, path.stem} for path in SOURCES}
    assert [name for name, words in parts.items() if words & EMPTY_NAMES] == []


def test_every_file_answers_a_question_in_its_docstring() -> None:
    assert [shown(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_every_room_is_a_package() -> None:
    folders = {path.parent for path in SOURCES}
    assert [shown(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_pure_rooms_ask_no_clock(room: str) -> None:
    asked = [
        f"{shown(path)}:{node.lineno}"
        for path in sorted((ROOT / "app" / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK_CALLS
    ]
    assert asked == []


def test_locks_pin_by_hash_and_name_no_address() -> None:
    assert {path.name for path in LOCKS} >= {"requirements.lock", "requirements-dev.lock", "requirements-postgres.lock"}
    for path in LOCKS:
        text = path.read_text()
        assert "://" not in text, path.name
        pins = re.findall(r"^\S+==\S+.*(?:\n    .*)*", text, re.MULTILINE)
        assert pins, path.name
        assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == [], path.name


def test_locks_agree() -> None:
    pinned: dict[str, set[str]] = {}
    for path in LOCKS:
        for name, version in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==(\S+)", path.read_text(), re.MULTILINE):
            pinned.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in pinned.items() if len(versions) > 1} == {}
