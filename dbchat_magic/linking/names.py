"""Names: the words inside a table's or column's name, and the ways people say them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from dbchat_magic.linking.words import lemma_of

PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+|[^\W\d_A-Za-z]+")

ABBREVIATIONS = {
    "acct": "account", "addr": "address", "amt": "amount", "avg": "average", "bday": "birthday",
    "cat": "category", "cnt": "count", "ctry": "country", "cust": "customer", "dept": "department",
    "desc": "description", "descr": "description", "dest": "destination", "dob": "birth date", "doc": "document",
    "dt": "date", "emp": "employee", "fac": "faculty", "fk": "", "fname": "first name", "freq": "frequency",
    "gov": "government", "hr": "hour", "img": "image", "inst": "institution", "inv": "invoice", "lat": "latitude",
    "lname": "last name", "loc": "location", "long": "longitude", "lng": "longitude", "max": "maximum",
    "mgr": "manager", "min": "minimum", "mgmt": "management", "msg": "message", "nbr": "number", "no": "number",
    "num": "number", "org": "organization", "perc": "percent", "pct": "percent", "pk": "", "pop": "population",
    "pos": "position", "prod": "product", "pwd": "password", "qty": "quantity", "ref": "", "sal": "salary",
    "sec": "section", "seq": "sequence", "sex": "sex", "std": "standard", "stu": "student", "tbl": "", "tel": "phone",
    "temp": "temperature", "tot": "total", "txn": "transaction", "uni": "university", "usr": "user", "vol": "volume",
    "yr": "year", "dim": "", "fact": "", "vw": "", "src": "source", "prof": "professor", "dno": "department number",
    "crs": "course", "enr": "enrollment", "mid": "middle", "fullname": "full name", "username": "user name",
    "firstname": "first name", "lastname": "last name", "birthdate": "birth date", "zipcode": "zip code",
    "id": "id", "ids": "id",
    "actv": "active", "appt": "appointment", "bal": "balance", "bldg": "building", "brnch": "branch", "clm": "claim",
    "clnt": "client", "cncl": "cancelled", "cntry": "country", "crt": "created", "cstmr": "customer", "cty": "city",
    "diag": "diagnosis", "dlv": "delivery", "dtl": "detail", "dtls": "detail", "empl": "employee", "equip": "equipment",
    "flg": "flag", "grp": "group", "hdr": "header", "hist": "history", "hosp": "hospital", "itm": "item",
    "lmt": "limit", "lvl": "level", "maint": "maintenance", "mfr": "manufacturer", "mst": "master", "mstr": "master",
    "mth": "month", "ofc": "office", "ord": "order", "plcy": "policy", "pmt": "payment", "pymt": "payment",
    "prc": "price", "prd": "product", "proj": "project", "purch": "purchase", "qtr": "quarter", "rgn": "region",
    "rsn": "reason", "rtn": "return", "sched": "schedule", "seg": "segment", "shp": "ship", "sls": "sale",
    "srvc": "service", "strt": "start", "svc": "service", "trx": "transaction", "typ": "type", "upd": "updated",
    "veh": "vehicle", "vend": "vendor", "whs": "warehouse", "whse": "warehouse", "wk": "week",
}  # fmt: skip
"""Shortened words in names; an empty one says nothing about what the table holds."""

SHORT_BESIDE = {
    "cd": "code", "cr": "credit", "ht": "height", "nm": "name", "stat": "status", "sts": "status", "tm": "time",
    "val": "value", "wt": "weight",
}  # fmt: skip
"""The same where the name has another word beside them: a CD may be one."""


@lru_cache(maxsize=100_000)
def name_words(name: str) -> tuple[str, ...]:
    """The name's words as people say them.

    >>> name_words("CustOrderQty"), name_words("Ref_Template_Types"), name_words("emp_no"), name_words("CTRY_CD")
    (('customer', 'order', 'quantity'), ('template', 'type'), ('employee', 'number'), ('country', 'code'))
    """
    parts = [
        part.lower()
        for piece in re.split(r"[_\W]+", name)
        for part in ([piece] if piece.lower() in ABBREVIATIONS else PART.findall(piece))
    ]
    beside = SHORT_BESIDE if len(parts) > 1 else {}
    spoken = [word for part in parts for word in ABBREVIATIONS.get(part, beside.get(part, part)).split()]
    return tuple(lemma_of(word) for word in spoken) or tuple(parts)


def raw_words(name: str) -> tuple[str, ...]:
    """The name's words as they are written, in the singular.

    >>> raw_words("Ref_Template_Types")
    ('ref', 'template', 'type')
    """
    return tuple(lemma_of(part) for part in PART.findall(name))


def table_words(name: str) -> tuple[str, ...]:
    """The words of a table's name that say what it holds.

    >>> table_words("wallet_transactions_daily")
    ('wallet', 'transaction')
    """
    words = name_words(name)
    while len(words) > 1 and words[-1] in FILING:
        words = words[:-1]
    return words


def joined(words: tuple[str, ...]) -> str:
    """The words without blanks, so that "birth date" meets "birthdate"."""
    return "".join(words)


WEAK = frozenset({"id", "code", "name", "number", "type", "date", "value", "description", "detail", "status"})
"""Words that many columns share: alone they name a column only within its table."""


FILING = frozenset("daily weekly monthly yearly data info history log table snapshot master header".split())
"""Last words of a table's name that say how it is kept rather than what it holds."""

UNITS = ("billion", "million", "thousand", "dollar", "usd", "eur", "euro", "percent", "km", "kg", "cm", "mm", "lb",
         "mile", "meter", "foot", "minute", "second", "hour", "mb", "gb", "k", "m", "ft", "sqft")  # fmt: skip

DROPPED = {
    "id": 0.22,
    **dict.fromkeys(("of", "the", "in", "to", "on", "at", "for", "by", "per", "a"), 0.0),
} | dict.fromkeys(UNITS, 0.04)
"""What leaving out a word costs, where it is not as for other weak or strong words."""


def spoken_forms(words: tuple[str, ...], owner: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    """The ways people say a column's name, with how well each fits (1: the name itself).

    `owner` holds the words of its table: "museum_name" of the table museum is said "name", and "name"
    is said "museum name".

    >>> dict(spoken_forms(("museum", "name"), ("museum",)))[("name",)]
    0.97
    """
    yield words, 1.0
    rest = without(words, owner)
    if rest and rest != words:
        yield rest, 0.97
    if owner and words[: len(owner)] != owner and words[:1] != owner[-1:]:
        yield owner + words, 1.0
        if len(owner) > 1:
            yield owner[-1:] + words, 0.95
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length + 1):
            part = words[start : start + length]
            if part != rest:
                score = partial_score(words, part, start)
                yield part, min(score, 0.6) if set(part) <= set(owner) else score


def without(words: tuple[str, ...], owner: tuple[str, ...]) -> tuple[str, ...]:
    """The words less those of the table at their beginning, also shortened: "CName" of the table Course."""
    rest = words
    while len(rest) > 1 and any(word.startswith(rest[0]) for word in owner):
        rest = rest[1:]
    return rest


def partial_score(words: tuple[str, ...], part: tuple[str, ...], start: int) -> float:
    """How well a part of a name stands for the whole: dropping "id", "code" or "name" costs little."""
    dropped = words[:start] + words[start + len(part) :]
    cost = sum(DROPPED.get(word, 0.12 if word in WEAK else 0.3) for word in dropped)
    if all(word in WEAK for word in part):
        cost += 0.15
    return max(0.3, 0.95 - cost)
