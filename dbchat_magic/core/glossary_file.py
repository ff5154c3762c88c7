"""Glossary file: a Glossary read from YAML, every name in it held against the schema.

Whatever is wrong is a GlossaryError with the file, the line and what to write instead.
"""

from __future__ import annotations

import difflib
import fnmatch
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbchat_magic.core.glossary import Description, Filter, Glossary, Join, Metric, Synonym
from dbchat_magic.core.schema import Schema, Table
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import GlossaryError, SqlRejected
from dbchat_magic.language import either, marked, phrase

if TYPE_CHECKING:
    import yaml
    from sqlglot import exp

LARGEST = 1_000_000
"""Characters of a file."""

SECTIONS = ("synonyms", "descriptions", "metrics", "filters", "joins", "hidden")
METRIC_FIELDS = ("sql", "description", "synonyms")
FILTER_FIELDS = ("sql", "unless")


def read_glossary(path: Path, schema: Schema) -> Glossary:
    """What a file says about a schema. Raises GlossaryError."""
    return parse_glossary(read_text(path), path, schema)


def parse_glossary(text: str, path: Path, schema: Schema) -> Glossary:
    """What a text says that is in this file, or is to be. Raises GlossaryError."""
    return Reader(path, schema).glossary(text)


def read_text(path: Path) -> str:
    """The text of a file; raises GlossaryError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise GlossaryError(
            phrase("{name} is not written in UTF-8.", name=path.name), phrase("Save it as UTF-8.")
        ) from None
    except OSError as error:
        raise GlossaryError(
            phrase("{path} cannot be read: {reason}.", path=path, reason=error.strerror),
            phrase("Check who may read it."),
        ) from None


@dataclass(frozen=True)
class Entry:
    """A key of the file with what stands behind it."""

    key: str
    line: int
    node: Any
    """A node of yaml's."""


@dataclass(frozen=True)
class Place:
    """A table or column that a key of the file names."""

    table: Table
    column: str = ""


