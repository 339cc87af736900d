"""Does the service of the demonstration start on its port, and end with whoever started it?"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from app.demo.failure import DemoFailed
from app.demo.service import HOST, listening_port, serving

PARENT = """
import sys, time
from pathlib import Path
from app.demo.service import serving
home, url, port = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with serving(home, url, {"home": str(home), "port": port}) as child:
    print(child.pid, flush=True)
    time.sleep(60)
"""


def alive(pid: int) -> bool:
    """A zombie has ended: nobody but init is left to collect it."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_taken_port_is_named_or_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DemoFailed, match=f"port {port} is taken"):
            listening_port(port, may_move=False)
        assert listening_port(port, may_move=True) != port


def test_a_service_that_cannot_start_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(DemoFailed, match="did not start") as failed,
        serving(tmp_path, f"http://{HOST}:1", {"home": str(tmp_path), "port": "-1"}),
    ):
        pass
    assert "port" in str(failed.value)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_parent_takes_its_service_along(tmp_path: Path, how: signal.Signals) -> None:
    port = listening_port(0, may_move=True)
    url = f"http://{HOST}:{port}"
    command = [sys.executable, "-c", PARENT, str(tmp_path), url, str(port)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "KAWAL_PORT": "1"})
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert httpx2.get(f"{url}/livez", trust_env=False).status_code == 200
        parent.send_signal(how)
        parent.wait(30)
    until = time.monotonic() + 20
    while alive(child) and time.monotonic() < until:
        time.sleep(0.1)
    assert not alive(child)
