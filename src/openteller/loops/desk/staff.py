"""Staff at the door: password, session, presence. An operator makes every account; there is no default one (ID-11)."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from openteller.capabilities.audit.trail import record_events
from openteller.capabilities.identity.sessions import hash_token
from openteller.domain.assurance import TenantId
from openteller.domain.errors import CustomerError, NotAllowed
from openteller.domain.events import Event
from openteller.ports import Clock, Ids, Store

_SHIFT = timedelta(hours=10)
_IDLE = timedelta(minutes=30)
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe())  # verified against when the name is unknown: the same time (ID-10)

PASSWORD_LENGTH = 15
"""Characters a staff password must have at least (ASVS v5-6.2.1 as asked by ID-11)."""
ROLES = ("agent", "supervisor", "compliance", "admin")


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody at a desk. ``csrf`` must come back with every form of theirs."""

    staff_id: str
    display_name: str
    role: str
    csrf: str


class StaffDoor:
    """Makes accounts, logs staff in, knows who is at their desk."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def create(self, tenant: TenantId, staff_id: str, display_name: str, role: str, password: str) -> None:
        """A new account, or a new password and role for an old one."""
        if role not in ROLES:
            raise CustomerError("unknown_role", f"a role is one of {', '.join(ROLES)}", field="role")
        if len(password) < PASSWORD_LENGTH:
            raise CustomerError(
                "weak_password", f"a password has at least {PASSWORD_LENGTH} characters", field="password"
            )
        now = self._clock.now()
        async with self._store.begin(tenant) as uow:
            await uow.run(
                "INSERT INTO staff (staff_id, display_name, password_hash, role)"
                " VALUES (%(staff_id)s, %(name)s, %(hash)s, %(role)s)"
                " ON CONFLICT (tenant, staff_id) DO UPDATE SET display_name = excluded.display_name,"
                " password_hash = excluded.password_hash, role = excluded.role, disabled_at = NULL",
                staff_id=staff_id,
                name=display_name,
                hash=_HASHER.hash(password),
                role=role,
            )
            details = {"staff": staff_id, "role": role}
            await record_events(uow, [Event("staff.account_set", now, "system", details=details)])

    async def login(self, tenant: TenantId, staff_id: str, password: str) -> str:
        """A session token. NotAllowed says the same whether the name or the password is wrong (ID-09)."""
        now = self._clock.now()
        async with self._store.begin(tenant) as uow:
            row = await uow.row(
                "SELECT password_hash FROM staff WHERE staff_id = %(staff_id)s AND disabled_at IS NULL",
                staff_id=staff_id,
            )
        stored = row["password_hash"] if row else _NOBODY
        if not await asyncio.to_thread(_matches, stored, password) or row is None:
            raise NotAllowed("bad_login", "name or password is wrong")
        token = self._ids.secret()
        async with self._store.begin(tenant) as uow:
            await uow.run(
                "INSERT INTO staff_sessions (token_hash, staff_id, csrf, last_active_at, expires_at)"
                " VALUES (%(token_hash)s, %(staff_id)s, %(csrf)s, %(now)s, %(expires_at)s)",
                token_hash=hash_token(token),
                staff_id=staff_id,
                csrf=self._ids.secret(),
                now=now,
                expires_at=now + _SHIFT,
            )
            await record_events(uow, [Event("staff.logged_in", now, f"agent:{staff_id}")])
        return token

    async def find(self, tenant: TenantId, token: str) -> StaffMember:
        """Who this is, read afresh at each call: a disabled account is out at once (ID-12). Counts as presence."""
        now = self._clock.now()
        async with self._store.begin(tenant) as uow:
            row = await uow.row(
                "UPDATE staff_sessions s SET last_active_at = %(now)s FROM staff p WHERE s.token_hash = %(token_hash)s"
                " AND p.tenant = s.tenant AND p.staff_id = s.staff_id AND p.disabled_at IS NULL"
                " AND s.expires_at > %(now)s AND s.last_active_at > %(idle)s"
                " RETURNING s.staff_id, p.display_name, p.role, s.csrf",
                token_hash=hash_token(token),
                now=now,
                idle=now - _IDLE,
            )
        if row is None:
            raise NotAllowed("no_session", "log in first")
        return StaffMember(row["staff_id"], row["display_name"], row["role"], row["csrf"])

    async def logout(self, tenant: TenantId, token: str) -> None:
        """The token is dead, and nobody is at this desk."""
        async with self._store.begin(tenant) as uow:
            await uow.run("DELETE FROM staff_sessions WHERE token_hash = %(h)s", h=hash_token(token))


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False
