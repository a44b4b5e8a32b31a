"""Where a card was used: a customer's home town, or the town they went to abroad."""

from __future__ import annotations

from zlib import crc32

_TOWNS = {
    "GB": ("London", "Manchester", "Leeds", "Bristol", "Glasgow", "Cardiff"),
    "IE": ("Dublin", "Cork", "Galway"), "DE": ("Berlin", "Hamburg", "Köln", "München"),
    "ES": ("Madrid", "Barcelona", "Valencia", "Sevilla"), "FR": ("Paris", "Lyon", "Marseille"),
    "PL": ("Warszawa", "Kraków", "Gdańsk"), "US": ("New York", "Chicago", "Denver", "Los Angeles"),
    "AE": ("Dubai", "Abu Dhabi", "Sharjah"), "JP": ("Tokyo", "Kyoto", "Osaka"),
}  # fmt: skip


def town_of(customer_id: str, country: str) -> str:
    """Return the town where a customer shops in a country: always the same one."""
    towns = _TOWNS[country]
    return towns[crc32(f"{customer_id} {country}".encode()) % len(towns)]
