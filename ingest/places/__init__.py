"""Countries that a text names: in any language, by name, people, city, or order number."""

from ingest.places.find import countries
from ingest.places.shares import country_shares

__all__ = ["countries", "country_shares"]
