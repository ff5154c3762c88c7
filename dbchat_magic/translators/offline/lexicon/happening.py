"""Happenings: what has been done to a row, or not yet: words beside a column such as paid_on, or is_active."""

PARTICIPLES = frozenset(
    "taught bought sold made paid won held written given taken gone run led built spent sent got met left lost grown"
    " flown driven sung known begun kept seen chosen understood found read set cut put".split()
)
"""Those that do not end in -ed."""

NOT = ("un", "in", "non-", "non", "not-")
"""Beginnings of a word that says the opposite of its rest: "unpaid", "inactive"."""

NOT_OPPOSITES = frozenset(
    "united need untied indeed interested included increased invited involved installed".split()
)
"""Words that only look so."""

ENDING = ("end", "cancel", "terminate", "expire", "close", "leave", "discontinue", "retire")
"""What has not happened yet to what is active."""

CLOSING = ("close", "resolve", "complete", "finish", "end", "solve", "settle")
"""What has not been done yet to what is open."""

DUE = ("due", "promise", "deadline")
"""By when something should be done."""

FULFILLING = ("pay", "return", "complete", "close", "deliver", "finish", "settle", "submit")
"""What has not been done yet to what is overdue."""

STATES = frozenset(
    "open closed active inactive pending overdue late expired cancelled canceled churned terminated incomplete invalid"
    " retired suspended outstanding delinquent defaulted abandoned resolved".split()
)
"""Words that say in what state a row is: an answer that passes one over is about all the rows."""

PRESENT = frozenset(
    "listed released recorded stored registered available known involved present used given mentioned included tracked"
    " represented offered held kept saved shown displayed provided supported existing contained documented".split()
)
"""Words that say no more of rows than that they are there: "how many courses are listed?"."""
