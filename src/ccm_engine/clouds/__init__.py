"""Reaching clouds: sessions, calls, limits, accounts. The only room that asks one anything."""
