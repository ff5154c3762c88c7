import re
from html import escape, unescape
from html.parser import HTMLParser

import pandas as pd
import pytest

from dbchat_magic.core.ask import Answer
from dbchat_magic.core.chart import choose_chart
from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table
from dbchat_magic.core.translator import Translation
from dbchat_magic.rendering.html import COPIER, SHOW_COPIER, SORTS, answer_html, schema_html, translation_html

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\" onmouseover='x' {{7*7}} &amp; \x1b[2J \u202e"
ALLOWED = {
    "div", "p", "em", "details", "summary", "pre", "code", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "span", "strong", "br", "small", "button",
}  # fmt: skip
HANDLERS = set(re.findall(r' (on\w+)="([^"]*)"', unescape(COPIER + SHOW_COPIER + SORTS)))
"""What a page may run of ours: constants."""


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []
        self.seen = []
        self.text = []

    def handle_starttag(self, tag, attributes):
        assert tag in ALLOWED
        handlers = {(name, value) for name, value in attributes if name.startswith("on")}
        assert handlers <= HANDLERS
        names = {name for name, _ in attributes if not name.startswith("on")}
        assert names <= {"class", "style", "scope", "open", "hidden", "tabindex"}
        if tag != "br":
            self.open.append(tag)
        self.seen.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def parse(html):
    tags = Tags()
    tags.feed(html)
    tags.close()
    assert tags.open == []
    return tags


def answer(frame, **fields):
    return Answer("customers per country", "demo", "SELECT\n  1 < 2", frame, **fields)


def test_nothing_from_the_database_or_the_user_is_markup():
    frame = pd.DataFrame({EVIL: [EVIL, None]})
    evil = Answer(EVIL, EVIL, EVIL, frame, reading=EVIL, ignored=(EVIL,), notes=(EVIL,))
    for html in (
        answer_html(evil),
        translation_html(Translation(EVIL, EVIL, ignored=(EVIL,), notes=(EVIL,))),
    ):
        assert "<script>alert" in "".join(parse(html).text)
        assert "\x1b" not in html
        assert "\u202e" not in html


def test_a_screen_reader_finds_caption_and_heads():
    tags = parse(answer_html(answer(pd.DataFrame({"country": ["Spain"], "n": [1]})))).seen
    assert [name for name, _ in tags].count("caption") == 1
    assert [attributes["scope"] for name, attributes in tags if name == "th"] == ["col", "col"]


def test_the_sql_is_folded_and_keeps_its_lines():
    html = answer_html(answer(pd.DataFrame({"n": [1]}), seconds=0.25))
    assert "<details open" not in html
    assert "SELECT\n  1 < 2" in "".join(parse(html).text)
    assert "run on demo in 0.25 s" in html


def test_no_colours_but_the_front_end_s_so_that_both_themes_read_well():
    html = answer_html(answer(pd.DataFrame({"n": [1, None]}), notes=("a note",), ignored=("please",)))
    assert set(re.findall(r"color: ?([^;\"]*)", html)) <= {
        f"var(--jp-mirror-editor-{kind}-color, inherit)"
        for kind in ("keyword", "string", "number", "comment")
    }
    assert "background" not in html


def test_the_sql_s_words_are_told_apart():
    html = translation_html(Translation("SELECT 'a' AS \"from\", 12 -- SELECT it", "r"))
    marked = re.findall(r'<span style="[^"]*--jp-mirror-editor-(\w+)-color[^"]*">([^<]*)</span>', html)
    assert ("keyword", "SELECT") in marked
    assert ("string", escape("'a'")) in marked
    assert ("number", "12") in marked
    assert ("comment", "-- SELECT it") in marked


def test_without_scripts_no_button_shows_and_no_head_pretends():
    """A front end that takes handlers away leaves the button hidden; only a whole result sorts."""
    html = answer_html(answer(pd.DataFrame({"n": range(3)})))
    assert "<button hidden " in html
    assert SORTS in html
    assert SORTS not in answer_html(answer(pd.DataFrame({"n": range(30)})))
    assert SORTS not in answer_html(answer(pd.DataFrame({"n": range(3)}), truncated=True))


def test_heads_say_what_their_columns_hold():
    frame = pd.DataFrame(
        {"a": [1], "b": ["x"], "c": [1.5], "d": [pd.Timestamp("2025-01-02")], "e": [True], "f": [None]}
    )
    html = answer_html(answer(frame))
    heads = re.findall(r"<th [^>]*>(.)(?:<br><small[^>]*>([^<]*)</small>)?</th>", html)
    assert heads == [
        ("a", "integer"), ("b", "text"), ("c", "decimal"), ("d", "date"), ("e", "yes or no"), ("f", ""),
    ]  # fmt: skip


def test_long_texts_are_folded():
    html = answer_html(answer(pd.DataFrame({"a": ["x" * 100, "y" * 900, f"{'z' * 7_000}<b>"]})))
    assert "<summary>" + "y" * 200 + "…</summary>" + "y" * 700 + "</details>" in html
    assert "x" * 100 in html
    assert "2,003 characters more" in html


def test_one_figure_is_written_large():
    frame = pd.DataFrame({"total_revenue": [1234567.5]})
    html = answer_html(answer(frame, chart=choose_chart(frame)))
    assert ">1,234,567.50</strong>" in html
    assert "Total revenue</span>" in html


def test_what_is_cut_is_said():
    frame = pd.DataFrame({"n": range(30)})
    assert "first 10 of 30 rows" in answer_html(answer(frame))
    assert "there are more" in answer_html(answer(frame, truncated=True))
    wide = pd.DataFrame([range(2_000)])
    html = answer_html(answer(wide))
    assert "first 60 of 2,000 columns" in html
    assert len(html) < 30_000


def test_null_is_told_from_empty_text():
    html = answer_html(answer(pd.DataFrame({"name": ["", None]})))
    assert "NULL</span>" in html
    assert '<td style="text-align: left; white-space: nowrap"></td>' in html


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"a": []})])
def test_an_empty_result(frame):
    assert "no rows" in "".join(parse(answer_html(answer(frame))).text)


def test_a_schema_unfolds_table_by_table():
    orders = Table(
        "orders",
        (Column("order_id", "INTEGER"), Column("customer_id", "INTEGER", comment="who <b>bought</b>")),
        primary_key=("order_id",),
        foreign_keys=(ForeignKey(("customer_id",), "customers", ("customer_id",)),),
        comment=EVIL,
        rows=8600,
    )
    text = "".join(parse(schema_html(Schema((orders,)))).text)
    assert "about 8,600 rows" in text
    assert "customers.customer_id" in text
    assert "who <b>bought</b>" in text


def test_namespaces_unfold_and_views_are_marked():
    orders = Table("orders", (Column("order_id", "int"),), schema="sales")
    people = Table("hr.people", (Column("id", "int"),), kind="view", schema="hr", qualified=True)
    html = schema_html(Schema((orders, people)))
    assert "<strong>sales</strong>" in html
    assert "<strong>people</strong>" in html
    assert "view" in "".join(parse(html).text)
    assert "<strong>hr.people</strong>" in schema_html(Schema((people,)))


def test_a_large_schema_is_its_tables_names():
    tables = tuple(
        Table(f"{EVIL}{n}", tuple(Column(f"c{m}", "INTEGER") for m in range(20)), rows=n) for n in range(1000)
    )
    html = schema_html(Schema(tables))
    assert len(html) < 500_000
    assert "1,000 tables; the columns of one: %dbsource schema NAME TABLE" in "".join(parse(html).text)
