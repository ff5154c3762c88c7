"""Names as older systems have them, shortened and in capitals, without declared keys."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from dbchat_magic import DbChat
from dbchat_magic.errors import NotUnderstood

TABLES = """
CREATE TABLE CUST_MST (CUST_ID INTEGER PRIMARY KEY, CUST_NM TEXT, CTRY_CD TEXT, CR_LMT_AMT REAL, ACTV_FLG TEXT);
CREATE TABLE EMP_MST (EMP_ID INTEGER PRIMARY KEY, EMP_NM TEXT, DEPT_NM TEXT, TERM_DT DATE, SAL_AMT REAL);
CREATE TABLE PRD_MST (PRD_ID INTEGER PRIMARY KEY, PRD_DESC TEXT, CAT_NM TEXT, UNIT_PRC REAL);
CREATE TABLE ORD_HDR (
    ORD_NO INTEGER PRIMARY KEY, CUST_ID INTEGER, EMP_ID INTEGER, ORD_DT DATE, SHIP_DT DATE, STAT_CD TEXT, TOT_AMT REAL
);
CREATE TABLE ORD_DTL (ORD_NO INTEGER, LINE_NO INTEGER, PRD_ID INTEGER, QTY INTEGER, PRIMARY KEY (ORD_NO, LINE_NO));
CREATE TABLE WHS_MST (WHS_ID INTEGER PRIMARY KEY, WHS_NM TEXT);
CREATE TABLE INV_TXN (TXN_ID INTEGER PRIMARY KEY, PRD_ID INTEGER, WHS_ID INTEGER, MOVED INTEGER);
INSERT INTO CUST_MST VALUES (1, 'Acme', 'DE', 5000, 'Y'), (2, 'Beta', 'FR', 9000, 'Y'), (3, 'Cee', 'FR', 100, 'N');
INSERT INTO EMP_MST VALUES (1, 'Ann', 'Sales', NULL, 50), (2, 'Bob', 'Sales', '2024-05-01', 70), (3, 'Cem', 'HR', NULL, 30);
INSERT INTO ORD_HDR VALUES (1, 1, 1, '2024-01-02', '2024-01-05', 'SHIPPED', 100),
    (2, 1, 1, '2024-01-09', NULL, 'OPEN', 50), (3, 2, 3, '2024-02-01', '2024-02-02', 'CANCELLED', 500);
INSERT INTO WHS_MST VALUES (1, 'North'), (2, 'South');
INSERT INTO INV_TXN VALUES (1, 1, 1, 5), (2, 2, 1, -2), (3, 1, 2, 9);
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("short") / "erp.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(TABLES)
        products = [(at, f"Part {at}", ("Bolts", "Pipes")[at % 2], at * 1.5) for at in range(1, 31)]
        connection.executemany("INSERT INTO PRD_MST VALUES (?, ?, ?, ?)", products)
        connection.executemany(
            "INSERT INTO ORD_DTL VALUES (?, ?, ?, ?)", [(1, 1, 3, 2), (1, 2, 4, 1), (2, 1, 3, 7)]
        )
    connection.close()
    return str(path)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("how many customers per country", [["DE", 1], ["FR", 2]]),
        ("how many active customers", [[2]]),
        ("inactive customers", [["Cee"]]),
        ("customer with the highest credit limit", [[2, "Beta"]]),
        ("open orders per customer", [["Acme", 1]]),
        ("how many orders are open", [[1]]),
        ("orders per status", [["CANCELLED", 1], ["OPEN", 1], ["SHIPPED", 1]]),
        ("number of unshipped orders", [[1]]),
        ("top 1 customers by revenue", [["Beta", 500.0]]),
        ("current employees per department", [["HR", 1], ["Sales", 1]]),
        ("average salary by department", [["HR", 30.0], ["Sales", 60.0]]),
        ("which employee has the most orders", [["Ann"]]),
        ("customers without orders", [[3, "Cee", "FR", 100.0, "N"]]),
        ("top 2 products by quantity sold", [["Part 3", 9], ["Part 4", 1]]),
    ],
)
def test_these_rows_come(home: Path, source: str, question: str, rows: list[list[object]]) -> None:
    chat = DbChat(home)
    frame = chat.run(chat.translate(question, source).sql, source).frame
    assert frame.iloc[:, : len(rows[0])].to_numpy().tolist() == rows


def test_what_is_asked_for_each_is_not_passed_over(home: Path, source: str) -> None:
    with pytest.raises(NotUnderstood, match="stock"):
        DbChat(home).translate("stock per warehouse", source)
