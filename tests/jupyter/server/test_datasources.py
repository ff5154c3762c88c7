"""DB-GPT's datasource calls, and the sidebar's, against a running server."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from dbchat_magic.core.datasources import DatasourceStore
from dbchat_magic.core.store import Store
from tests.jupyter.server.conftest import Site
from tests.servers import Server

DATASOURCES = "/api/v2/serve/datasources"
FLAT = {
    "db_type": "sqlite",
    "db_name": "shop",
    "db_path": "shop.sqlite",
    "db_host": "",
    "db_port": 0,
    "db_user": "",
    "db_pwd": "",
    "comment": "for the tests",
}
FLAT_FIELDS = {"id": int, "db_port": int} | dict.fromkeys(FLAT.keys() - {"db_port"}, str)


def create(site: Site, **changes: object) -> dict[str, object]:
    reply = site.ask("POST", DATASOURCES, FLAT | changes)
    assert reply.status == 200, reply.text
    data: dict[str, object] = reply.json["data"]
    return data


def test_create_get_list_update_and_delete(empty: Site):
    made = create(empty, id=None)
    assert made["db_path"] == str((empty.folder / "shop.sqlite").resolve())
    one = f"{DATASOURCES}/{made['id']}"
    assert empty.ask("GET", one).json == {"success": True, "err_code": None, "err_msg": None, "data": made}
    assert empty.ask("GET", DATASOURCES).json["data"] == [made]
    changed = empty.ask("PUT", DATASOURCES, made | {"comment": "changed"}).json["data"]
    assert changed["comment"] == "changed"
    assert empty.ask("DELETE", one).json["data"] == changed
    assert empty.ask("GET", one).status == 404
    assert empty.ask("GET", DATASOURCES).json["data"] == []


def test_no_field_that_the_client_reads_is_ever_null(empty: Site):
    made = create(empty)
    assert {name: type(made[name]) for name in FLAT_FIELDS} == FLAT_FIELDS
    assert made["type"] == "sqlite"
    assert made["params"] == {"path": made["db_path"]}
    assert made["description"] == made["comment"]
    assert str(made["gmt_created"]) <= str(made["gmt_modified"])


def test_an_id_renames_and_a_name_finds(empty: Site):
    made = create(empty)
    renamed = empty.ask("PUT", DATASOURCES, FLAT | {"id": made["id"], "db_name": "store"}).json["data"]
    assert (renamed["id"], renamed["db_name"]) == (made["id"], "store")
    found = empty.ask("PUT", DATASOURCES, FLAT | {"db_name": "store", "comment": "by name"}).json["data"]
    assert (found["id"], found["comment"]) == (made["id"], "by name")


def test_an_empty_path_and_the_mask_change_nothing(empty: Site):
    made = create(empty)
    body = made | {"db_path": "", "db_pwd": "******"}
    del body["params"]
    assert empty.ask("PUT", DATASOURCES, body).json["data"]["db_path"] == made["db_path"]


def test_the_later_form_of_a_body(empty: Site):
    body = {"type": "sqlite", "params": {"path": "shop.sqlite"}, "description": "later"}
    made = empty.ask("POST", DATASOURCES, body).json["data"]
    assert (made["db_name"], made["comment"]) == ("sqlite_shop", "later")
    changed = empty.ask("PUT", DATASOURCES, body | {"id": made["id"], "description": "again"}).json["data"]
    assert (changed["db_name"], changed["comment"]) == ("sqlite_shop", "again")


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"db_type": None}, "E0001", "body.db_type:Field required;"),
        ({"db_name": None}, "E0001", "body.db_name:Field required;"),
        ({"db_port": "many"}, "E0001", "body.db_port:Input should be a valid integer;"),
        ({"db_name": 7}, "E0001", "body.db_name:Input should be a valid string;"),
        ({"params": []}, "E0001", "body.params:Input should be a valid dictionary;"),
        ({"params": {"path": {}}}, "E0001", "body.params.path:Input should be a valid string;"),
        ({"params": {"path": "shop.sqlite", "name": "x"}}, "E0003", "has no field 'name'"),
        ({"id": 10**30}, "E0001", "body.id:Input should be a valid integer;"),
        ({"db_type": "oracle9"}, "E0003", "no kind of database"),
        ({"db_path": ""}, "E0003", "needs 'path'"),
        ({"db_path": "missing.sqlite"}, "E0003", "There is no file"),
        ({"db_name": "a\x00b"}, "E0003", "cannot be a datasource's name"),
        ({"db_name": "x" * 10_000}, "E0003", "cannot be a datasource's name"),
        ({"db_name": "sqlite:///shop.sqlite"}, "E0003", "cannot be a datasource's name"),
    ],
)
def test_fields_that_do_not_fit(empty: Site, changes: dict[str, object], code: str, said: str):
    reply = empty.ask("POST", DATASOURCES, FLAT | changes)
    assert (reply.status, reply.json["err_code"]) == (400, code)
    assert said in reply.json["err_msg"]
    assert empty.ask("GET", DATASOURCES).json["data"] == []


def test_a_name_that_is_taken_and_one_that_is_unknown(empty: Site):
    made = create(empty)
    other = create(empty, db_name="other")
    for method, body in (
        ("POST", FLAT | {"db_name": "SHOP"}),
        ("PUT", made | {"id": other["id"], "db_name": "SHOP"}),
    ):
        reply = empty.ask(method, DATASOURCES, body)
        assert (reply.status, reply.json["err_msg"]) == (400, "datasource name:SHOP already exists")
    reply = empty.ask("PUT", DATASOURCES, FLAT | {"db_name": "nobody"})
    assert (reply.status, reply.json["err_msg"]) == (400, "there is no datasource name:nobody exists")
    assert empty.ask("DELETE", f"{DATASOURCES}/999999").status == 404


def test_files_outside_the_roots_are_refused_whether_they_exist_or_not(empty: Site):
    """Also through links, and without telling which files there are."""
    outside = empty.folder.parent / "outside.sqlite"
    sqlite3.connect(outside).close()
    (empty.folder / "link.sqlite").symlink_to(outside)
    paths = [
        "/etc/passwd",
        "../outside.sqlite",
        "../missing.sqlite",
        "link.sqlite",
        str(outside),
        "x\x00y",
    ]
    said = set()
    for path in paths:
        for body in (FLAT | {"db_path": path}, {"type": "sqlite", "params": {"path": path}, "db_name": "x"}):
            reply = empty.ask("POST", DATASOURCES, body)
            assert reply.status == 400, path
            said.add(reply.json["err_msg"])
    assert len(said) == 1
    assert not (empty.folder.parent / "missing.sqlite").exists()


def test_a_file_kept_by_its_owner_stays_when_it_lies_outside(empty: Site):
    """What the magics added may be changed over HTTP, but not be pointed elsewhere outside."""
    outside = empty.home / "demo.sqlite"
    kept = DatasourceStore(Store(empty.home)).add("mine", "sqlite", path=outside)
    body = {
        "id": kept.id,
        "db_type": "sqlite",
        "db_name": "mine",
        "db_path": kept.params["path"],
        "comment": "new",
    }
    assert empty.ask("PUT", DATASOURCES, body).json["data"]["comment"] == "new"
    assert empty.ask("PUT", DATASOURCES, body | {"db_path": "/etc/passwd"}).status == 400


def test_no_url_is_taken_for_a_datasource(empty: Site):
    url = f"sqlite:///{empty.folder / 'shop.sqlite'}"
    reply = empty.ask("POST", "/dbchat/ask", {"question": "how many orders?", "datasource": url})
    assert (reply.status, reply.json["kind"]) == (404, "NotFound")
    reply = empty.ask(
        "POST",
        "/dbchat/ask",
        {"question": "how many orders?", "datasource": str(empty.folder / "shop.sqlite")},
    )
    assert reply.status == 404
    chat = {"model": "m", "messages": "how many orders?", "chat_mode": "chat_data", "chat_param": url}
    assert empty.ask("POST", "/api/v2/chat/completions", chat).status == 400


def test_creating_one_name_at_once_makes_one(empty: Site):
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: empty.ask("POST", DATASOURCES, FLAT), range(16)))
    assert sorted({reply.status for reply in replies}) == [200, 400]
    assert sum(reply.status == 200 for reply in replies) == 1
    assert len(empty.ask("GET", DATASOURCES).json["data"]) == 1


def test_the_sidebar_s_datasources(empty: Site):
    demo = {
        "id": 0,
        "name": "demo",
        "type": "sqlite",
        "params": {},
        "comment": "the built-in shop",
        "builtin": True,
        "last_used": "",
        "tested": "",
        "test_result": "",
        "works": None,
    }
    assert empty.ask("GET", "/dbchat/datasources").json == {"datasources": [demo]}
    made = empty.ask(
        "POST", "/dbchat/datasources", {"name": "<b>", "type": "sqlite", "params": {"path": "shop.sqlite"}}
    )
    expected = {
        "id": made.json["id"],
        "name": "<b>",
        "type": "sqlite",
        "params": {"path": str((empty.folder / "shop.sqlite").resolve())},
        "comment": "",
        "builtin": False,
        "last_used": "",
        "tested": "",
        "test_result": "",
        "works": None,
    }
    assert (made.status, made.json) == (201, expected)
    assert empty.ask("GET", "/dbchat/datasources").json == {"datasources": [expected, demo]}
    assert empty.ask("GET", DATASOURCES).json["data"][0]["db_name"] == "<b>"
    tested = empty.ask("POST", f"/dbchat/datasources/{expected['id']}/test", {}).json
    assert tested["tables"] > 9
    assert (tested["read_only"], tested["can_write"]) == (True, None)
    assert tested["version"].startswith("SQLite")
    removed = empty.ask("DELETE", f"/dbchat/datasources/{expected['id']}").json
    assert removed.pop("works") is True
    assert removed.pop("test_result").startswith("<b> works")
    assert removed.pop("tested").endswith("Z")
    assert removed == {key: value for key, value in expected.items() if not key.startswith(("test", "works"))}
    assert empty.ask("GET", "/dbchat/datasources").json == {"datasources": [demo]}


def test_a_name_that_is_taken_in_the_sidebar(empty: Site):
    empty.add("shop", "shop.sqlite")
    body = {"name": "Shop", "type": "sqlite", "params": {"path": "shop.sqlite"}}
    reply = empty.ask("POST", "/dbchat/datasources", body)
    assert (reply.status, reply.json["kind"]) == (400, "DatasourceError")
    assert "already" in reply.json["message"]


def test_the_demo_cannot_be_removed_and_what_is_not_there_is_not_found(empty: Site):
    assert empty.ask("DELETE", "/dbchat/datasources/0").status == 400
    for method, path in (("DELETE", "/dbchat/datasources/99"), ("POST", "/dbchat/datasources/99/test")):
        reply = empty.ask(method, path)
        assert (reply.status, reply.json["kind"]) == (404, "NotFound")


def test_a_file_that_went_away_is_told_when_it_is_tested(empty: Site):
    lost = empty.folder / "lost.sqlite"
    sqlite3.connect(lost).execute("CREATE TABLE t (a)").connection.close()
    id = empty.add("lost", "lost.sqlite")
    lost.unlink()
    reply = empty.ask("POST", f"/dbchat/datasources/{id}/test")
    assert (reply.status, reply.json["kind"]) == (400, "DatasourceError")
    assert not lost.exists()


# -------------------------------------------------------------------------------- other kinds, later versions

SERVER = {
    "db_type": "postgresql",
    "db_name": "shop",
    "db_host": "127.0.0.1",
    "db_port": 1,
    "db_user": "ann",
    "db_pwd": "CANARY p@ss:w/ord",
    "db_path": "",
    "comment": "",
}


def test_a_password_is_masked_and_stays_when_the_mask_or_nothing_comes_back(empty: Site):
    made = empty.ask("POST", DATASOURCES, SERVER).json["data"]
    assert (made["db_pwd"], made["params"]["password"], made["params"]["database"]) == (
        "******",
        "******",
        "shop",
    )
    for password in ("******", "", None):
        body = made | {"db_pwd": password, "comment": f"{password}"}
        assert empty.ask("PUT", DATASOURCES, {k: v for k, v in body.items() if k != "params"}).status == 200
    kept = [path.read_text("utf-8") for path in (empty.home / "secrets").iterdir()]
    assert kept == [SERVER["db_pwd"]]
    empty.ask("DELETE", f"{DATASOURCES}/{made['id']}")
    assert list((empty.home / "secrets").iterdir()) == []


def test_a_kept_password_does_not_go_to_another_server(empty: Site):
    made = empty.ask("POST", DATASOURCES, SERVER).json["data"]
    moved = {k: v for k, v in made.items() if k != "params"} | {"db_host": "127.0.0.2"}
    for password in ("******", ""):
        refused = empty.ask("PUT", DATASOURCES, moved | {"db_pwd": password})
        assert (refused.status, refused.json["success"]) == (400, False)
        assert "password again" in refused.json["err_msg"]
    assert empty.ask("GET", f"{DATASOURCES}/{made['id']}").json["data"]["db_host"] == SERVER["db_host"]
    assert empty.ask("PUT", DATASOURCES, moved | {"db_pwd": "another"}).status == 200


def test_the_kinds_with_their_fields_as_later_versions_list_them(empty: Site):
    types = {
        each["name"]: each
        for each in empty.ask("GET", "/api/v2/serve/datasource-types").json["data"]["types"]
    }
    fields = {each["param_name"]: each for each in types["postgresql"]["parameters"]}
    assert fields["password"]["ext_metadata"] == {"tags": "privacy"}
    assert (fields["port"]["param_type"], fields["port"]["default_value"]) == ("int", 5432)
    assert "verify-full" in fields["sslmode"]["valid_values"]
    assert fields["allow_superuser"]["param_type"] == "bool"
    assert [fields[name]["param_order"] for name in ("host", "port", "user")] == [0, 1, 2]
    assert "frame" not in types


def test_a_connection_is_tried_before_it_is_kept(empty: Site, postgresql: Server):
    params = postgresql.params("postgres")
    flat = SERVER | {"db_port": params["port"], "db_user": params["user"], "db_pwd": params["password"]}
    body = {"type": "postgresql", "params": params, "db_name": "mine"}
    test = f"{DATASOURCES}/test-connection"
    assert empty.ask("POST", test, body).json["data"] is True
    wrong = empty.ask("POST", test, {**body, "params": {**params, "password": "wrong"}})
    assert (wrong.status, wrong.json["success"]) == (400, False)
    assert "password" in wrong.json["err_msg"]
    assert empty.ask("GET", DATASOURCES).json["data"] == []
    made = empty.ask("POST", DATASOURCES, body).json["data"]
    known = {key: made[key] for key in ("id", "db_type", "db_name", "params")}
    assert empty.ask("POST", test, known).json["data"] is True  # with the password that is kept
    elsewhere = empty.ask("POST", test, {**known, "params": {**known["params"], "port": 1}})
    assert elsewhere.status == 400  # and not sent to another server
    assert empty.ask("POST", f"{DATASOURCES}/{made['id']}/refresh").json["data"] is True
    assert empty.ask("POST", f"{DATASOURCES}/999999/refresh").status == 404
    assert flat["db_user"] == "reader"


def test_a_list_of_one_kind(empty: Site):
    create(empty)
    empty.ask("POST", DATASOURCES, SERVER | {"db_name": "other"})
    for type, names in (
        ("sqlite", ["shop"]),
        ("postgresql", ["other"]),
        ("duckdb", []),
        ("", ["other", "shop"]),
    ):
        found = empty.ask("GET", f"{DATASOURCES}?db_type={type}").json["data"]
        assert [each["db_name"] for each in found] == names
    assert empty.ask("GET", "/api/v2/serve/health").json["success"] is True


@pytest.mark.parametrize(
    ("type", "params", "said"),
    [
        ("frame", {"variable": "df"}, "frames live in a kernel"),
        ("files", {"path": "/etc/*.csv"}, "must lie in a folder that is open"),
        ("files", {"path": "*/../../home/*.csv"}, "must lie in a folder that is open"),
        ("files", {"path": "../*.csv"}, "must lie in a folder that is open"),
        ("files", {"path": "*.parquet"}, "There are no data files"),
        ("postgresql", {"database": "d", "host": "169.254.169.254"}, "link-local"),
        ("postgresql", {"database": "d", "password": "file:/etc/passwd"}, "cannot be this reference"),
        ("postgresql", {"database": "d", "password": "keyring:dbchat_magic/1"}, "cannot be this reference"),
        ("postgresql", {"database": "d", "password": "${env:DBCHAT_SERVER_KEY}"}, "cannot be this reference"),
        ("postgresql", {"database": "d", "allow_superuser": "perhaps"}, "yes or no"),
        ("postgresql", {"database": "d", "init_command": "x"}, "no field 'init_command'"),
    ],
)
def test_what_may_not_come_over_http(empty: Site, type: str, params: dict[str, object], said: str):
    reply = empty.ask("POST", "/dbchat/datasources", {"name": "x", "type": type, "params": params})
    assert reply.status == 400
    assert said in reply.json["message"] + reply.json["hint"]


def test_data_files_inside_the_roots_are_asked(empty: Site):
    (empty.folder / "data").mkdir(exist_ok=True)
    (empty.folder / "data" / "sales.csv").write_text("city,total\nBonn,1\nKöln,2\n", encoding="utf-8")
    (empty.folder / "data" / "link.csv").unlink(missing_ok=True)
    made = empty.ask(
        "POST", "/dbchat/datasources", {"name": "sales", "type": "files", "params": {"path": "data/*.csv"}}
    )
    assert made.status == 201, made.text
    assert made.json["params"]["path"] == str(empty.folder.resolve() / "data" / "*.csv")
    answer = empty.ask(
        "POST", "/dbchat/ask", {"question": "q", "sql": "SELECT count(*) FROM sales", "datasource": "sales"}
    )
    assert answer.json["rows"] == [[2]]
    (empty.folder / "data" / "link.csv").symlink_to("/etc/passwd")
    refused = empty.ask(
        "POST", "/dbchat/datasources", {"name": "b", "type": "files", "params": {"path": "data"}}
    )
    assert "must lie in a folder that is open" in refused.json["message"]
    (empty.folder / "data" / "link.csv").unlink()


def test_a_frame_of_a_notebook_is_listed_and_not_asked(empty: Site):
    kept = DatasourceStore(Store(empty.home)).add("df", "frame", variable="df")
    [listed] = empty.ask("GET", DATASOURCES).json["data"]
    assert (listed["type"], listed["params"]) == ("frame", {"variable": "df"})
    reply = empty.ask("POST", "/dbchat/ask", {"question": "how many?", "datasource": "df"})
    assert (reply.status, reply.json["kind"]) == (400, "DatasourceError")
    assert "only that notebook can ask" in reply.json["message"]
    changed = empty.ask("PUT", DATASOURCES, listed | {"comment": "mine"})
    assert changed.json["data"]["comment"] == "mine"
    assert empty.ask("DELETE", f"{DATASOURCES}/{kept.id}").status == 200


def test_a_kind_that_is_not_installed_any_more_is_listed_and_can_be_removed(empty: Site):
    with Store(empty.home).writing() as rows:
        rows.execute(
            "INSERT INTO datasources (name, type, params) VALUES ('old', 'gone', '{\"password\": \"file:secrets/x\"}')"
        )
    [listed] = empty.ask("GET", DATASOURCES).json["data"]
    assert listed["params"] == {"password": "******"}
    assert [each["name"] for each in empty.ask("GET", "/dbchat/datasources").json["datasources"]] == [
        "old",
        "demo",
    ]
    assert empty.ask("DELETE", f"/dbchat/datasources/{listed['id']}").status == 200
