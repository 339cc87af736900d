"""Does the demonstration delete its own folder only?"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.demo.failure import DemoFailed
from app.demo.home import MARKER, fresh_home


def test_a_folder_of_its_own_is_made_anew(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with fresh_home(home):
        (home / "sub").mkdir()
        (home / "sub" / "store.sqlite3").write_text("old")
        (home / "link").symlink_to(tmp_path)
    (tmp_path / "kept").write_text("mine")
    with fresh_home(home):
        assert [p.name for p in home.iterdir()] == [MARKER]
    assert (tmp_path / "kept").read_text() == "mine"


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DemoFailed, match="it is not deleted"), fresh_home(tmp_path):
        pass
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_link_and_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("mine")
    for name in ("link", "file"):
        with pytest.raises(DemoFailed, match="no folder"), fresh_home(tmp_path / name):
            pass


def test_a_running_demonstration_keeps_its_folder(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with fresh_home(home):
        (home / "store.sqlite3").write_text("in use")
        with pytest.raises(DemoFailed, match="another demonstration"), fresh_home(home):
            pass
        assert (home / "store.sqlite3").exists()
