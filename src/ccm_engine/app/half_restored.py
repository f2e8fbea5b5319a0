"""A restore under way, as a mark: whoever went on with half a record would make another one of it."""

from ccm_engine.ledger.store import Store, StoreError

RESTORING = ("restore", "under way")
"""The mark's names; it tells which exports are restored (`token`), and whether all of it is there (`done`)."""


def refuse_half_restored(store: Store) -> None:
    """Raise StoreError when a restore into this store is under way, or was cut off."""
    mark = store.mark(*RESTORING)
    if mark and not mark.body["done"]:
        raise StoreError(
            f"{store.name}: a restore is under way, or was cut off; complete it with ccm restore and the same exports"
        )
