"""Who is doing something, and what they may do it to."""

from dataclasses import dataclass

from hubfinder.staff_vocab import Role


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, and for whom: always one council, and in it perhaps one organization, hub or area."""

    role: Role
    council: str
    """Code of the council."""
    organization: str = ""
    """Key; of a provider."""
    hub: str = ""
    """Key; of hub staff."""
    area: str = ""
    """``kind:code`` of a footprint; of hub staff, beside their hub."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something: somebody signed in, or a command, a link, the public."""

    name: str
    """As the trail and other staff see it."""
    id: int | None = None
    """Of the person; none for whoever does not sign in."""
    grants: tuple[Grant, ...] = ()

    def has(self, *roles: Role, council: str = "") -> bool:
        """Whether one of these roles is theirs, in any council or in this one."""
        return any(grant.role in roles and council in ("", grant.council) for grant in self.grants)

    @property
    def councils(self) -> tuple[str, ...]:
        """Codes of the councils they work for, each once, in the order they were given."""
        return tuple(dict.fromkeys(grant.council for grant in self.grants))


A_COMMAND = Actor("a command")
A_LINK = Actor("a one-click link")
THE_PUBLIC = Actor("the public")
HUBFINDER = Actor("hubfinder")
