"""Words that carry the grammar of a question, not its matter."""

from __future__ import annotations

FUNCTION_WORDS = frozenset(
    """
    a an the this that these those of in on at to from for with without by as into onto over under about
    between among during within across per via and or but nor not no so if than then also too only just both
    either neither each every all any some none such other another same own i me my we us our you your he him
    his she her it its they them their who whom whose which what when where why how there here be am is are
    was were been do does did done have has had having can could will would shall should may might must let
    please tell show give list find return display get fetch provide see want need know like 's ' ’ ’s , . ? !
    ; : ( ) s t out up down off along together alongside correspond corresponding respectively ever never
    yet already currently exist existing contain include including excluding except whether while because named called
    """.split()
)
"""They join other words; alone they never name a table, column or value."""

OPERATOR_WORDS = frozenset(
    """
    many much number count total sum average mean maximum minimum max min most least more less fewer fewest
    greater greatest great larger largest smaller smallest higher highest lower lowest bigger biggest older
    oldest younger youngest longer longest shorter shortest earlier earliest later latest newest top bottom
    first last sort sorted order ordered ascending descending alphabetical alphabetically group grouped
    different distinct unique exactly equal same common popular frequent often at above below before after
    since until still ten one two three four five six seven eight nine
    record row entry item information detail everything thing
    """.split()
)
"""They are read as operations; a table or column may be named by one only together with another word."""

READ_ELSEWHERE = frozenset(
    """
    year quarter month week day date time hour minute second full kind sort type different various live work use
    hold take make offer have belong come go stand sit play do give get put keep let born call say tell ask see know
    think look list order recently monthly yearly weekly daily annual annually amount value
    """.split()
)
"""Words that readers understand, and verbs of every day: only the thesaurus tells what else is called so."""

CALCULATED = frozenset(
    "revenue sale turnover spend spent earn sell sold selling buy buying bought purchase purchased percentage percent "
    "proportion ratio share profit margin".split()
)
"""Words of trading and dividing: what they mean in a database is a matter of its tables, not of one other word."""

NOT_CALCULATED = frozenset(
    """
    median percentile quartile quantile decile interquartile variance deviation stddev covariance correlation
    correlate correlated regression outlier histogram distribution skewness growth grow grew grown growing increase
    increased decrease decreased change changed trend cumulative cumulatively running rolling moving rank ranking
    ranked nth consecutive streak forecast predict predicted prediction projection retention churn cohort difference
    weekday weekend weeknight fortnight decade century hourly
    """.split()
)
"""Operations that nothing here does: no other word means the same, and an answer without them is a wrong one."""

FINER_TIMES = frozenset({"hour", "minute"})
"""Parts of a day: a column of times is not called so."""