class Reader:
    """Reads one file; holds what every error and every name of it needs."""

    def __init__(self, path: Path, schema: Schema) -> None:
        self.path = path
        self.schema = schema
        self.dialect = find_dialect(schema.dialect)
        self.shown: list[str] = []
        """The tables that the file does not hide."""

    def glossary(self, text: str) -> Glossary:
        sections = {entry.key: entry for entry in self.sections(text)}

        def read(name: str, step: Callable[[Entry], Iterator[Any]]) -> tuple[Any, ...]:
            return tuple(step(sections[name])) if name in sections else ()

        hidden = read("hidden", self.hidden)
        hidden_tables = tuple(dict.fromkeys(place.table.name for place in hidden if not place.column))
        self.shown = [table.name for table in self.schema.tables if table.name not in hidden_tables]
        return Glossary(
            path=str(self.path),
            synonyms=read("synonyms", self.synonyms),
            descriptions=read("descriptions", self.descriptions),
            metrics=read("metrics", self.metrics),
            filters=read("filters", self.filters),
            joins=read("joins", self.joins),
            hidden_tables=hidden_tables,
            hidden_columns=tuple((place.table.name, place.column) for place in hidden if place.column),
        )

    # ------------------------------------------------------------------------------------- the sections

    def sections(self, text: str) -> Iterator[Entry]:
        root = self.compose(text)
        for entry in self.entries(root, phrase("The file")) if root is not None else ():
            if entry.key not in SECTIONS:
                raise self.wrong(
                    entry.line,
                    phrase("There is no section {key!r}.", key=entry.key),
                    near(entry.key, SECTIONS),
                )
            if not is_empty(entry.node):
                yield entry

    def synonyms(self, section: Entry) -> Iterator[Synonym]:
        for entry in self.entries(section.node, "synonyms"):
            place = self.place(entry)
            for word, _ in self.words(entry):
                yield Synonym(word, place.table.name, place.column)

    def descriptions(self, section: Entry) -> Iterator[Description]:
        for entry in self.entries(section.node, "descriptions"):
            place = self.place(entry)
            yield Description(self.scalar(entry), place.table.name, place.column)

    def metrics(self, section: Entry) -> Iterator[Metric]:
        taken: dict[str, int] = {}
        for entry in self.entries(section.node, "metrics"):
            fields = self.fields(entry, METRIC_FIELDS)
            others = list(self.words(fields["synonyms"])) if "synonyms" in fields else []
            for name, line in ((entry.key, entry.line), *others):
                if name.lower() in taken:
                    raise self.wrong(
                        line,
                        phrase("{name!r} is the name of two metrics.", name=name),
                        phrase("It is in line {line}, too.", line=taken[name.lower()]),
                    )
                taken[name.lower()] = line
            sql = fields["sql"]
            tree, columns = self.expression(sql)
            tables = tuple(dict.fromkeys(table for table, _ in columns))
            if not tables:
                raise self.wrong(
                    sql.line,
                    phrase("The metric {key!r} names no column.", key=entry.key),
                    phrase("Write what it is made of, such as sum(orders.total)."),
                )
            yield Metric(
                name=entry.key,
                text=self.scalar(sql),
                sql=tree.sql(dialect=self.dialect.sqlglot, comments=False),
                tables=tables,
                aggregate=is_aggregate(tree),
                description=self.scalar(fields["description"]) if "description" in fields else "",
                synonyms=tuple(word for word, _ in others),
            )

    def filters(self, section: Entry) -> Iterator[Filter]:
        for entry in self.entries(section.node, "filters"):
            place = self.place(entry)
            if place.column:
                raise self.wrong(
                    entry.line,
                    phrase("A filter belongs to a table."),
                    phrase("Write {table}: {column} …", table=place.table.name, column=place.column),
                )
            fields = self.fields(entry, FILTER_FIELDS)
            tree, columns = self.expression(fields["sql"], place.table)
            if is_aggregate(tree):
                raise self.wrong(
                    fields["sql"].line,
                    phrase("A filter is met row by row: it has no sums or counts."),
                    phrase("Write a condition on the table's columns."),
                )
            yield Filter(
                table=place.table.name,
                text=self.scalar(fields["sql"]),
                sql=tree.sql(dialect=self.dialect.sqlglot, comments=False),
                columns=tuple(dict.fromkeys(column for _, column in columns)),
                values=texts_in(tree),
                unless=tuple(word for word, _ in self.words(fields["unless"])) if "unless" in fields else (),
            )

    def joins(self, section: Entry) -> Iterator[Join]:
        for text, line in self.words(section, split=False):
            pairs = []
            for part in re.split(r"\s+and\s+", text, flags=re.IGNORECASE):
                sides = [side.strip() for side in part.split("=")]
                if len(sides) != 2:
                    raise self.wrong(
                        line,
                        phrase("{text!r} is not a join.", text=text),
                        phrase("Write orders.customer_id = customers.id."),
                    )
                pairs.append([self.column_place(side, line) for side in sides])
            tables = {(one.table.name, other.table.name) for one, other in pairs}
            if len(tables) != 1:
                raise self.wrong(
                    line,
                    phrase("{text!r} joins more than two tables.", text=text),
                    phrase("Write a line for each pair."),
                )
            ((table, target),) = tables
            self.check_shown((table, target), line)
            yield Join(
                table,
                tuple(one.column for one, _ in pairs),
                target,
                tuple(other.column for _, other in pairs),
            )

    def hidden(self, section: Entry) -> Iterator[Place]:
        for text, line in self.words(section):
            tables = [
                each for each in self.schema.tables if fnmatch.fnmatchcase(each.name.lower(), text.lower())
            ]
            found = [Place(table) for table in tables] or list(self.matching_columns(text))
            for place in found or [self.find(text, line)]:
                if place.column and joins_by(place.table, place.column, self.schema):
                    raise self.wrong(
                        line,
                        phrase(
                            "{table}.{column} is a key: tables are joined by it.",
                            table=place.table.name,
                            column=place.column,
                        ),
                        phrase("Hide the whole table, or leave the key as it is."),
                    )
                yield place

    def matching_columns(self, pattern: str) -> Iterator[Place]:
        if "*" in pattern or "?" in pattern:
            for table in self.schema.tables:
                for column in table.columns:
                    if fnmatch.fnmatchcase(f"{table.name}.{column.name}".lower(), pattern.lower()):
                        yield Place(table, column.name)

    # ---------------------------------------------------------------------------------------- the names

    def place(self, entry: Entry) -> Place:
        return self.find(entry.key, entry.line)

    def column_place(self, text: str, line: int) -> Place:
        place = self.find(text, line)
        if not place.column:
            raise self.wrong(
                line,
                phrase("{text!r} is a table, not a column.", text=text),
                phrase("Write {text}.COLUMN.", text=text),
            )
        return place

    def find(self, text: str, line: int) -> Place:
        """The table, or the `table.column`, of this name."""
        name = text.strip()
        if (table := self.schema.table(name)) is not None:
            return Place(table)
        owner, _, column = name.rpartition(".")
        table = self.schema.table(owner)
        if table is None:
            known = [each.name for each in self.schema.tables]
            wanted = owner or name
            raise self.wrong(
                line,
                phrase("There is no table {name!r}.", name=wanted),
                near(wanted, known, marked("Tables: {names}.")),
            )
        found = table.column(column)
        if found is None:
            columns = [each.name for each in table.columns]
            raise self.wrong(
                line,
                phrase("There is no column {name!r} in {table}.", name=column, table=table.name),
                near(column, columns, marked("{table} has {names}."), table=table.name),
            )
        return Place(table, found.name)

    def check_shown(self, tables: Sequence[str], line: int) -> None:
        hidden = [name for name in tables if name not in self.shown]
        if hidden:
            raise self.wrong(
                line,
                phrase("{name} is hidden.", name=hidden[0]),
                phrase("Take it out of the section hidden, or leave this out."),
            )

    # -------------------------------------------------------------------------------------------- the SQL

    def expression(
        self, entry: Entry, owner: Table | None = None
    ) -> tuple[exp.Expr, tuple[tuple[str, str], ...]]:
        """An expression over columns with each column's table, and the (table, column) pairs it names.

        It passes the guard like every statement. `owner`: the only table whose columns it may name.
        """
        import sqlglot
        from sqlglot import exp
        from sqlglot.errors import SqlglotError
        from sqlglot.tokenizer_core import TokenType

        text = self.scalar(entry)
        try:
            # As an expression it is read behind SELECT: alone, its first word might begin a statement, and of
            # one that the parser does not know it writes into the log.
            tokens = sqlglot.tokenize(f"SELECT {text}", read=self.dialect.sqlglot)
            is_one = all(token.token_type != TokenType.SEMICOLON for token in tokens)
            trees = sqlglot.parse(f"SELECT {text}", read=self.dialect.sqlglot) if is_one else []
        except (SqlglotError, RecursionError):
            trees = []
        root = trees[0] if len(trees) == 1 else None
        if root is None or len(root.expressions) != 1:
            raise self.wrong(
                entry.line,
                phrase("{text!r} cannot be read as {label} SQL.", text=text, label=self.dialect.label),
                phrase("Write one expression, such as sum(unit_price * quantity)."),
            )
        is_more = any(value for key, value in root.args.items() if key != "expressions")
        tree = root.expressions[0].pop()
        if is_more or (tree.find(exp.Query, exp.Window, exp.Alias, exp.Star) and not counts_rows(tree)):
            raise self.wrong(
                entry.line,
                phrase("{text!r} is more than an expression over columns.", text=text),
                phrase("Leave out SELECT, FROM, OVER, AS and *."),
            )
        columns = list(tree.find_all(exp.Column))
        found = [self.resolve(column, columns, owner, entry.line) for column in columns]
        for column, place in zip(columns, found, strict=True):
            column.replace(self.qualified(place))
        tables = [place.table for place in found] or ([owner] if owner else [])
        self.check_shown([table.name for table in tables], entry.line)
        whole = self.qualified(found[0]) if isinstance(tree, exp.Column) else tree
        self.check_harmless(whole, tables, entry)
        return whole, tuple((place.table.name, place.column) for place in found)

    def resolve(
        self, column: exp.Column, all_of: Sequence[exp.Column], owner: Table | None, line: int
    ) -> Place:
        """The column meant: of its table where it names one, else of the only table that has them all."""
        named = ".".join(part for part in (column.db, column.table) if part)
        if named:
            place = self.find(f"{named}.{column.name}", line)
            if owner is not None and place.table is not owner:
                raise self.wrong(
                    line,
                    phrase(
                        "A filter of {owner} cannot look into {table}.",
                        owner=owner.name,
                        table=place.table.name,
                    ),
                    phrase("Write a condition on the columns of {owner}.", owner=owner.name),
                )
            return place
        if owner is not None:
            return self.find(f"{owner.name}.{column.name}", line)
        bare = [each.name for each in all_of if not each.table]
        named_tables = {each.table.lower() for each in all_of if each.table}
        shown = [table for table in self.schema.tables if table.name in self.shown]
        tables = [table for table in shown if table.column(column.name)]
        whole = [table for table in tables if all(table.column(name) for name in bare)]
        near_by = [table for table in whole or tables if table.name.lower() in named_tables]
        fitting = near_by or whole or tables
        if len(fitting) == 1:
            return self.find(f"{fitting[0].name}.{column.name}", line)
        if fitting:
            names = either([f"{table.name}.{column.name}" for table in fitting[:4]])
            raise self.wrong(
                line,
                phrase("Several tables have a column {name!r}.", name=column.name),
                phrase("Write {names}.", names=names),
            )
        known = sorted({each.name for table in shown for each in table.columns})
        raise self.wrong(
            line,
            phrase("No table has a column {name!r}.", name=column.name),
            near(column.name, known, marked("Check how it is spelt; %dbsource schema lists the columns.")),
        )

    def qualified(self, place: Place) -> exp.Column:
        from sqlglot import exp

        table = place.table
        return exp.Column(
            this=self.identifier(place.column),
            table=self.identifier(table.local),
            db=self.identifier(table.schema) if table.qualified else None,
        )

    def identifier(self, name: str) -> exp.Identifier:
        """Quoted only where the name would not be read as one."""
        from sqlglot import Dialect, exp

        keywords = Dialect.get_or_raise(self.dialect.sqlglot).tokenizer_class.KEYWORDS
        is_plain = re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name.upper() not in keywords
        return exp.to_identifier(name, quoted=not is_plain or name in self.dialect.reserved)

    def check_harmless(self, tree: exp.Expr, tables: Sequence[Table], entry: Entry) -> None:
        """The expression in a statement of its own, held against the guard."""
        from sqlglot import exp

        from dbchat_magic.core.guard import check

        statement = exp.select(tree.copy())
        for table in dict.fromkeys(table.name for table in tables):
            known = self.schema.table(table)
            assert known is not None
            source = exp.Table(
                this=self.identifier(known.local),
                db=self.identifier(known.schema) if known.qualified else None,
            )
            statement = (
                statement.from_(source)
                if not statement.args.get("from_")
                else statement.join(source, join_type="cross")
            )
        try:
            check(statement.sql(dialect=self.dialect.sqlglot), self.schema.dialect, self.schema)
        except SqlRejected as error:
            raise self.wrong(entry.line, error.message, error.hint) from None

    # ------------------------------------------------------------------------------------------- the YAML

    def compose(self, text: str) -> yaml.Node | None:
        import yaml  # a fiftieth of a second, and only where somebody wrote a glossary

        if len(text) > LARGEST:
            raise GlossaryError(
                phrase("{name} has {count:,} characters.", name=self.path.name, count=len(text)),
                phrase("Keep it under {most:,}.", most=LARGEST),
            )
        try:
            return yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise self.wrong(
                line,
                phrase("This is not YAML: {reason}.", reason=error.problem),
                phrase(
                    "Indent with blanks; put text in quotes that begins with * or a quote, or has a colon in "
                    "it."
                ),
            ) from None
        except (yaml.YAMLError, RecursionError) as error:
            raise GlossaryError(
                phrase(
                    "{name} is not YAML: {reason}.", name=self.path.name, reason=str(error).splitlines()[0]
                ),
                phrase("Save it as plain text."),
            ) from None

    def entries(self, node: Any, what: str) -> Iterator[Entry]:
        import yaml

        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(
                line_of(node),
                phrase("{what} must be lines of the form name: what it is.", what=what),
                phrase(EXAMPLE),
            )
        seen: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.wrong(line_of(key), phrase("A name must be a plain text."), phrase(EXAMPLE))
            if key.value.lower() in seen:
                first = seen[key.value.lower()]
                raise self.wrong(
                    line_of(key),
                    phrase("{key!r} stands here twice.", key=key.value),
                    phrase("It is in line {line}, too.", line=first),
                )
            seen[key.value.lower()] = line_of(key)
            yield Entry(key.value, line_of(key), value)

    def fields(self, entry: Entry, known: Sequence[str]) -> dict[str, Entry]:
        """A metric or filter: its SQL alone, or its fields by name."""
        import yaml

        if isinstance(entry.node, yaml.ScalarNode):
            return {"sql": Entry("sql", line_of(entry.node), entry.node)}
        fields = {field.key: field for field in self.entries(entry.node, entry.key)}
        for field in fields.values():
            if field.key not in known:
                raise self.wrong(
                    field.line, phrase("There is no field {key!r}.", key=field.key), near(field.key, known)
                )
        if "sql" not in fields:
            raise self.wrong(
                entry.line,
                phrase("{key!r} has no SQL.", key=entry.key),
                phrase("Write sql: and its expression."),
            )
        return fields

    def scalar(self, entry: Entry) -> str:
        import yaml

        if not isinstance(entry.node, yaml.ScalarNode) or not entry.node.value.strip():
            raise self.wrong(
                line_of(entry.node),
                phrase("A text is missing behind {key!r}.", key=entry.key),
                phrase(EXAMPLE),
            )
        return " ".join(str(entry.node.value).split())

    def words(self, entry: Entry, *, split: bool = True) -> Iterator[tuple[str, int]]:
        """The texts of a list, or of a line with commas between, each with its line."""
        import yaml

        nodes = entry.node.value if isinstance(entry.node, yaml.SequenceNode) else [entry.node]
        for node in nodes:
            text = self.scalar(Entry(entry.key, line_of(node), node))
            for word in text.split(",") if split else [text]:
                if word.strip():
                    yield word.strip(), line_of(node)

    def wrong(self, line: int, message: str, hint: str) -> GlossaryError:
        return GlossaryError(
            phrase("{name}, line {line}: {message}", name=self.path.name, line=line, message=message), hint
        )


