"""Names and values in error messages."""

from engagement_utils.tables.names import listed, nearest, shortened


def test_the_nearest_name_is_found_whatever_its_case() -> None:
    assert nearest("USER_ID", ["user_id", "other"]) == "; nearest: 'user_id'"
    assert nearest("usr_id", ["other", "User_ID"]) == "; nearest: 'User_ID'"
    assert nearest("zzz", ["user_id"]) == ""
    # 0.6 of the letters: a third of them may differ, not half
    assert nearest("abcd", ["abxx"]) == ""
    assert nearest("abcde", ["abcxx"]) == "; nearest: 'abcxx'"
    assert nearest("a", ["A", "a"]) == "; nearest: 'A'"


def test_a_long_list_says_how_many_more_there_are() -> None:
    assert listed(["a", "b"]) == "'a', 'b'"
    assert listed([str(i) for i in range(12)]).endswith("'11'")
    assert listed([str(i) for i in range(1013)]).endswith("'11' and 1,001 more")
    assert listed("abc", most=2) == "'a', 'b' and 1 more"


def test_a_long_value_is_cut() -> None:
    assert shortened("x" * 60) == repr("x" * 60)
    assert shortened("x" * 1061) == f"{'x' * 60!r}… (1,061 characters)"
    assert shortened("a\n") == "'a\\n'"
