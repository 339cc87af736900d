"""Does `make demo CHECK=1` hold what it promises? The whole of it: service, socket, both samples, webhook, curl lines."""

from __future__ import annotations

import shutil
import socket
import time
from pathlib import Path

import pytest

from app.demo.run import run
from app.demo.service import HOST


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="the printed lines need bash and curl")
def test_everything_holds_on_a_taken_port(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run(check=True, home=tmp_path / "demo", port=port)
    said = capsys.readouterr().out
    assert (ended, "✗" in said) == (0, False), said
    assert time.monotonic() - began < 300
    assert f"{HOST}:{port}/" not in said
    for wanted in ("recall of L4: 1.000", "docs/verify_webhook.py", "L3 after", "L0 after", "everything held"):
        assert wanted in said


def test_a_foreign_folder_ends_it_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    assert run(check=True, home=tmp_path, port=0) == 1
    assert "✗" in capsys.readouterr().out
    assert (tmp_path / "thesis.txt").exists()