EXAMPLE = marked("For instance: revenue: sum(unit_price * quantity)")


def line_of(node: Any) -> int:
    return int(node.start_mark.line) + 1


def is_empty(node: Any) -> bool:
    return not node.value or (isinstance(node.value, str) and node.value.lower() in ("null", "~"))


MOST_NAMES = 12
"""Names that a hint lists."""


def near(
    wanted: str, known: Sequence[str], instead: str = marked("There is {names}."), **values: object
) -> str:
    """What may have been meant, else what there is: `instead`, a phrase with the values and `names`.

    >>> near("metric", SECTIONS), near("x", ("sql", "unless"))
    ("Did you mean 'metrics'?", 'There is sql, unless.')
    """
    by_lower = {name.lower(): name for name in known}
    alike = difflib.get_close_matches(wanted.lower(), list(by_lower), 3, 0.6)
    if alike:
        return phrase("Did you mean {names}?", names=either([repr(by_lower[name]) for name in alike]))
    listed = ", ".join(known[:MOST_NAMES]) + (", …" if len(known) > MOST_NAMES else "")
    return phrase(instead, names=listed, **values)


def counts_rows(tree: exp.Expr) -> bool:
    """Whether the only star is that of count(*)."""
    from sqlglot import exp

    stars = list(tree.find_all(exp.Star))
    others = tree.find(exp.Query, exp.Window, exp.Alias)
    return others is None and all(isinstance(star.parent, exp.Count) for star in stars)


def is_aggregate(tree: exp.Expr) -> bool:
    from sqlglot import exp

    return tree.find(exp.AggFunc) is not None


def texts_in(tree: exp.Expr) -> tuple[str, ...]:
    from sqlglot import exp

    return tuple(dict.fromkeys(each.name for each in tree.find_all(exp.Literal) if each.is_string))


def joins_by(table: Table, column: str, schema: Schema) -> bool:
    """Whether the column is of a key, its own table's or one that points at or from another."""
    pointed = [
        name
        for other in schema.tables
        for key in (*other.foreign_keys, *other.inferred_keys)
        if key.target == table.name
        for name in key.target_columns
    ]
    own = [name for key in (*table.foreign_keys, *table.inferred_keys) for name in key.columns]
    return column in (*table.primary_key, *own, *pointed)
