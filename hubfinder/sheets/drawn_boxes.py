"""Rectangles on a drawing, and free room beside them."""

from collections.abc import Iterator
from dataclasses import dataclass

GAP = 3.0


@dataclass(frozen=True, slots=True)
class Rect:
    """The upper left corner and the size."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.wide / 2, self.y + self.high / 2

    def shared(self, other: "Rect") -> float:
        """The ground that two have in common."""
        wide = min(self.x + self.wide, other.x + other.wide) - max(self.x, other.x)
        high = min(self.y + self.high, other.y + other.high) - max(self.y, other.y)
        return max(wide, 0.0) * max(high, 0.0)


class Taken:
    """What is covered on a drawing so far."""

    def __init__(self, wide: float, high: float) -> None:
        self.wide = wide
        self.high = high
        self._rects: list[Rect] = []

    def add(self, rect: Rect) -> None:
        self._rects.append(rect)

    def put(self, x: float, y: float, wide: float, high: float) -> Rect:
        """Room for a box around a point: at the point, or as near to it as there is some."""
        return self._best(
            Rect(cx - wide / 2, cy - high / 2, wide, high) for cx, cy in _around(x, y, wide, high)
        )

    def beside(self, mark: Rect, wide: float, high: float) -> Rect:
        """Room for words beside a mark: right, left, below or above it."""
        middle = mark.y + (mark.high - high) / 2
        centre = mark.x + (mark.wide - wide) / 2
        right, left = mark.x + mark.wide + 1, mark.x - wide - 1
        below, above = mark.y + mark.high + 1, mark.y - high - 1
        rows = (below, above, below + high, above - high, below + 2 * high, above - 2 * high)
        spots = [(right, middle), (left, middle)]
        spots += [(x, y) for y in rows for x in (centre, right - mark.wide, left + mark.wide)]
        return self._best(Rect(x, y, wide, high) for x, y in spots)

    def _best(self, spots: Iterator[Rect]) -> Rect:
        """The first that covers nothing, or else the one that covers least; now taken."""
        best, least = None, 0.0
        for spot in spots:
            inside = Rect(
                min(max(spot.x, GAP), self.wide - spot.wide - GAP),
                min(max(spot.y, GAP), self.high - spot.high - GAP),
                spot.wide,
                spot.high,
            )
            covered = sum(inside.shared(rect) for rect in self._rects)
            if best is None or covered < least:
                best, least = inside, covered
            if not covered:
                break
        if best is None:
            raise ValueError("there must be a place to try")
        self._rects.append(best)
        return best


def _around(x: float, y: float, wide: float, high: float) -> Iterator[tuple[float, float]]:
    """The point itself, then ever wider rings around it."""
    yield x, y
    for ring in (1.0, 1.4, 1.9, 2.5, 3.2, 4.0, 5.0):
        across, down = ring * (wide / 2 + 8), ring * (high / 2 + 8)
        yield from ((x, y + down), (x + across, y), (x - across, y), (x, y - down))
        yield from (
            (x + across, y + down),
            (x - across, y + down),
            (x + across, y - down),
            (x - across, y - down),
        )
