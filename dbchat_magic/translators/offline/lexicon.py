"""Lexicon: the phrases that readers look for, as data. Words are in their dictionary form."""

from __future__ import annotations

COMPARISONS = {
    "more than": ">", "greater than": ">", "larger than": ">", "bigger than": ">", "higher than": ">", "over": ">",
    "above": ">", "after": ">", "older than": ">", "longer than": ">", "heavier than": ">", "taller than": ">",
    "later than": ">", "exceed": ">", "exceeding": ">", "better than": ">", "beyond": ">", "bigger": ">",
    "less than": "<", "fewer than": "<", "smaller than": "<", "lower than": "<", "under": "<", "below": "<",
    "before": "<", "younger than": "<", "shorter than": "<", "lighter than": "<", "earlier than": "<",
    "prior to": "<", "cheaper than": "<", "more expensive than": ">", "newer than": ">",
    "at least": ">=", "in or after": ">=", "on or after": ">=", "on or before": "<=", "in or before": "<=",
    "above or equal to": ">=", "below or equal to": "<=", "within": "<=", "no less than": ">=", "not less than": ">=", "no fewer than": ">=", "since": ">=",
    "minimum of": ">=", "from": ">=", "starting from": ">=", "greater than or equal to": ">=",
    "more than or equal to": ">=", "not before": ">=",
    "at most": "<=", "no more than": "<=", "not more than": "<=", "up to": "<=", "until": "<=", "by": "=",
    "maximum of": "<=", "less than or equal to": "<=", "not exceeding": "<=", "not after": "<=",
    "equal to": "=", "equals": "=", "equal": "=", "exactly": "=", "only": "=", "not equal to": "<>",
    "other than": "<>", "different from": "<>", "not": "<>", ">": ">", "<": "<", ">=": ">=", "<=": "<=", "=": "=",
    "!=": "<>", "<>": "<>",
}  # fmt: skip
"""What may stand before a number."""

TRAILING_COMPARISONS = {
    "or more": ">=", "or above": ">=", "or over": ">=", "or higher": ">=", "or later": ">=", "or after": ">=", "and after": ">=", "and later": ">=", "or before": "<=", "and before": "<=", "or older": ">=",
    "and above": ">=", "and over": ">=", "and more": ">=", "and older": ">=", "or greater": ">=",
    "or less": "<=", "or fewer": "<=", "or below": "<=", "or under": "<=", "or lower": "<=", "or earlier": "<=",
    "and below": "<=", "and under": "<=", "or younger": "<=", "and younger": "<=",
}  # fmt: skip
"""What may stand after a number."""

ADJECTIVES: dict[str, tuple[tuple[str, bool], ...]] = {
    "old": (("age", True), ("birth date", False), ("birthday", False), ("birth year", False), ("built", False),
            ("founded", False), ("date", False), ("year", False)),
    "tall": (("height", True),),
    "heavy": (("weight", True),),
    "long": (("length", True), ("duration", True), ("distance", True), ("runtime", True), ("time", True), ("millisecond", True), ("second", True), ("minute", True), ("hour", True), ("height", True)),
    "large": (("size", True), ("area", True), ("population", True), ("capacity", True), ("amount", True),
              ("total", True), ("number", True)),
    "expensive": (("price", True), ("cost", True), ("fee", True), ("rate", True), ("amount", True),
                  ("charge", True)),
    "late": (("date", True), ("time", True), ("year", True), ("created", True)),
    "fast": (("speed", True), ("time", False), ("duration", False)),
    "rich": (("salary", True), ("income", True), ("net worth", True), ("wealth", True), ("money", True)),
    "good": (("rating", True), ("score", True), ("grade", True), ("stars", True), ("points", True)),
    "populous": (("population", True),),
    "deep": (("depth", True),),
    "wide": (("width", True),),
    "high": (("height", True), ("elevation", True), ("altitude", True), ("score", True)),
    "strong": (("strength", True), ("power", True)),
    "profitable": (("profit", True), ("revenue", True)),
}  # fmt: skip
"""What an adjective measures: names to look for in the table, and whether more of it is more of the adjective."""

OPPOSITES = {
    "young": "old", "short": "long", "light": "heavy", "small": "large", "cheap": "expensive", "early": "late",
    "slow": "fast", "poor": "rich", "bad": "good", "new": "old", "recent": "late", "low": "high", "shallow": "deep",
    "narrow": "wide", "little": "large",
}  # fmt: skip
"""Adjectives that mean less of another; "new" and "recent" mean late."""

COMPARATIVES = {
    "older": "old", "taller": "tall", "heavier": "heavy", "longer": "long", "larger": "large", "bigger": "large",
    "later": "late", "faster": "fast", "richer": "rich", "better": "good", "younger": "young",
    "shorter": "short", "lighter": "light", "smaller": "small", "cheaper": "cheap", "earlier": "early",
    "slower": "slow", "poorer": "poor", "newer": "recent", "higher": "high", "lower": "low", "deeper": "deep",
    "wider": "wide",
}  # fmt: skip

