"""The readers, in the order they run: each understands one kind of phrase and adds its part to the Query.

A new ability is a file here, a line in READERS and a corpus under tests/translators/offline/corpus.
"""

from __future__ import annotations

from collections.abc import Callable

from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.readers.absences import read_absences
from dbchat_magic.translators.offline.readers.aggregates import read_aggregates
from dbchat_magic.translators.offline.readers.alternatives import read_alternatives, read_two_lists
from dbchat_magic.translators.offline.readers.amounts import read_amounts
from dbchat_magic.translators.offline.readers.averages import read_averages
from dbchat_magic.translators.offline.readers.breakdowns import read_breakdowns
from dbchat_magic.translators.offline.readers.dates import read_dates
from dbchat_magic.translators.offline.readers.demands import read_demand
from dbchat_magic.translators.offline.readers.differences import read_differences
from dbchat_magic.translators.offline.readers.filters import read_filters
from dbchat_magic.translators.offline.readers.firsts import read_firsts
from dbchat_magic.translators.offline.readers.flags import read_flags
from dbchat_magic.translators.offline.readers.groups import (
    read_compared_groups,
    read_dated_groups,
    read_groups,
)
from dbchat_magic.translators.offline.readers.measures import read_measures
from dbchat_magic.translators.offline.readers.metrics import read_metrics
from dbchat_magic.translators.offline.readers.money import read_money
from dbchat_magic.translators.offline.readers.often import read_often
from dbchat_magic.translators.offline.readers.orders import read_orders
from dbchat_magic.translators.offline.readers.parts import read_parts
from dbchat_magic.translators.offline.readers.projections import read_projections
from dbchat_magic.translators.offline.readers.rankings import read_rankings
from dbchat_magic.translators.offline.readers.ratios import read_ratios
from dbchat_magic.translators.offline.readers.roles import read_roles
from dbchat_magic.translators.offline.readers.sames import read_sames
from dbchat_magic.translators.offline.readers.states import read_done, read_states
from dbchat_magic.translators.offline.readers.superlatives import read_superlatives, read_top
from dbchat_magic.translators.offline.readers.takings import read_totals
from dbchat_magic.translators.offline.readers.tops import read_top_of_each
from dbchat_magic.translators.offline.readers.trades import read_trades
from dbchat_magic.translators.offline.readers.values import read_values
from dbchat_magic.translators.offline.readers.weekdays import read_weekdays

Reader = Callable[[Draft], Draft]

READERS: tuple[Reader, ...] = (
    read_demand,
    read_totals,
    read_two_lists,
    read_filters,
    read_states,
    read_roles,
    read_orders,
    read_differences,
    read_top_of_each,
    read_often,
    read_rankings,
    read_groups,
    read_firsts,
    read_top,
    read_metrics,
    read_money,
    read_superlatives,
    read_parts,
    read_flags,
    read_averages,
    read_sames,
    read_absences,
    read_weekdays,
    read_dates,
    read_amounts,
    read_values,
    read_alternatives,
    read_ratios,
    read_aggregates,
    read_breakdowns,
    read_compared_groups,
    read_measures,
    read_dated_groups,
    read_done,
    read_trades,
    read_projections,
)
