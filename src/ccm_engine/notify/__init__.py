"""Telling people: each channel is one file here, found by itself and turned on by its own setting."""

from ccm_engine.notify.channel import Channel, DeliveryError
from ccm_engine.notify.discovery import channel_types, channels

__all__ = ["Channel", "DeliveryError", "channel_types", "channels"]
