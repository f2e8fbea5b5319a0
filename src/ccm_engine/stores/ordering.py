"""One fact about the order of keys: where the keys that begin with a prefix end."""

_LAST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def beyond(prefix: str) -> str | None:
    """Return the least text above every text that begins with `prefix`, None when there is none.

    The order is that of UTF-8 bytes, which is the order of code points.
    """
    stem = prefix.rstrip(chr(_LAST))
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    # Surrogates are no characters of their own: UTF-8 has no bytes for them.
    return stem[:-1] + chr(_SURROGATES.stop if following in _SURROGATES else following)
