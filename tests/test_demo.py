import hashlib
import multiprocessing
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from dbchat_magic import demo
from dbchat_magic.errors import DatasourceError

CONTENT = "084f420e9630b438a3d66abee28351d03a13e3304be49fedd016666decd1030e"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return demo.demo_database(tmp_path_factory.mktemp("shop") / "home")


def query(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def tables_of(path):
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
    return [name for (name,) in query(path, sql)]


def content_digest(path):
    digest = hashlib.sha256()
    for table in tables_of(path):
        for row in query(path, f"SELECT * FROM {table} ORDER BY 1, 2"):
            digest.update(repr((table, row)).encode())
    return digest.hexdigest()


def test_every_machine_gets_the_same_rows(shop):
    """Change the pinned digest only together with `demo.VERSION`."""
    assert (demo.VERSION, content_digest(shop)) == (2, CONTENT)


def test_ten_tables_and_more_hold_about_50_000_rows(shop):
    counts = {table: query(shop, f"SELECT count(*) FROM {table}")[0][0] for table in tables_of(shop)}
    assert len(counts) >= 10
    assert 45_000 < sum(counts.values()) < 55_000


def test_every_reference_points_at_a_row(shop):
    assert query(shop, "PRAGMA foreign_key_check") == []
    assert query(shop, "PRAGMA integrity_check") == [("ok",)]


def test_orders_cover_three_years_and_end_there(shop):
    assert query(shop, "SELECT min(order_date) < '2023-01-07', max(order_date) FROM orders") == [
        (1, "2025-12-31")
    ]
    later = query(
        shop,
        "SELECT max(paid_at) FROM payments UNION SELECT max(delivered_on) FROM shipments "
        "UNION SELECT max(reviewed_on) FROM reviews UNION SELECT max(returned_on) FROM returns",
    )
    assert all(day < "2026" for (day,) in later)


def test_amounts_add_up(shop):
    wrong = query(
        shop,
        "SELECT o.order_id FROM orders o JOIN order_lines l USING (order_id) GROUP BY o.order_id "
        "HAVING abs(sum(l.line_total) + o.shipping_fee - o.total_amount) > 0.001",
    )
    assert wrong == []
    assert query(
        shop, "SELECT count(*) FROM orders WHERE order_id NOT IN (SELECT order_id FROM order_lines)"
    ) == [(0,)]


def test_nobody_sells_before_hiring_or_buys_before_signing_up(shop):
    assert query(
        shop,
        "SELECT count(*) FROM orders o LEFT JOIN employees e USING (employee_id) JOIN customers c USING (customer_id) "
        "WHERE o.order_date < e.hired_on OR o.order_date >= e.left_on OR o.order_date < c.signed_up_on",
    ) == [(0,)]


def test_the_last_month_of_a_year_sells_most_and_every_year_more(shop):
    years = query(
        shop, "SELECT strftime('%Y', order_date) AS y, sum(total_amount) FROM orders GROUP BY y ORDER BY y"
    )
    assert [year for year, _ in years] == ["2023", "2024", "2025"]
    assert years[0][1] < years[1][1] < years[2][1]
    months = query(
        shop, "SELECT strftime('%m', order_date) AS m FROM orders GROUP BY m ORDER BY count(*) DESC"
    )
    assert months[0] == ("12",)


def test_a_second_call_writes_nothing(shop):
    before = shop.stat()
    assert demo.demo_database(shop.parent) == shop
    assert shop.stat().st_mtime_ns == before.st_mtime_ns
    assert [path.name for path in shop.parent.iterdir()] == [demo.FILE_NAME]


@pytest.mark.parametrize("content", [b"", b"not a database", None])
def test_an_older_or_broken_file_is_written_anew(tmp_path, content):
    path = tmp_path / demo.FILE_NAME
    if content is None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE old (x)")
            connection.execute("PRAGMA user_version = 0")
    else:
        path.write_bytes(content)
    assert demo.demo_database(tmp_path) == path
    assert "orders" in tables_of(path)


def test_processes_that_start_at_once_all_find_a_whole_database(tmp_path):
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        paths = pool.map(demo.demo_database, [tmp_path] * 3)
    assert set(paths) == {tmp_path / demo.FILE_NAME}
    assert content_digest(paths[0]) == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == [demo.FILE_NAME]


def test_being_broken_off_leaves_nothing(tmp_path, monkeypatch):
    def stop(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "write_database", stop)
    with pytest.raises(KeyboardInterrupt):
        demo.demo_database(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_cannot_be_made_is_our_error(tmp_path):
    (tmp_path / "home").write_text("a file, not a folder")
    with pytest.raises(DatasourceError, match="DBCHAT_HOME"):
        demo.demo_database(tmp_path / "home")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_the_home_is_private(tmp_path):
    before = os.umask(0o022)
    try:
        home: Path = demo.demo_database(tmp_path / "home").parent
    finally:
        os.umask(before)
    assert home.stat().st_mode & 0o777 == 0o700
