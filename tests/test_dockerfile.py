"""Would the image build from what git holds, and run without root?"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

from app.demo.independent import SCRIPT
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def steps() -> list[tuple[str, str]]:
    """(INSTRUCTION, arguments) of the Dockerfile, continued lines joined."""
    text = "\n".join(line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", text)
    return [(word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())]


def arguments(name: str) -> list[str]:
    return [rest for word, rest in steps() if word == name]


def committed_or_new(source: str) -> bool:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", source],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return bool(listed.stdout.strip())


def test_every_copied_file_is_in_git() -> None:
    missing = []
    for rest in arguments("COPY"):
        words = shlex.split(rest)
        if any(word.startswith("--from=") for word in words):
            continue
        *sources, _target = [word for word in words if not word.startswith("--")]
        missing += [source for source in sources if not committed_or_new(source)]
    assert missing == []


def test_nothing_copied_is_ignored_by_the_build() -> None:
    ignored = {line.strip().rstrip("/") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.strip()}
    for rest in arguments("COPY"):
        words = shlex.split(rest)
        if not any(word.startswith("--from=") for word in words):
            assert ignored.isdisjoint(word.rstrip("/") for word in words[:-1]), rest


def test_everything_that_the_code_reads_beside_itself_is_copied() -> None:
    """`kawal demo --check` reads data, models and the stand-alone check of webhooks."""
    copied = {word.rstrip("/") for rest in arguments("COPY") if "--from=" not in rest for word in shlex.split(rest)[:-1]}
    read = {SCRIPT.relative_to(ROOT).parts[0], *(str(Settings.model_fields[name].default) for name in ("models_dir", "data_dir"))}
    for path in (ROOT / "app").rglob("*.py"):
        read.update(re.findall(r'\bROOT / "([^"/]+)', path.read_text()))
    assert read >= {"data", "docs", "models"}
    assert read - copied == set()


def test_the_demo_finds_the_programs_that_it_runs() -> None:
    everything = steps()
    last = max(index for index, (word, _) in enumerate(everything) if word == "FROM")
    installed = " ".join(rest for word, rest in everything[last:] if word == "RUN")
    assert re.search(r"apt-get install [^&]*\bcurl\b", installed), "app/demo/curl_check.py needs it, and slim images have bash only"


def test_bases_are_pinned_and_stages_are_two() -> None:
    bases = [rest.split()[0] for rest in arguments("FROM")]
    assert len(bases) >= 2
    assert len(set(bases)) == 1, "the virtual environment must run on the Python it was built with"
    assert all(":" in base and not base.endswith(":latest") for base in bases)


def test_last_stage_runs_without_root() -> None:
    everything = steps()
    last = max(index for index, (word, _) in enumerate(everything) if word == "FROM")
    users = [rest for word, rest in everything[last:] if word == "USER"]
    assert users
    assert users[-1].split(":")[0] not in {"root", "0"}


def test_environment_lies_at_one_path_in_both_stages() -> None:
    copies = [shlex.split(rest) for rest in arguments("COPY") if "--from=" in rest]
    assert copies
    for words in copies:
        source, target = [word for word in words if not word.startswith("--")]
        assert source == target


def test_health_and_command() -> None:
    (health,) = arguments("HEALTHCHECK")
    assert "/livez" in health
    assert "curl" not in health
    assert json.loads(arguments("CMD")[-1]) == ["kawal", "serve", "--host", "0.0.0.0"]
    assert "/var/lib/kawal" in " ".join(arguments("VOLUME"))
