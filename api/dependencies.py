"""What handlers are given: services, transactions, who calls, from where, and when."""

import ipaddress
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from hmac import compare_digest
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from bootstrap.services import Services
from domain.accounts import Actor, Permission
from review.accounts.errors import (
    CsrfError,
    NotSignedInError,
    PermissionMissingError,
    SessionNeededError,
    TokenRefusedError,
)
from review.accounts.identity import Identity, identify_session, identify_token, note_use
from review.accounts.sign_in import Door
from storage.sessions import Session

COOKIE = "zhenghe_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_cookie = APIKeyCookie(
    name=COOKIE,
    scheme_name="session",
    auto_error=False,
    description=f"Set by sign-in. Calls that change something need `{CSRF_HEADER}` too, of the same answer.",
)
_bearer = HTTPBearer(scheme_name="token", auto_error=False, description="A token of an account.")

# Dependencies that ask nobody are coroutines: each of the others is handed to a thread and back.


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]


def _session(services: ServicesDep) -> Iterator[Session]:
    with services.database.begin() as session:
        yield session


def _read_session(services: ServicesDep) -> Iterator[Session]:
    with services.database.read() as session:
        yield session


# scope="function": commit before the response is sent, not after it.
SessionDep = Annotated[Session, Depends(_session, scope="function")]
"""A transaction that writes. SQLite's write lock is taken at its first query: hash and read files before."""

ReadSessionDep = Annotated[Session, Depends(_read_session, scope="function")]
"""A transaction that only reads."""


async def _door(services: ServicesDep) -> Door:
    return services.door


async def _now(services: ServicesDep) -> datetime:
    return services.database.clock()


async def _address(request: Request) -> str:
    """Return the caller's address; of IPv6 the network of 64 bits, which one caller holds as a whole."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        return host[:64]
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


DoorDep = Annotated[Door, Depends(_door)]
NowDep = Annotated[datetime, Depends(_now)]
AddressDep = Annotated[str, Depends(_address)]


def _identity(
    request: Request,
    services: ServicesDep,
    now: NowDep,
    cookie: Annotated[str | None, Security(_cookie)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Identity:
    # Transactions of its own, over before the handler's begins: a call never holds two connections.
    with services.database.read() as session:
        if "authorization" in request.headers:
            if bearer is None:
                raise TokenRefusedError
            identity = identify_token(session, bearer.credentials, now)
        elif cookie:
            identity = identify_session(session, cookie, now)
        else:
            raise NotSignedInError
    if request.method not in _SAFE_METHODS and identity.sign_in is not None:
        sent = request.headers.get(CSRF_HEADER, "")
        if not compare_digest(sent.encode(), identity.sign_in.csrf.encode()):
            raise CsrfError
    note_use(services.database, identity, services.door.options, now)
    request.state.user_id = identity.user.id
    return identity


IdentityDep = Annotated[Identity, Depends(_identity)]
"""Anybody known, also one who owes a code or a new password; for sign-in's own routes."""


async def _person(identity: IdentityDep) -> Identity:
    if identity.sign_in is None:
        raise SessionNeededError
    identity.require_complete()
    return identity


async def _settled_person(identity: Annotated[Identity, Depends(_person)]) -> Identity:
    identity.require_settled()
    return identity


async def _actor(identity: IdentityDep) -> Actor:
    return identity.require_settled()


PersonDep = Annotated[Identity, Depends(_person)]
"""A person signed in with all that is owed but perhaps a new password; no program."""

SettledPersonDep = Annotated[Identity, Depends(_settled_person)]
"""A person who may work; no program."""

ActorDep = Annotated[Actor, Depends(_actor)]
"""Anybody who may work, person or program, whatever the roles."""


@cache
def require(permission: Permission) -> Callable[..., Any]:
    """Return the dependency on an actor with a permission: ``Annotated[Actor, Depends(require(...))]``."""

    async def permitted(actor: ActorDep) -> Actor:
        if not actor.may(permission):
            raise PermissionMissingError(permission)
        return actor

    return permitted


ManagerDep = Annotated[Actor, Depends(require(Permission.MANAGE))]
