"""Which failures of a command are a person's to put right? Those are said in one line; the others are ours and keep their traceback."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import OperationalError

from app.client.failure import ClientError
from app.detection.manifest import ModelRefused
from app.law.pack_text import PackError
from app.log.port import LogFull, LogNotWritable, PartitionsChanged
from app.referral.guard import TargetRefused
from app.referral.sign import UnsafeKeyFile
from app.settings import UnsafeSetting
from app.store.audit import AuditNotWritable
from app.store.migrate import StoreIsNewer
from app.training.dataset import NothingToLearn
from app.training.evaluate.command import NoSuchSet
from app.training.history_load import BadHistory
from app.training.recipe import BadRecipe
from app.training.score_command import NotScored
from app.training.sidecars import BadTable

MISTAKES: Final = (
    AuditNotWritable, BadHistory, BadRecipe, BadTable, ClientError, LogFull, LogNotWritable, ModelRefused, NoSuchSet,
    NothingToLearn, NotScored, OSError, PackError, PartitionsChanged, StoreIsNewer, TargetRefused, UnsafeKeyFile, UnsafeSetting,
)  # fmt: skip


def words(error: Exception) -> str | None:
    """What to tell the person; None if it is no mistake of theirs."""
    if isinstance(error, OperationalError):
        return f"the store does not answer: {error.orig}"  # the database's own words, without the statement
    return str(error) if isinstance(error, MISTAKES) else None