SUPERLATIVES = {
    "oldest": "old", "tallest": "tall", "heaviest": "heavy", "longest": "long", "largest": "large",
    "biggest": "large", "latest": "late", "fastest": "fast", "richest": "rich", "best": "good",
    "youngest": "young", "shortest": "short", "lightest": "light", "smallest": "small", "cheapest": "cheap",
    "earliest": "early", "slowest": "slow", "poorest": "poor", "newest": "recent", "worst": "bad",
    "highest": "high", "lowest": "low", "deepest": "deep", "widest": "wide", "greatest": "large",
    "strongest": "strong", "maximum": "large", "minimum": "small", "max": "large", "min": "small",
    "most expensive": "expensive", "least expensive": "cheap", "most recent": "recent", "most populous": "populous",
    "most populated": "populous", "most recently": "recent", "highest paid": "rich", "most profitable": "profitable",
    "first": "early", "last": "late", "highest rated": "good", "best rated": "good", "top rated": "good",
    "lowest rated": "bad", "worst rated": "bad", "highest earning": "rich", "lowest earning": "poor",
    "best paid": "rich", "lowest paid": "poor", "highest priced": "expensive", "lowest priced": "cheap",
}  # fmt: skip

MOST = {
    "most": True, "largest number of": True, "highest number of": True, "greatest number of": True,
    "biggest number of": True, "maximum number of": True, "most number of": True, "largest amount of": True,
    "maximum count of": True, "highest count of": True, "largest count of": True, "greatest amount of": True,
    "highest total number of": True, "largest total number of": True,
    "least": False, "fewest": False, "smallest number of": False, "lowest number of": False,
    "least number of": False, "minimum number of": False, "fewest number of": False, "smallest amount of": False,
    "least amount of": False, "most number of time": True, "most time": True, "fewest time": False, "least number of time": False,
}  # fmt: skip
"""How many of something decides; True: the more the better."""

COMMON = {
    "most common": True, "most popular": True, "most frequent": True, "most frequently": True, "most commonly": True,
    "most often": True, "most prominent": True, "least common": False, "least popular": False,
    "least frequent": False, "least frequently": False, "rarest": False, "most used": True, "commonest": True,
    "most commonly used": True, "most frequently used": True, "least used": False, "least commonly": False,
}  # fmt: skip
"""How often a value occurs decides."""

AGGREGATES = {
    "average": "avg", "mean": "avg", "avg": "avg", "total": "sum", "sum": "sum", "maximum": "max", "max": "max",
    "highest": "max", "largest": "max", "greatest": "max", "biggest": "max", "longest": "max", "minimum": "min",
    "min": "min", "lowest": "min", "smallest": "min", "shortest": "min", "latest": "max", "earliest": "min",
    "combined": "sum", "overall": "sum", "tallest": "max", "heaviest": "max", "oldest": "max", "youngest": "min",
    "most recent": "max",
}  # fmt: skip

SURE_AGGREGATES = frozenset(
    {"average", "mean", "avg", "total", "sum", "maximum", "max", "minimum", "min", "combined", "overall"}
)
"""These aggregate whatever stands around them; the others may also pick a row."""

RATIOS = {
    "ratio of": "ratio", "proportion of": "ratio", "fraction of": "ratio", "share of": "ratio", "what share of": "ratio",
    "percentage of": "percent", "percent of": "percent", "what percentage of": "percent", "what percent of": "percent",
    "the percentage of": "percent", "the proportion of": "ratio", "the ratio of": "ratio", "ratio between": "ratio",
}  # fmt: skip
"""What stands before a part of the rows; whether it is told as a number or in percent."""

AGAINST = {
    "to": True,
    "out of": False,
    "versus": True,
    "vs": True,
    "compared to": True,
    "over": True,
    "among": False,
}
"""What stands between the part and what it is divided by; True: by the other part, else by all that is left."""

COUNTS = (
    "how many",
    "number of",
    "total number of",
    "count of",
    "count the number of",
    "count",
    "total count of",
    "number of total",
    "count of total",
    "number of all",
    "number of time",
    "how many time",
)

GROUPS = (
    "for each", "for every", "per", "in each", "of each", "by each", "from each", "at each", "on each", "with each",
    "each", "every", "group by", "grouped by", "for different", "for all different", "for each of the",
    "of every", "in every", "across", "for each different", "broken down by", "split by",
)  # fmt: skip

