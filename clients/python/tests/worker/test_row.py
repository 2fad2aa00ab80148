"""``Row`` behaves as ``pyspark.sql.Row``: expected values were recorded from PySpark 4.3.0."""

import copy
import pickle

import pytest

from kindling.sql.row import Row

Person = Row("name", "age")
ALICE = Person("Alice", 11)
NESTED = Row(id=1, name="a", inner=Row(x=2), items=[Row(y=1)], by_key={"k": Row(z=0)})


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (repr(Person), "<Row('name', 'age')>"),
        (repr(ALICE), "Row(name='Alice', age=11)"),
        (repr(Person("Alice")), "Row(name='Alice')"),
        (
            repr(NESTED),
            "Row(id=1, name='a', inner=Row(x=2), items=[Row(y=1)], by_key={'k': Row(z=0)})",
        ),
        (NESTED.asDict()["inner"], Row(x=2)),
        (
            NESTED.asDict(True),
            {"id": 1, "name": "a", "inner": {"x": 2}, "items": [{"y": 1}], "by_key": {"k": {"z": 0}}},
        ),
        ("name" in Person, True),
        (11 in ALICE, False),
        ("age" in ALICE, True),
        (ALICE, ("Alice", 11)),
        (ALICE, Row("Alice", 11)),
        (ALICE[1:], (11,)),
        (hash(ALICE) == hash(("Alice", 11)), True),
        ((ALICE.name, ALICE["age"], ALICE[0], len(ALICE)), ("Alice", 11, "Alice", 2)),
        (ALICE.__fields__, ("name", "age")),
        (Row(b=1, a=2).__fields__, ["b", "a"]),
    ],
)
def test_values(actual, expected):
    assert actual == expected


@pytest.mark.parametrize("row", [Person, ALICE, NESTED, Row(), Row(a=None)])
@pytest.mark.parametrize("protocol", [2, 5])
def test_pickle(row, protocol):
    back = pickle.loads(pickle.dumps(row, protocol))
    assert (type(back), repr(back), back) == (Row, repr(row), row)
    assert repr(copy.copy(row)) == repr(row)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: Person("A")["age"], KeyError),
        (lambda: Person("A").age, AttributeError),
        (lambda: ALICE.foo, AttributeError),
        (lambda: ALICE.__foo__, AttributeError),
        (lambda: ALICE["foo"], ValueError),
        (lambda: ALICE[5], IndexError),
        (lambda: Person(1, 2, 3), ValueError),
        (lambda: Row(1, a=2), ValueError),
        (lambda: Row(1).asDict(), TypeError),
        (lambda: setattr(ALICE, "name", "B"), RuntimeError),
    ],
)
def test_errors(call, error):
    with pytest.raises(error):
        call()
