"""What runs in the demonstration's own process? The service as settings in the environment say, until its parent hangs up."""

from __future__ import annotations

import os
import sys
import threading

import uvicorn

from app.main import create_app
from app.observe.logs import configure_logs
from app.settings import Settings


def main() -> None:
    """Serve until the standard input ends: a parent that was killed takes its service with it."""
    settings = Settings()
    configure_logs(settings.log_level)
    config = uvicorn.Config(create_app(settings), host=settings.host, port=settings.port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    threading.Thread(target=_until_hung_up, args=(server,), name="demo-parent", daemon=True).start()
    server.run()


def _until_hung_up(server: uvicorn.Server) -> None:
    # the file descriptor itself: a daemon thread inside sys.stdin.read would hold its lock at exit
    while os.read(sys.stdin.fileno(), 1024):
        pass
    server.should_exit = True


if __name__ == "__main__":
    main()