ORDERS = {
    "order by": False, "ordered by": False, "sort by": False, "sorted by": False, "sort": False,
    "in ascending order of": False, "in ascending order by": False, "in increasing order of": False,
    "in the ascending order of": False, "in descending order of": True, "in descending order by": True,
    "in decreasing order of": True, "in the descending order of": True, "in order of": False,
    "in the order of": False, "in alphabetical order of": False, "in alphabetical order by": False,
    "in reverse order of": True, "ordered from": False, "rank by": True, "ranked by": True,
    "sorted in ascending order of": False, "sorted in descending order of": True, "sorted in": False,
    "ordered in": False, "arranged by": False, "listed by": False, "in lexicographical order of": False,
    "in lexicographic order of": False, "in order by": False, "sorted according to": False, "in chronological order of": False,
    "by ascending": False, "by descending": True, "by increasing": False, "by decreasing": True,
    "ordered descending by": True, "ordered ascending by": False, "sorted descending by": True, "sorted ascending by": False,
    "ordered in ascending": False, "ordered in descending": True, "descending by": True, "ascending by": False,
    "sorted in descending": True, "sorted in ascending": False, "sorted by descending": True, "ordered by descending": True,
    "sorted by ascending": False, "ordered by ascending": False, "in descending": True, "in ascending": False,
    "ordered alphabetically by": False, "sorted alphabetically by": False,
    "in reversed lexicographical order of": True, "in reverse alphabetical order of": True, "in the order by": False,
}  # fmt: skip
"""What stands before the column that sorts; True: the largest first."""

for _way, _descending in (("ascending", False), ("descending", True), ("increasing", False), ("decreasing", True),
                          ("reverse", True), ("reversed", True), ("", False)):  # fmt: skip
    for _kind in (
        "alphabetical",
        "alphabetic",
        "lexicographical",
        "lexicographic",
        "chronological",
        "numerical",
        "",
    ):
        for _end in ("of", "by", "on", "according to"):
            ORDERS.setdefault(" ".join(f"in {_way} {_kind} order {_end}".split()), _descending)
            ORDERS.setdefault(" ".join(f"in {_kind} {_way} order {_end}".split()), _descending)

for _verb in ("order", "sort", "arrange", "rank", "list"):
    for _what in ("result", "list", "output", "row", "them", "it", "answer", "everything", "record"):
        ORDERS.setdefault(f"{_verb} {_what} by", False)

ORDER_ALONE = {
    "in alphabetical order": False, "alphabetically": False, "in ascending order": False,
    "in lexicographical order": False, "in lexicographic order": False, "in descending order": True,
    "in reverse alphabetical order": True, "in reversed lexicographical order": True,
    "in descending alphabetical order": True, "in decreasing order": True, "in increasing order": False,
    "in ascending alphabetical order": False, "ascending": False, "descending": True, "chronologically": False,
    "in chronological order": False, "in ascending lexicographical order": False, "in alphabetic order": False,
    "in descending lexicographical order": True, "in reverse lexicographical order": True,
}  # fmt: skip
"""They sort by the column nearest before."""

for _phrase, _descending in list(ORDERS.items()):
    if _phrase.startswith("in ") and _phrase.endswith("order of") and _phrase != "in order of":
        ORDER_ALONE.setdefault(_phrase.removesuffix(" of"), _descending)

DESCENDING = ("descending", "desc", "decreasing", "reverse", "reversed", "in descending order", "from high to low",
              "from highest to lowest", "from most to least", "from largest to smallest", "largest first",
              "highest first", "from the largest to the smallest", "from greatest to least", "from greatest to smallest", "from oldest to youngest", "from old to young", "from latest to earliest", "starting from the highest", "from biggest to smallest", "from longest to shortest", "from most recent to least recent", "from most expensive to cheapest", "from newest to oldest", "starting from the most", "highest to lowest", "most to least", "largest to smallest", "starting with the highest",  "from the highest to the lowest")  # fmt: skip

ASCENDING = (
    "ascending", "in ascending order", "asc", "increasing", "from low to high", "from lowest to highest",
    "from least to most", "from least to greatest", "from smallest to largest", "from small to large",
    "from the lowest to the highest", "from the smallest to the largest", "from least to largest",
    "from shortest to longest", "from cheapest to most expensive", "from youngest to oldest", "from young to old",
    "from earliest to latest", "lowest first", "smallest first", "least to most", "lowest to highest",
    "smallest to largest", "starting from the lowest", "starting with the lowest", "from a to z",
)  # fmt: skip

