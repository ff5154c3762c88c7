"""The demo database: a shop called Lumen & Moss, made up by a seeded generator on first use.

Its contents depend on nothing but this file: not on the machine, the day or the version of Python. Hence
every number is an integer until it is stored, and every draw goes through `random.Random.random`, the one
method that Python promises to keep. `VERSION` goes up with every change of the contents.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import sqlite3
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple, TypeVar

from dbchat_magic.errors import DatasourceError
from dbchat_magic.language import phrase

VERSION = 2
FILE_NAME = "demo.sqlite"
FIRST_DAY = dt.date(2023, 1, 1)
LAST_DAY = dt.date(2025, 12, 31)

T = TypeVar("T")
Row = tuple[str | int | float | None, ...]


class Product(NamedTuple):
    product_id: int
    sku: str
    name: str
    category_id: int
    supplier_id: int
    list_price: float
    unit_cost: float
    weight_kg: float | None
    launched_on: str
    discontinued_on: str | None


class Employee(NamedTuple):
    employee_id: int
    first_name: str
    last_name: str
    job_title: str
    store_id: int | None
    manager_id: int | None
    hired_on: str
    left_on: str | None
    salary: float


class Customer(NamedTuple):
    customer_id: int
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    city: str
    country: str
    segment: str
    birth_year: int | None
    newsletter: int
    signed_up_on: str


class Order(NamedTuple):
    order_id: int
    customer_id: int
    store_id: int | None
    employee_id: int | None
    order_date: str
    channel: str
    status: str
    shipping_fee: float
    total_amount: float


class Line(NamedTuple):
    order_line_id: int
    order_id: int
    product_id: int
    quantity: int
    unit_price: float
    discount_pct: int
    line_total: float


SCHEMA = """
CREATE TABLE categories (
    category_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    department TEXT NOT NULL
);
CREATE TABLE suppliers (
    supplier_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    contact_email TEXT,
    lead_time_days INTEGER NOT NULL -- days from our order to their delivery
);
CREATE TABLE products (
    product_id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE, -- stock keeping unit: the article number on the label
    name TEXT NOT NULL,
    category_id INTEGER NOT NULL REFERENCES categories (category_id),
    supplier_id INTEGER NOT NULL REFERENCES suppliers (supplier_id),
    list_price REAL NOT NULL, -- price today in euros, before any discount
    unit_cost REAL NOT NULL, -- what one piece costs us, in euros
    weight_kg REAL,
    launched_on DATE NOT NULL,
    discontinued_on DATE -- NULL: still sold
);
CREATE TABLE stores (
    store_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    opened_on DATE NOT NULL,
    floor_area_m2 INTEGER -- sales floor in square metres
);
CREATE TABLE employees (
    employee_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    job_title TEXT NOT NULL,
    store_id INTEGER REFERENCES stores (store_id), -- NULL: works at the head office
    manager_id INTEGER REFERENCES employees (employee_id), -- NULL: the managing director
    hired_on DATE NOT NULL,
    left_on DATE, -- NULL: still with us
    salary REAL NOT NULL -- gross pay for a month, in euros
);
CREATE TABLE customers (
    customer_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    segment TEXT NOT NULL, -- Consumer, Business or Education
    birth_year INTEGER,
    newsletter INTEGER NOT NULL, -- 1: gets our newsletter
    signed_up_on DATE NOT NULL
);
CREATE TABLE orders (
    order_id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    store_id INTEGER REFERENCES stores (store_id), -- where it was bought; NULL: online or by phone
    employee_id INTEGER REFERENCES employees (employee_id), -- who sold it in the store
    order_date DATE NOT NULL,
    channel TEXT NOT NULL, -- online, store or phone
    status TEXT NOT NULL, -- completed, open or cancelled
    shipping_fee REAL NOT NULL, -- in euros
    total_amount REAL NOT NULL -- all lines and the shipping fee, in euros
);
CREATE TABLE order_lines ( -- what was bought: one row for each product of an order
    order_line_id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (order_id),
    product_id INTEGER NOT NULL REFERENCES products (product_id),
    quantity INTEGER NOT NULL, -- pieces
    unit_price REAL NOT NULL, -- price of one piece on that day, in euros
    discount_pct INTEGER NOT NULL, -- discount in percent
    line_total REAL NOT NULL -- revenue: quantity times unit price less the discount, in euros
);
CREATE TABLE payments (
    payment_id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (order_id),
    method TEXT NOT NULL,
    amount REAL NOT NULL, -- in euros
    paid_at DATETIME NOT NULL
);
CREATE TABLE shipments (
    shipment_id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (order_id),
    carrier TEXT NOT NULL,
    shipped_on DATE NOT NULL,
    promised_on DATE NOT NULL, -- the day of delivery that the customer was told
    delivered_on DATE -- NULL: lost or still on its way
);
CREATE TABLE reviews (
    review_id INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (product_id),
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5), -- stars, 5 is best
    comment TEXT,
    reviewed_on DATE NOT NULL
);
CREATE TABLE returns ( -- goods that customers sent or brought back
    return_id INTEGER PRIMARY KEY,
    order_line_id INTEGER NOT NULL REFERENCES order_lines (order_line_id),
    returned_on DATE NOT NULL,
    reason TEXT,
    quantity INTEGER NOT NULL, -- pieces
    refund_amount REAL NOT NULL -- in euros
);
CREATE TABLE stock_levels ( -- how many pieces of a product lie in a store on the last day
    store_id INTEGER NOT NULL REFERENCES stores (store_id),
    product_id INTEGER NOT NULL REFERENCES products (product_id),
    quantity_on_hand INTEGER NOT NULL,
    reorder_point INTEGER NOT NULL, -- fewer pieces than this: order more
    last_counted_on DATE,
    PRIMARY KEY (store_id, product_id)
);
CREATE INDEX products_category ON products (category_id);
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_date ON orders (order_date);
CREATE INDEX order_lines_order ON order_lines (order_id);
CREATE INDEX order_lines_product ON order_lines (product_id);
CREATE INDEX payments_order ON payments (order_id);
CREATE INDEX shipments_order ON shipments (order_id);
CREATE INDEX reviews_product ON reviews (product_id);
CREATE INDEX returns_line ON returns (order_line_id);
"""

# name, department, lowest and highest price in euros, sales by quarter (100: even), kinds of product
CATEGORIES: tuple[tuple[str, str, int, int, tuple[int, int, int, int], tuple[str, ...]], ...] = (
    ("Lighting", "Home", 19, 149, (105, 80, 90, 130), ("Desk Lamp", "Floor Lamp", "Lantern")),
    ("Kitchen", "Home", 9, 119, (95, 95, 95, 125), ("Kettle", "Chef's Knife", "Frying Pan", "Teapot")),
    ("Bathroom", "Home", 7, 59, (100, 100, 100, 100), ("Bath Towel", "Soap Dish", "Mirror")),
    ("Bedding", "Home", 19, 179, (110, 85, 90, 120), ("Duvet", "Pillow", "Bed Linen")),
    ("Decoration", "Home", 5, 79, (85, 90, 95, 150), ("Vase", "Candle", "Picture Frame", "Cushion")),
    ("Storage", "Home", 9, 139, (120, 95, 100, 85), ("Basket", "Shelf", "Coat Rack")),
    ("Garden", "Outdoor", 8, 249, (60, 190, 130, 35), ("Watering Can", "Garden Chair", "Planter", "Rake")),
    ("Camping", "Outdoor", 15, 299, (55, 160, 160, 45), ("Tent", "Sleeping Bag", "Camping Stove")),
    ("Cycling", "Outdoor", 9, 189, (75, 150, 130, 60), ("Bike Helmet", "Bike Light", "Pannier")),
    ("Toys", "Leisure", 6, 69, (65, 75, 80, 210), ("Wooden Train", "Puzzle", "Building Blocks", "Kite")),
    ("Books", "Leisure", 9, 45, (90, 85, 95, 140), ("Cookbook", "Garden Guide", "Travel Atlas")),
    ("Office", "Leisure", 4, 329, (115, 85, 120, 90), ("Notebook", "Office Chair", "Fountain Pen")),
)
SERIES = ("Alba", "Birk", "Cove", "Dune", "Ember", "Fjord", "Grove", "Haze", "Iris", "Juno", "Kelp", "Luna")
PRODUCTS_PER_KIND = 4

SUPPLIERS = (
    ("Nordlys Design", "Sweden"), ("Atelier Moreau", "France"), ("Hansen & Sons", "Denmark"),
    ("Casa Bellini", "Italy"), ("Schwarzwald Holz", "Germany"), ("Porto Ceramics", "Portugal"),
    ("Green Thumb Supply", "Netherlands"), ("Sakura Trading", "Japan"), ("Highland Wool", "United Kingdom"),
    ("Vistula Glass", "Poland"), ("Alpine Outdoor", "Austria"), ("Catalan Textiles", "Spain"),
    ("Bright Idea Ltd", "United Kingdom"), ("Papeterie du Lac", "Switzerland"), ("Kinderwerk", "Germany"),
    ("O'Leary Crafts", "Ireland"),
)  # fmt: skip

# country, customers of a thousand, cities, first names, last names, the way most people pay there
PLACES: tuple[tuple[str, int, tuple[str, ...], str, str, str], ...] = (
    ("Germany", 260, ("Berlin", "Hamburg", "Munich", "Cologne", "Leipzig"),
     "Anna Lena Jonas Paul Mia Lukas Sabine Jürgen Katrin Felix",
     "Müller Schmidt Schneider Fischer Weber Wagner Becker Hoffmann Koch Richter", "invoice"),
    ("France", 170, ("Paris", "Lyon", "Marseille", "Bordeaux"),
     "Camille Louis Chloé Hugo Manon Jules Élodie Antoine Inès Mathieu",
     "Martin Bernard Dubois Durand Lefèvre Moreau Laurent Simon Garnier Roux", "card"),
    ("United Kingdom", 150, ("London", "Manchester", "Bristol", "Edinburgh"),
     "Oliver Amelia Harry Isla Jack Ava George Emily Priya Mohammed",
     "Smith Jones Taylor Brown Williams Wilson Evans O'Connor Patel Khan", "card"),
    ("Netherlands", 110, ("Amsterdam", "Rotterdam", "Utrecht"),
     "Daan Emma Sem Julia Bram Sanne Thijs Lotte Fleur Ruben",
     "Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks", "bank transfer"),
    ("Italy", 80, ("Milan", "Rome", "Turin"),
     "Giulia Marco Sofia Luca Chiara Andrea Martina Matteo Elena Davide",
     "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Greco Conti", "card"),
    ("Spain", 70, ("Madrid", "Barcelona", "Valencia"),
     "Lucía Hugo María Martín Paula Pablo Carmen Javier Ana Diego",
     "García Fernández González López Martínez Sánchez Pérez Gómez Ruiz Díaz", "card"),
    ("Austria", 60, ("Vienna", "Graz", "Salzburg"),
     "Johanna Maximilian Theresa David Magdalena Florian Eva Stefan Julia Tobias",
     "Gruber Huber Bauer Wagner Pichler Steiner Moser Mayer Hofer Leitner", "invoice"),
    ("Switzerland", 50, ("Zurich", "Geneva", "Basel"),
     "Noah Lea Nina Urs Reto Simone Luca Céline Beat Sandra",
     "Meier Keller Weber Huber Favre Rochat Frei Brunner Baumann Zimmermann", "invoice"),
    ("Poland", 30, ("Warsaw", "Kraków"),
     "Zofia Jakub Hanna Piotr Maja Tomasz Ewa Michał Agnieszka Krzysztof",
     "Nowak Kowalska Wiśniewski Wójcik Kamiński Lewandowski Zieliński Woźniak Mazur Krawczyk", "bank transfer"),
    ("Japan", 20, ("Tokyo", "Osaka"),
     "Haruka Yuki Sakura Ren Aoi Haruto Yuto Mei Sota Hina",
     "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato", "card"),
)  # fmt: skip

STORES = (
    ("Berlin Mitte", "Berlin", "Germany", "2014-03-15", 820),
    ("Hamburg Altona", "Hamburg", "Germany", "2016-09-01", 540),
    ("Munich Schwabing", "Munich", "Germany", "2018-04-20", 610),
    ("Paris Marais", "Paris", "France", "2015-05-10", 480),
    ("Lyon Centre", "Lyon", "France", "2019-10-05", 390),
    ("London Soho", "London", "United Kingdom", "2017-06-17", 450),
    ("Manchester Piccadilly", "Manchester", "United Kingdom", "2021-03-27", 370),
    ("Amsterdam Jordaan", "Amsterdam", "Netherlands", "2016-02-13", 410),
    ("Milan Brera", "Milan", "Italy", "2020-09-19", 350),
    ("Vienna Neubau", "Vienna", "Austria", "2024-05-04", None),
)

# job, monthly salary in euros, number of the manager
OFFICE: tuple[tuple[str, int, int | None], ...] = (
    ("Managing Director", 9_800, None), ("Head of Sales", 7_400, 1), ("Head of Purchasing", 7_100, 1),
    ("Accountant", 4_600, 1), ("Data Analyst", 5_200, 2), ("Customer Service Agent", 3_300, 2),
    ("Customer Service Agent", 3_250, 2), ("Web Developer", 5_600, 1),
)  # fmt: skip
STORE_JOBS = (("Sales Assistant", 2_600), ("Sales Assistant", 2_600), ("Cashier", 2_350))

MONTH_WEIGHTS = (84, 76, 88, 94, 100, 95, 86, 83, 98, 108, 146, 168)
YEAR_WEIGHTS = {2023: 100, 2024: 124, 2025: 149}
WEEKDAY_WEIGHTS = (96, 92, 95, 100, 112, 124, 81)
PRICE_LEVELS = {2023: 93, 2024: 97, 2025: 100}
"""Prices of a year in percent of today's."""

