"""What handlers work with: repositories within a transaction, narrowed to whoever calls."""

from typing import Annotated

from fastapi import Depends

from api.dependencies import ActorDep, NowDep, ReadSessionDep, SessionDep, require
from domain.accounts import Permission
from storage.store import Store


async def _store(session: SessionDep, actor: ActorDep, now: NowDep) -> Store:
    return Store(session, actor, now)


async def _read_store(session: ReadSessionDep, actor: ActorDep, now: NowDep) -> Store:
    return Store(session, actor, now)


StoreDep = Annotated[Store, Depends(_store)]
"""For calls that change something, or look at people's data, which is logged."""

ReadStoreDep = Annotated[Store, Depends(_read_store)]
"""For calls that leave no trace."""

ViewerDep = Depends(require(Permission.VIEW))
"""Of routers about batches: administrators look after accounts and see none of them."""
