"""Where everything is joined, and the only importer of adapters: a running teller, a database, the custody of both."""

from openteller.adapters.clock import SystemClock
from openteller.adapters.encoders.use import UniversalSentenceEncoder
from openteller.adapters.languages.langid import LangidIdentifier
from openteller.bootstrap.checking import PackFault, check_pack, open_articles
from openteller.bootstrap.custody import Custody, open_custody
from openteller.bootstrap.database import (
    back_up_database,
    check_only,
    migrate_database,
    open_database,
    restore_database,
    stop_database,
)
from openteller.bootstrap.encoders import open_encoders
from openteller.bootstrap.teller import PACKS, Teller, open_teller, pack_folder, pack_folders
from openteller.bootstrap.understanding import open_understander

__all__ = [
    "PACKS",
    "Custody",
    "LangidIdentifier",
    "PackFault",
    "SystemClock",
    "Teller",
    "UniversalSentenceEncoder",
    "back_up_database",
    "check_only",
    "check_pack",
    "migrate_database",
    "open_articles",
    "open_custody",
    "open_database",
    "open_encoders",
    "open_teller",
    "open_understander",
    "pack_folder",
    "pack_folders",
    "restore_database",
    "stop_database",
]