CARRIERS = (("DHL", 45, 8), ("UPS", 25, 7), ("DPD", 20, 13), ("GreenBike", 10, 24))
"""Name, share of the parcels and lateness, in percent."""

COMMENTS: dict[int, tuple[str, ...]] = {
    1: ("Broke after a week.", "Not at all as described.", "Arrived damaged, and nobody answers."),
    2: ("Smaller than I thought.", "Poor finish for the price.", "The colour is off."),
    3: ("It does the job.", "Fine, but nothing special.", "Good quality, slow delivery."),
    4: ("Looks great in our kitchen.", "Would buy again.", "Solid, and easy to clean."),
    5: ("Absolutely love it!", "Perfect gift, beautifully made.", "Best purchase of the year."),
}
RETURN_REASONS = ("damaged", "wrong size", "not as described", "arrived too late", "changed my mind")

CUSTOMER_COUNT = 2_400
ORDER_COUNT = 8_600


def demo_database(home: Path) -> Path:
    """The demo database in the home folder, written there when it is missing or of an older version.

    Raises DatasourceError when the folder cannot be written.
    """
    path = home / FILE_NAME
    if written_version(path) >= VERSION:
        return path
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_in_place(path)
    except (OSError, sqlite3.OperationalError) as error:
        if written_version(path) >= VERSION:  # another process was quicker, and holds the file open
            return path
        raise DatasourceError(
            phrase("The demo database cannot be written to {home}: {error}.", home=home, error=error),
            phrase("Set DBCHAT_HOME to a folder that you can write to."),
        ) from error
    return path


