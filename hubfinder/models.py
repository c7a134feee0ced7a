"""Every table, imported together: what migrations compare with and mappers need before their first use."""

from hubfinder.database import Base
from hubfinder.directory import catalogue, models as directory_models
from hubfinder.exchange import models as exchange_models
from hubfinder.listings import models as listings_models
from hubfinder.people import models as people_models
from hubfinder.places import models as places_models
from hubfinder.post import models as post_models
from hubfinder.referrals import front_door_models, threshold_models
from hubfinder.search import models as search_models, postgres_models
from hubfinder.sheets import models as sheets_models

__all__ = [
    "Base",
    "catalogue",
    "directory_models",
    "exchange_models",
    "front_door_models",
    "listings_models",
    "people_models",
    "places_models",
    "post_models",
    "postgres_models",
    "search_models",
    "sheets_models",
    "threshold_models",
]
