"""The made-up district of Harbourmouth: how its coast, streets, areas and postcodes are drawn.

Everything is drawn on a flat map in kilometres (x east, y north) around a point in the North Sea,
and turned into longitude and latitude only when it is written. The same code always draws the same area.
"""
