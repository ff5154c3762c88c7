"""The terminal front as a program of its own."""

import csv
import io
import json
import os
import subprocess
import sys

import pytest

SQL = "SELECT first_name, city, birth_year FROM customers WHERE city = 'Kraków' ORDER BY customer_id LIMIT 3"


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "dbchat_magic", *arguments],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "70", **environment},
        check=False,
        timeout=120,
    )


def test_the_table_goes_to_stdout_and_all_else_to_stderr():
    done = run("how many customers are there?")
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == 0
    assert "2400" in out
    assert "SELECT" not in out
    assert "SELECT" in err
    assert "customers" in err


def test_a_chart_is_drawn_beside_the_table():
    done = run("-s", "SELECT country, count(*) AS n FROM customers GROUP BY country")
    assert "█" in done.stderr.decode()
    assert "█" not in done.stdout.decode()
    assert "10 rows" in done.stdout.decode()
    assert (
        "█"
        not in run(
            "-s", "--chart", "none", "SELECT country, count(*) FROM customers GROUP BY 1"
        ).stderr.decode()
    )


def test_csv():
    rows = list(csv.DictReader(io.StringIO(run("-s", "--format", "csv", SQL).stdout.decode())))
    assert len(rows) == 3
    assert {row["city"] for row in rows} == {"Kraków"}


def test_in_csv_no_text_is_a_formula_and_numbers_stay_numbers():
    cells = {
        "=HYPERLINK(1)": "'=HYPERLINK(1)", "+49 30": "'+49 30", "-x": "'-x", "@SUM(1)": "'@SUM(1)", "\t=1": "'\t=1",
        "\r=1": "'\n=1", "a\r=1": "a\n=1", "b\r\nc": "b\nc", "\uff1d1": "'\uff1d1", "-5": "-5", "+1.5e3": "+1.5e3", "a=b": "a=b", "": "",
    }  # fmt: skip
    values = ", ".join(f"({number}, '{cell}', {-number})" for number, cell in enumerate(cells))
    sql = f'WITH t(i, "=c", n) AS (VALUES {values}) SELECT "=c", n, -0.5 AS f, NULL AS e FROM t ORDER BY i'
    head, *rows = csv.reader(io.StringIO(run("-s", "--format", "csv", sql).stdout.decode(), newline=""))
    assert head == ["'=c", "n", "f", "e"]
    assert [row[0] for row in rows] == list(cells.values())
    assert [row[1:] for row in rows] == [[str(-number), "-0.5", ""] for number in range(len(cells))]


def test_json_has_every_kind_of_value():
    sql = "SELECT 1 AS a, 0.5 AS b, NULL AS c, x'00ff' AS d, 9007199254740993 AS e, 'Kraków' AS f"
    assert json.loads(run("-s", "--format", "json", sql).stdout) == [
        {"a": 1, "b": 0.5, "c": None, "d": "00ff", "e": 9007199254740993, "f": "Kraków"}
    ]
    assert json.loads(run("-s", "--format", "json", "-n", "0", sql).stdout) == []


def test_data_in_a_pipe_are_utf_8_whatever_the_terminal_speaks():
    assert "Kraków" in run("-s", "--format", "csv", SQL, PYTHONIOENCODING="ascii").stdout.decode("utf-8")


def test_a_terminal_without_utf_8_gets_what_looks_alike():
    done = run(
        "-s", "SELECT country, count(*) AS n FROM customers GROUP BY country", PYTHONIOENCODING="ascii"
    )
    assert done.returncode == 0
    assert b"####" in done.stderr
    assert b"-----" in done.stdout


def test_parquet_or_what_is_missing_for_it():
    done = run("-s", "--format", "parquet", SQL)
    assert done.stdout.startswith(b"PAR1") or (done.returncode == 1 and b"pip install pyarrow" in done.stderr)


def test_only_the_sql():
    done = run("-N", "how many customers are there?")
    assert done.stdout.decode().upper().startswith("SELECT")
    assert b"2400" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("zorgle the blorp",), "You can ask about"),
        (("-s", "DROP TABLE orders"), "read"),
        (("-d", "missing.sqlite", "how many?"), "There is no file"),
        (("-m", "gpt", "how many orders?"), "where the model gpt is"),
        (("--chart", "hologram", "how many customers per country?"), "heatmap"),
    ],
)
def test_our_errors_are_exit_code_1_with_a_hint(arguments, said):
    done = run(*arguments)
    assert done.returncode == 1
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""


@pytest.mark.parametrize(
    "arguments", [(), ("--zzz", "x"), ("-n", "many", "x"), ("--format", "xml", "x"), ("sources", "x")]
)
def test_a_wrong_command_line_is_exit_code_2(arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert b"usage" in done.stderr


def test_only_an_exact_first_word_is_a_subcommand():
    assert run("sources").stdout.decode().startswith("demo\tsqlite")
    assert b"2400" in run("ask", "how many customers are there?").stdout
    assert b"2400" in run("ask how many customers are there?").stdout


def test_a_reader_that_goes_away_is_no_error():
    program = subprocess.Popen(
        [sys.executable, "-m", "dbchat_magic", "-s", "--format", "csv", "SELECT * FROM orders"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.readline()
    program.stdout.close()
    errors = program.stderr.read()
    program.stderr.close()
    assert program.wait(60) == 0
    assert b"Traceback" not in errors
    assert b"Exception ignored" not in errors


def test_help_names_every_option():
    text = run("--help").stdout.decode()
    assert all(
        option in text for option in ("--datasource", "--sql", "--no-run", "--rows", "--format", "--chart")
    )


def test_a_password_on_the_command_line_is_warned_of_and_not_repeated():
    done = run("-d", "postgresql://ann:CANARY@127.0.0.1:1/shop", "-s", "SELECT 1")
    err = done.stderr.decode()
    assert done.returncode == 1
    assert "in the list of processes" in err
    assert "CANARY" not in err


def test_a_variable_may_hold_the_password_or_the_url(postgresql):
    params = postgresql.params("postgres")
    place = f"{params['host']}:{params['port']}/postgres"
    secret = {"SHOP_PASSWORD": params["password"]}
    done = run(
        "-d", f"postgresql://reader:${{env:SHOP_PASSWORD}}@{place}", "-s", "SELECT 41 + 1 AS n", **secret
    )
    assert "42" in done.stdout.decode(), done.stderr.decode()
    missing = run("-d", f"postgresql://reader:${{env:NO_SUCH}}@{place}", "-s", "SELECT 1")
    assert "NO_SUCH is not set" in missing.stderr.decode()
    wrong = run(
        "-d", f"postgresql://reader:${{env:SHOP_PASSWORD}}@{place}", "-s", "SELECT 1", SHOP_PASSWORD="x"
    )
    assert "password" in wrong.stderr.decode()
    assert wrong.returncode == 1