def written_version(path: Path) -> int:
    """The user_version in the header of an SQLite file; -1 where there is none."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError:
        return -1
    return int.from_bytes(header[60:64], "big") if header.startswith(b"SQLite format 3\0") else -1


def write_in_place(path: Path) -> None:
    """Write beside `path` and rename, so that nobody ever sees half a database."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".tmp", dir=path.parent)
    os.close(handle)
    try:
        write_database(Path(name))
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def write_database(path: Path) -> None:
    """Fill the empty file at `path`."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.executescript(f"BEGIN; {SCHEMA}")
        for table, rows in make_tables().items():
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.commit()
        connection.execute("ANALYZE")
        connection.commit()


class Dice:
    """Chance that is the same everywhere."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed).random  # noqa: S311 (nothing here is secret)

    def below(self, bound: int) -> int:
        return int(self._draw() * bound)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def percent(self, chance: int) -> bool:
        return self.below(100) < chance

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[T], heaps: Sequence[int]) -> T:
        """One of the items; `heaps` are their weights added up."""
        return items[bisect_right(heaps, self.below(heaps[-1]))]

    def early(self, bound: int) -> int:
        """An index below `bound`, small ones more often than large ones."""
        return int(self._draw() * self._draw() * bound)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in items]


def make_tables() -> dict[str, Sequence[Row]]:
    """All rows of the shop, tables in the order in which they can be inserted."""
    products = make_products(Dice(12))
    employees = make_employees(Dice(13))
    customers = make_customers(Dice(14))
    orders, lines = make_sales(Dice(15), products, employees, customers)
    return {
        "categories": [(number, category[0], category[1]) for number, category in enumerate(CATEGORIES, 1)],
        "suppliers": make_suppliers(Dice(11)),
        "products": products,
        "stores": [(number, *store) for number, store in enumerate(STORES, 1)],
        "employees": employees,
        "customers": customers,
        "orders": orders,
        "order_lines": lines,
        "payments": make_payments(Dice(16), orders, customers),
        "shipments": make_shipments(Dice(17), orders),
        "reviews": make_reviews(Dice(18), orders, lines, products),
        "returns": make_returns(Dice(19), orders, lines),
        "stock_levels": make_stock_levels(Dice(20), products),
    }


