from engagement_utils.suite.publish.closing import Fact, facts
from tests.suite.publish import fixtures as made


def test_every_value_of_provenance_is_said():
    found = {fact.label: fact for fact in facts(made.PROVENANCE)}
    assert found["Clean"] == Fact("Clean", "yes")
    assert found["Parameters"].rows[1] == ("weights", "view: 0.2, like: 1.0")
    assert ("since", "not set") in found["Parameters"].rows
    assert found["Inputs"].heads == ("Path", "SHA-256", "Rows")
    assert found["Inputs"].rows[1] == ("data/users.csv", "a1" * 32, "9")
    assert list(found) == ["Notebook", "Parameters", "Inputs", "Commit", "Clean", "Versions", "Again"]


def test_empty_values_are_left_out_and_lists_joined():
    assert facts({"a": "", "b": {}, "c": None, "seven_items": [1, "x", 12_000], "no": False}) == [
        Fact("Seven items", "1, x, 12,000"),
        Fact("No", "no"),
    ]