CONTAINS = {
    "contain": "%{}%", "containing": "%{}%", "contain the word": "%{}%", "contain the letter": "%{}%",
    "contain the substring": "%{}%", "contain the string": "%{}%", "containing the word": "%{}%",
    "contain the text": "%{}%", "contain the phrase": "%{}%", "containing the letter": "%{}%",
    "containing substring": "%{}%", "containing the substring": "%{}%", "containing the phrase": "%{}%",
    "include": "%{}%", "including": "%{}%", "include the word": "%{}%", "include the substring": "%{}%",
    "have substring": "%{}%", "have the word": "%{}%", "have the substring": "%{}%", "have the letter": "%{}%", "have a substring": "%{}%",
    "the letter": "%{}%", "letter": "%{}%", "with the word": "%{}%", "with the substring": "%{}%", "with substring": "%{}%", "with the letter": "%{}%",
    "have the string": "%{}%", "like": "%{}%", "the substring": "%{}%", "the word": "%{}%", "mention": "%{}%",
    "start with": "{}%", "starting with": "{}%", "begin with": "{}%", "beginning with": "{}%",
    "start with the letter": "{}%", "begin with the letter": "{}%", "starting with the letter": "{}%",
    "with the prefix": "{}%", "prefixed with": "{}%", "have prefix": "{}%", "with prefix": "{}%",
    "end with": "%{}", "ending with": "%{}", "end in": "%{}", "ending in": "%{}", "end with the letter": "%{}",
}  # fmt: skip
"""What stands before a part of a text, as the pattern it means."""

NEGATIONS = frozenset(
    {"not", "no", "never", "without", "don't", "doesn't", "didn't", "isn't", "aren't", "haven't", "hasn't", "wasn't",
     "weren't", "cannot", "can't", "neither", "hadn't", "won't", "didnt", "doesnt", "dont"}
)  # fmt: skip

DISTINCT = frozenset({"different", "distinct", "unique", "various"})

RELATIVES = frozenset({"who", "whom", "whose", "which", "that", "where", "with", "having", "when"})

EVERYTHING = (
    "all information", "all the information", "all detail", "all the detail", "every detail", "everything", "all column", "all the column",
    "all info", "all the info", "all attribute", "full detail", "all data", "all the data", "detail of all", "information of all",
    "all row", "all record", "all field",
)  # fmt: skip

MONEY = (
    "revenue", "sale", "turnover", "spend", "spending", "spent", "earn", "earned", "earning", "sell", "selling", "sold",
    "proceed", "takings", "order value", "basket value",
)  # fmt: skip
"""Words for what is taken in by selling, where no column is called so."""

MONEY_COLUMNS = (
    "revenue",
    "sale",
    "line total",
    "total amount",
    "total price",
    "amount",
    "total",
    "subtotal",
)
"""Names of columns that hold it, best first; else a price times a quantity."""

MONEY_WORDS = frozenset(
    "revenue sale line total amount price subtotal sum grand order invoice net gross value paid usd eur payment".split()
)
"""Words of which the name of such a column is made."""

UNITS_SOLD = (
    "best selling",
    "bestselling",
    "top selling",
    "most sold",
    "best seller",
    "most ordered",
    "most bought",
)
"""Phrases that rank by how much was sold."""

VERBS = {
    "earn": "rich",
    "make": "rich",
    "earns": "rich",
    "cost": "expensive",
    "weigh": "heavy",
    "last": "long",
    "measure": "long",
    "paid": "rich",
}
"""Verbs that measure what an adjective does: "employees who earn over 60000"."""

TRADING = {"buy": True, "purchase": True, "purchased": True, "order": True, "ordered": True, "sell": True}
"""Verbs that happen in a table of orders or sales."""

TRADES = (
    "order line",
    "order item",
    "order detail",
    "invoice line",
    "invoice item",
    "sale",
    "order",
    "purchase",
    "invoice",
    "transaction",
)
"""What such a table is called, best first."""

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

PERIODS_BETWEEN = ("day", "week", "month", "year")

CALCULATIONS = {
    **dict.fromkeys(("ratio of", "the ratio of", "ratio between"), "/"),
    **dict.fromkeys(("difference between", "difference in", "difference of", "gap between", "time between", "interval between", "time from", "time it take from", "how long between", "how long from", "how long be between", "how long do it take from", "how long do it take between", "how long it take from", "how much time between", "duration between", "duration from", "delay between", "lag between"), ""),
    **{f"{unit} {word}": unit for unit in PERIODS_BETWEEN for word in ("between", "from")},
    **{f"{counted} {unit} {word}": unit for unit in PERIODS_BETWEEN for word in ("between", "from", "pass between", "lie between", "be between", "do it take from", "be there between")
       for counted in ("how many", "number of")},
}  # fmt: skip
"""What stands before the two things that are calculated with, and what lies between dates is counted in."""

STARTINGS = frozenset("start begin from open first hired hire created order ordered".split())
ENDINGS = frozenset("end finish to close last left leave completed return returned delivered".split())

EXTREMES = {
    "maximum": "max", "highest": "max", "largest": "max", "max": "max", "greatest": "max", "biggest": "max", "top": "max",
    "minimum": "min", "lowest": "min", "smallest": "min", "min": "min",
}  # fmt: skip
