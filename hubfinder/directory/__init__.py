"""The directory: organizations, services, locations and the national catalogue, in the names of HSDS."""