def make_suppliers(dice: Dice) -> list[Row]:
    return [
        (number, name, country, None if number % 6 == 0 else f"sales@{domain(name)}", dice.between(4, 45))
        for number, (name, country) in enumerate(SUPPLIERS, 1)
    ]


def domain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum()) + ".example"


def make_products(dice: Dice) -> list[Product]:
    products: list[Product] = []
    for category, (name, _, low, high, _, kinds) in enumerate(CATEGORIES, 1):
        for kind in kinds:
            base = dice.between(low, high - (high - low) // 3)
            for series in dice.shuffled(SERIES)[:PRODUCTS_PER_KIND]:
                number = len(products) + 1
                cents = (base + dice.below((high - low) // 3 + 1)) * 100 - dice.pick((1, 5, 10, 50))
                product = Product(
                    number,
                    f"{name[:2].upper()}-{1000 + number}",
                    f"{series} {kind}",
                    category,
                    dice.between(1, len(SUPPLIERS)),
                    cents / 100,
                    cents * dice.between(38, 68) // 100 / 100,
                    None if dice.percent(8) else dice.between(1, 120) / 10,
                    *make_lifetime(dice),
                )
                products.append(product)
    return products


def make_lifetime(dice: Dice) -> tuple[str, str | None]:
    """When a product came and, for a few, when it went."""
    if dice.percent(30):
        return day(dice.between(30, 950)), None
    return day(-dice.between(30, 1500)), day(dice.between(500, 1000)) if dice.percent(9) else None


def day(number: int) -> str:
    return (FIRST_DAY + dt.timedelta(days=number)).isoformat()


def make_employees(dice: Dice) -> list[Employee]:
    """The head office, then each store's manager with a handful of others."""
    rows: list[Employee] = []
    for job, salary, manager in OFFICE:
        rows.append(make_employee(dice, len(rows) + 1, "Germany", job, None, manager, salary, "2013-11-04"))
    for store, (_, _, country, opened, _) in enumerate(STORES, 1):
        leader = len(rows) + 1
        rows.append(make_employee(dice, leader, country, "Store Manager", store, 2, 4_500, opened))
        for _ in range(dice.between(5, 9)):
            job, salary = dice.pick(STORE_JOBS)
            since = opened if dice.percent(35) else make_hiring(dice, opened)
            rows.append(make_employee(dice, len(rows) + 1, country, job, store, leader, salary, since))
    return rows


def make_hiring(dice: Dice, opened: str) -> str:
    first = dt.date.fromisoformat(opened)
    return (first + dt.timedelta(days=dice.below((LAST_DAY - first).days - 60))).isoformat()


def make_employee(
    dice: Dice,
    number: int,
    country: str,
    job: str,
    store: int | None,
    manager: int | None,
    salary: int,
    hired: str,
) -> Employee:
    first_name, last_name = make_name(dice, country)
    left = None
    if job in ("Cashier", "Sales Assistant") and hired < "2023" and dice.percent(30):
        left = day(dice.between(60, (LAST_DAY - FIRST_DAY).days))
    pay = float(salary + 10 * dice.below(salary // 40))
    return Employee(number, first_name, last_name, job, store, manager, hired, left, pay)


def make_name(dice: Dice, country: str) -> tuple[str, str]:
    first_names, last_names = next((place[3], place[4]) for place in PLACES if place[0] == country)
    return dice.pick(first_names.split()), dice.pick(last_names.split())


def make_customers(dice: Dice) -> list[Customer]:
    sign_ups = sorted(make_sign_up(dice) for _ in range(CUSTOMER_COUNT))
    return [make_customer(dice, number, signed_up) for number, signed_up in enumerate(sign_ups, 1)]


def make_sign_up(dice: Dice) -> str:
    """A quarter of the customers were there before the first order of ours; the shop grows."""
    days = (LAST_DAY - FIRST_DAY).days
    return day(-dice.between(1, 700)) if dice.percent(26) else day(days - 3 - dice.early(days - 3))


def make_customer(dice: Dice, number: int, signed_up: str) -> Customer:
    country, _, cities, *_ = dice.weighted(PLACES, list(accumulate(place[1] for place in PLACES)))
    first_name, last_name = make_name(dice, country)
    segment = dice.weighted(("Consumer", "Business", "Education"), (78, 94, 100))
    email = f"customer{number}@mail.example" if dice.percent(94) else None
    phone = f"+00 555 {100_000 + dice.below(900_000)}" if dice.percent(71) else None
    birth_year = dice.between(1944, 2004) if segment == "Consumer" and dice.percent(80) else None
    city = cities[min(dice.early(len(cities) + 1), len(cities) - 1)]
    newsletter = int(dice.percent(37))
    return Customer(
        number, first_name, last_name, email, phone, city, country, segment, birth_year, newsletter, signed_up
    )


def make_sales(
    dice: Dice, products: list[Product], employees: list[Employee], customers: list[Customer]
) -> tuple[list[Order], list[Line]]:
    """Orders, oldest first, with their lines."""
    days = [FIRST_DAY + dt.timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]
    busy = list(accumulate(busyness(date) for date in days))
    sign_ups = [customer.signed_up_on for customer in customers]
    shelves = Shelves(dice, products)
    orders: list[Order] = []
    lines: list[Line] = []
    for date in sorted(dice.weighted(days, busy) for _ in range(ORDER_COUNT)):
        number = len(orders) + 1
        known = bisect_right(sign_ups, date.isoformat())
        customer = customers[dice.early(known) if dice.percent(45) else dice.below(known)]
        channel, store = make_channel(dice, customer, date)
        bought = list(make_lines(dice, shelves, date, is_business=customer.segment != "Consumer"))
        goods = sum(line[-1] for line in bought)
        fee = 0 if store or goods >= 7_500 else 495
        seller = choose_seller(dice, employees, store, date.isoformat())
        status = make_status(dice, date, channel)
        orders.append(
            Order(
                number,
                customer.customer_id,
                store,
                seller,
                date.isoformat(),
                channel,
                status,
                fee / 100,
                (goods + fee) / 100,
            )
        )
        for product, quantity, price, discount, total in bought:
            lines.append(Line(len(lines) + 1, number, product, quantity, price / 100, discount, total / 100))
    return orders, lines


def busyness(date: dt.date) -> int:
    return YEAR_WEIGHTS[date.year] * MONTH_WEIGHTS[date.month - 1] * WEEKDAY_WEIGHTS[date.weekday()]


def choose_seller(dice: Dice, employees: list[Employee], store: int | None, date: str) -> int | None:
    """Somebody who worked in that store on that day; not every sale names one."""
    staff = [
        person.employee_id
        for person in employees
        if person.store_id == store and person.hired_on <= date < (person.left_on or "9999")
    ]
    return dice.pick(staff) if store and dice.percent(92) else None


def make_channel(dice: Dice, customer: Customer, date: dt.date) -> tuple[str, int | None]:
    """Customers near a store that is open go there half the time; the net grows from year to year."""
    near = [
        number
        for number, (_, city, country, opened, _) in enumerate(STORES, 1)
        if country == customer.country
        and opened <= date.isoformat()
        and (city == customer.city or dice.percent(15))
    ]
    if near and not dice.percent(44 + 6 * (date.year - FIRST_DAY.year)):
        return "store", dice.pick(near)
    return ("phone" if dice.percent(7) else "online"), None


def make_status(dice: Dice, date: dt.date, channel: str) -> str:
    if dice.percent(4) and channel != "store":
        return "cancelled"
    is_recent = (LAST_DAY - date).days < dice.between(2, 12)
    return "open" if is_recent and channel != "store" else "completed"


class Shelves:
    """Which products are bought: few are popular, and each category has its quarter of the year."""

    def __init__(self, dice: Dice, products: list[Product]) -> None:
        self._products = products
        popularity = [100_000 // (rank + 12) for rank in dice.shuffled(range(len(products)))]
        self._heaps = [
            list(
                accumulate(
                    CATEGORIES[product.category_id - 1][4][quarter] * weight
                    for product, weight in zip(products, popularity, strict=True)
                )
            )
            for quarter in range(4)
        ]

    def pick(self, dice: Dice, date: dt.date) -> Product:
        """A product that was on sale on that day."""
        while True:
            product = dice.weighted(self._products, self._heaps[(date.month - 1) // 3])
            if product.launched_on <= date.isoformat() < (product.discontinued_on or "9999"):
                return product


def make_lines(
    dice: Dice, shelves: Shelves, date: dt.date, is_business: bool
) -> Iterator[tuple[int, int, int, int, int]]:
    """Product, pieces, price in cents, discount in percent, total in cents: one to six different products."""
    count = dice.weighted((1, 2, 3, 4, 5, 6), (38, 66, 83, 93, 98, 100))
    picked = [shelves.pick(dice, date) for _ in range(count)]
    for product in dict.fromkeys(picked):
        price = round(product.list_price * 100) * PRICE_LEVELS[date.year] // 100
        quantity = dice.weighted((1, 2, 3, 4), (70, 90, 97, 100)) + (dice.early(9) if is_business else 0)
        is_sale = date.month == 7 or (date.month == 11 and date.day > 20)
        discount = dice.pick((5, 10, 10, 15, 20, 30)) if dice.percent(45 if is_sale else 9) else 0
        yield product.product_id, quantity, price, discount, (price * quantity * (100 - discount) + 50) // 100


def make_payments(dice: Dice, orders: list[Order], customers: list[Customer]) -> list[Row]:
    """Orders that were not cancelled are paid, some in two parts, a few not yet."""
    usual = {place[0]: place[5] for place in PLACES}
    rows: list[Row] = []
    for order in orders:
        if order.status == "cancelled" or (order.status == "open" and dice.percent(50)):
            continue
        cents = round(order.total_amount * 100)
        parts = (cents,) if cents < 30_000 or dice.percent(80) else (cents // 2, cents - cents // 2)
        method = make_method(dice, order, usual[customers[order.customer_id - 1].country])
        wait = dice.between(3, 28) if method in ("invoice", "bank transfer") else 0
        for part, amount in enumerate(parts):
            paid = dt.date.fromisoformat(order.order_date) + dt.timedelta(days=wait + 30 * part)
            moment = f"{paid} {dice.between(8, 21):02}:{dice.below(60):02}:{dice.below(60):02}"
            if paid <= LAST_DAY:
                rows.append((len(rows) + 1, order.order_id, method, amount / 100, moment))
    return rows


def make_method(dice: Dice, order: Order, usual: str) -> str:
    if order.store_id:
        return dice.weighted(("card", "cash", "gift card"), (68, 96, 100))
    return usual if dice.percent(58) else dice.pick(("card", "PayPal", "PayPal"))


def make_shipments(dice: Dice, orders: list[Order]) -> list[Row]:
    shares = list(accumulate(carrier[1] for carrier in CARRIERS))
    rows: list[Row] = []
    for order in orders:
        shipped = dt.date.fromisoformat(order.order_date) + dt.timedelta(days=dice.between(0, 3))
        is_waiting = shipped > LAST_DAY or (order.status == "open" and dice.percent(50))
        if order.store_id or order.status == "cancelled" or is_waiting:
            continue
        carrier, _, lateness = dice.weighted(CARRIERS, shares)
        promised = shipped + dt.timedelta(days=dice.between(3, 5))
        is_late = dice.percent(lateness + (9 if shipped.month == 12 else 0))
        arrived = promised + dt.timedelta(days=1 + dice.early(12) if is_late else -dice.between(0, 2))
        delivered = None if arrived > LAST_DAY or dice.below(1_000) < 6 else arrived.isoformat()
        rows.append(
            (len(rows) + 1, order.order_id, carrier, shipped.isoformat(), promised.isoformat(), delivered)
        )
    return rows


def make_reviews(dice: Dice, orders: list[Order], lines: list[Line], products: list[Product]) -> list[Row]:
    """About one line in six is reviewed; a product's quality shows in its stars."""
    quality = [dice.between(0, 100) for _ in products]
    rows: list[Row] = []
    for line in lines:
        order = orders[line.order_id - 1]
        if order.status != "completed" or not dice.percent(17):
            continue
        luck = (quality[line.product_id - 1] + dice.below(100) + dice.below(100)) // 3
        rating = bisect_left((18, 30, 43, 60), luck) + 1
        comment = dice.pick(COMMENTS[rating]) if dice.percent(62) else None
        written = dt.date.fromisoformat(order.order_date) + dt.timedelta(days=dice.between(2, 60))
        if written <= LAST_DAY:
            rows.append(
                (len(rows) + 1, line.product_id, order.customer_id, rating, comment, written.isoformat())
            )
    return rows


def make_returns(dice: Dice, orders: list[Order], lines: list[Line]) -> list[Row]:
    rows: list[Row] = []
    for line in lines:
        order = orders[line.order_id - 1]
        if order.status != "completed" or not dice.percent(3 if order.store_id else 6):
            continue
        pieces = dice.between(1, line.quantity)
        returned = dt.date.fromisoformat(order.order_date) + dt.timedelta(days=dice.between(4, 35))
        reason = dice.pick(RETURN_REASONS) if dice.percent(88) else None
        refund = round(line.line_total * 100) * pieces // line.quantity / 100
        if returned <= LAST_DAY:
            rows.append((len(rows) + 1, line.order_line_id, returned.isoformat(), reason, pieces, refund))
    return rows


def make_stock_levels(dice: Dice, products: list[Product]) -> list[Row]:
    """Every store has most of the products that are still sold; some shelves are empty."""
    rows: list[Row] = []
    for store in range(1, len(STORES) + 1):
        for product in products:
            if product.discontinued_on or dice.percent(18):
                continue
            on_hand = 0 if dice.percent(4) else dice.early(120)
            counted = None if dice.percent(5) else day((LAST_DAY - FIRST_DAY).days - dice.below(45))
            rows.append((store, product.product_id, on_hand, 5 * dice.between(1, 5), counted))
    return rows
