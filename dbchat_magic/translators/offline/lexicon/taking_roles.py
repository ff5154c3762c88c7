"""Taking roles: what the key of a table makes of the row that it points at."""

from __future__ import annotations

ROLES: tuple[frozenset[str], ...] = (
    frozenset(
        "manager boss supervisor superior chief leader manage managed supervise supervised report".split()
    ),
    frozenset(
        "from source origin departure depart departing departed leave leaving left start starting".split()
    ),
    frozenset("to destination dst arrival arrive arriving arrived land landing target".split()),
    frozenset("home host".split()),
    frozenset("away visitor visiting guest".split()),
    frozenset("sender send sending sent from payer".split()),
    frozenset("receiver recipient receive receiving received to payee".split()),
    frozenset("winner win winning won".split()),
    frozenset("loser lose losing lost".split()),
    frozenset("buyer buy buying bought purchaser".split()),
    frozenset("seller sell selling sold vendor".split()),
)
"""Words for the role that a key gives to what it points at: those of one set say the same."""

SUPERIORS = ROLES[0]

SUBORDINATES = frozenset("subordinate underling team staff report reportee".split())
"""Who has somebody for a superior: "the subordinates of Clara"."""
