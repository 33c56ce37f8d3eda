"""Online verification: whether the province holds a title, without showing what it holds.

What is stored of a row is a keyed hash over name, ID number and certificate number, all folded; a copy of the
database alone cannot be searched for people.
"""

import hashlib
import hmac

from domain.accounts import Permission
from domain.batches import Batch
from domain.decisions import Action
from domain.fields import Field
from domain.text import fold
from review.access import require
from review.final_rows import final_rows
from storage.store import Store

_FIELDS = (Field.NAME, Field.ID_NUMBER, Field.CERTIFICATE_NUMBER)


def write_proofs(store: Store, batch: Batch) -> None:
    """Let every proven row of a batch that the province took over be found."""
    key = store.secret("online_verification")
    proofs = {}
    for final in final_rows(store, batch):
        if any(line.action is Action.NO_CERTIFICATE for line in final.held):
            continue
        if all(final.values.get(field) for field in _FIELDS):
            proofs[final.row.id] = _proof(key, *(final.values[field] for field in _FIELDS))
    for row_id, proof in proofs.items():
        store.rows.set_proof(row_id, proof)


def withdraw_proofs(store: Store, batch: Batch) -> None:
    """Let the rows of a batch no longer be found."""
    store.rows.clear_proofs(batch.id)


def is_held(store: Store, *, name: str, id_number: str, certificate_number: str) -> bool:
    """Tell whether the province holds this certificate of this person. Every question is logged.

    Raises:
        PermissionMissingError: The actor may not ask.
    """
    actor = store.person
    require(actor, Permission.VERIFY_ONLINE)
    proof = _proof(store.secret("online_verification"), name, id_number, certificate_number)
    held = store.rows.is_proven(proof)
    # The hash tells an auditor whether two questions were about one person, not who it was.
    store.log.append(actor, "title.verified", f"proof/{proof[:16]}", held=held)
    return held


def _proof(key: bytes, name: str, id_number: str, certificate_number: str) -> str:
    text = "\n".join(fold(value).upper() for value in (name, id_number, certificate_number))
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
