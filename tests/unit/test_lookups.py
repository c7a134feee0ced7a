"""Whoever tries codes is stopped, and keeps out nobody else."""

import pytest
from sqlalchemy.orm import Session

from hubfinder.referrals import lookups
from hubfinder.referrals.lookups import OF_A_NETWORK, TooManyLookups, Try, check, count
from hubfinder.vault.keys import new_keyring
from tests.support.passing import writing

RING = new_keyring()
MOST = OF_A_NETWORK[0]
MOST_OF_ALL = 90


@pytest.fixture(autouse=True)
def fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be wrong altogether where nobody is known, in less time than thousands take."""
    monkeypatch.setattr(lookups, "OF_NOBODY_KNOWN", (MOST_OF_ALL, lookups.OF_NOBODY_KNOWN[1]))


def wrong(session: Session, networks: list[str]) -> None:
    writing(session)
    for network in networks:
        count(session, RING, Try(network))
    session.commit()


def test_wrong_codes_of_many_networks_keep_out_nobody_of_another(vault_session: Session) -> None:
    wrong(vault_session, [f"198.51.100.{number}" for number in range(MOST_OF_ALL + 1)])
    check(vault_session, RING, Try("203.0.113.7"))


def test_a_line_with_many_networks_of_its_own_is_one(vault_session: Session) -> None:
    wrong(vault_session, [f"2001:db8:0:{number:x}::/64" for number in range(MOST)])
    with pytest.raises(TooManyLookups):
        check(vault_session, RING, Try("2001:db8:0:ff::/64"))
    check(vault_session, RING, Try("2001:db8:0:100::/64"))


def test_where_nobody_is_known_by_a_network_all_count_together(vault_session: Session) -> None:
    wrong(vault_session, [""] * MOST)
    check(vault_session, RING, Try(""))
    wrong(vault_session, [""] * (MOST_OF_ALL - MOST))
    with pytest.raises(TooManyLookups):
        check(vault_session, RING, Try(""))
