import pytest

from dbchat_magic.errors import DbChatError
from dbchat_magic.jupyter.grammar import SOURCE_FLAGS, read_command, split_around, split_flags


@pytest.mark.parametrize(
    "question",
    [
        "what's the customers' total?",
        'products called "Alba  Duvet"',
        "how many -s are there -n",
        "a\\b $x {y} {{z}} %d 100%",
        "国家有多少客户？",
        "x = 1",
    ],
)
def test_a_question_is_kept_to_the_letter(question):
    assert read_command(f"-s -d demo {question}").text == question
    assert read_command("", question).text == question


def test_flags_come_first_and_two_dashes_end_them():
    command = read_command("-d 'my shop' --rows=5 -N -- -5 below zero")
    assert command.text == "-5 below zero"
    assert command.options == {"datasource": "my shop", "rows": "5", "no-run": ""}


def test_a_line_and_its_body_are_one_question():
    command = read_command("--chart bar orders", "per country\n")
    assert command.text == "orders\nper country"


@pytest.mark.parametrize(
    ("line", "name", "shows", "returns"),
    [
        ("df << orders", "df", False, False),
        ("df<<orders", "df", False, False),
        ("df = << orders", "df", True, True),
        ("-n 5 df = <<orders", "df", True, True),
        ("-q df = << orders", "df", False, True),
        ("-o df orders", "df", True, True),
        ("größe << orders", "größe", False, False),
        ("orders", "", True, True),
        ("orders;", "", False, True),
        ("-q orders", "", False, True),
    ],
)
def test_where_the_value_goes(line, name, shows, returns):
    command = read_command(line)
    assert (command.text, command.name, command.shows, command.returns) == ("orders", name, shows, returns)


def test_a_semicolon_ends_sql_and_silences_nothing():
    command = read_command("-s SELECT 1;")
    assert (command.text, command.shows) == ("SELECT 1;", True)


@pytest.mark.parametrize(
    ("line", "saved", "text"),
    [
        ("--save", "", ""),
        ('--save "orders per country"', "orders per country", ""),
        ("-S 'orders' -s SELECT 1", "orders", "SELECT 1"),
        ("--save orders", "", "orders"),
        ("--save --sql SELECT 'a'", "", "SELECT 'a'"),
        ("""-S "what's new" """, "what's new", ""),
    ],
)
def test_an_option_may_have_a_value_in_quotes(line, saved, text):
    command = read_command(line)
    assert (command.options["save"], command.text) == (saved, text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-z orders", "There is no option -z"),
        ("--row 5 orders", "There is no option --row"),
        ("-n", "-n needs a value"),
        ("-o 1x orders", "cannot be a variable's name"),
        ("-o class orders", "cannot be a variable's name"),
    ],
)
def test_what_is_wrong_is_said_with_a_hint(line, said):
    with pytest.raises(DbChatError, match=said) as caught:
        read_command(line)
    assert caught.value.hint


def test_no_password_on_a_line():
    for line in ("--password secret", "--pwd=secret"):
        with pytest.raises(DbChatError, match="does not belong on a line") as caught:
            split_flags(line, SOURCE_FLAGS)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "options", "place"),
    [
        ("data/*.csv --comment 'of mine'", {"comment": "of mine"}, "data/*.csv"),
        ("--type sqlite /my data/x.db", {"type": "sqlite"}, "/my data/x.db"),
        ("'/a --host b/x.db' --name y", {"name": "y"}, "/a --host b/x.db"),
        ("--frame --name=x", {"frame": "", "name": "x"}, ""),
        ("a.db --frame", {"frame": ""}, "a.db"),
    ],
)
def test_options_stand_before_or_behind_a_place(line, options, place):
    assert split_around(line, SOURCE_FLAGS) == (options, place)


def test_text_behind_the_last_option_is_told():
    with pytest.raises(DbChatError, match=r"left over: 'b\.db'"):
        split_around("a.db --name x b.db", SOURCE_FLAGS)
