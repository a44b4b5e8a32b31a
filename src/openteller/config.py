"""Settings: the only reader of the environment. Every one has a sensible default for one machine.

``OPENTELLER_<NAME>`` sets a field, ``DATABASE_URL`` the database. Secrets are files in the data folder (mode 0600),
made at the first start; none has a default in the code.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from openteller.domain.errors import ConfigurationError

_SUCH_AS = {
    "ALLOWED_ORIGINS": '["https://…"]',
    "CHANNELS": '{"telegram": {"bot": "…", "token_file": "…", "secret_file": "…"}}',
}


class Settings(BaseSettings):
    """One process's settings. Times in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix="OPENTELLER_", extra="ignore")

    data: Path = Field(default=Path(".openteller"), description="where keys, the embedded database and logs live")
    models: Path | None = Field(
        default=None, description="where trained models are kept, which installations may share; default: in data"
    )
    database_url: str | None = Field(
        default=None, validation_alias="DATABASE_URL", description="a PostgreSQL of your own"
    )
    database_url_file: Path | None = Field(
        default=None, validation_alias="DATABASE_URL_FILE", description="a file with that address, as containers have"
    )
    tenant: str = Field(
        default="harbour", min_length=1, description="which bank this installation serves: rows are apart by it"
    )
    pack: str = Field(default="retail_banking", description="name of a shipped pack or a folder")
    address: str = Field(default="http://127.0.0.1:8800", description="how browsers reach us")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8800, ge=1, le=65535, description="port to listen on")
    allowed_origins: list[str] = Field(
        default=["http://127.0.0.1:8801", "http://localhost:8801"],
        description="pages whose browsers may talk to us, each as scheme://host:port",
    )
    bank_address: str = Field(default="http://127.0.0.1:8801", description="where the bank's API answers")
    bank_issuer: str = Field(default="https://bank.harbour.example", description="what the bank's tokens must name")
    bank_mode: Literal["idempotent", "lookup", "dumb"] = Field(
        default="idempotent",
        description="what the core does with a key: runs it once, tells what became of it, or neither",
    )
    bank_keys: Path | None = Field(default=None, description="keys.json of the bank (service, callback)")
    channels: dict[str, dict[str, str]] = Field(
        default={},
        description="the foreign channels, each by its name with what it needs (docs/how-to/connect-telegram.md)",
    )
    chat_link_address: str | None = Field(
        default=None, description="the bank's page that links a chat after its login; default: /link-chat of the bank"
    )
    channel_send_to: str | None = Field(default=None, description="where the webhook channel delivers")
    channel_secret: Path | None = Field(default=None, description="file with the webhook channel's shared secret")
    rate_anonymous_per_minute: int = Field(default=30, ge=1, description="messages of one visitor")
    rate_known_per_minute: int = Field(default=60, ge=1, description="messages of one customer")
    sessions_per_minute_and_address: int = Field(default=30, ge=1, description="sessions opened from one address")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="what is logged")

    @property
    def models_dir(self) -> Path:
        """Where trained models and rebuilt encoders are kept, each under the hash of what it was made of."""
        return self.models or self.data / "models"


def load_settings() -> Settings:
    """Settings from the environment. ConfigurationError names the setting that is wrong and what it should be."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(f"setting OPENTELLER_{name}: {first['msg']}") from error
    except SettingsError as error:  # what is not JSON is found before it is validated
        name = next(iter(re.findall(r'field "(\w+)"', str(error))), "?").upper()
        raise ConfigurationError(
            f"setting OPENTELLER_{name}: expected JSON such as {_SUCH_AS.get(name, '[]')}"
        ) from error
    if settings.database_url is None and settings.database_url_file is not None:
        address = settings.database_url_file.read_text(encoding="utf-8").strip()
        return settings.model_copy(update={"database_url": address})
    return settings


def one_thread_each() -> None:
    """Let a process's linear algebra use one thread. Call before numpy is imported.

    Short texts gain nothing from more, and two processes on two cores that each spin on both made a turn three times
    as dear (26 ms of processor time against 8, measured).
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def child_environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Our own environment with ``changes``, for a process that we start."""
    return {**os.environ, **changes}
