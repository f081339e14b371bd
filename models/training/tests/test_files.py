"""What writing promises."""

import pytest

from reprise_verifier.files import whole


def test_a_file_is_there_once_all_is_written(tmp_path):
    file = tmp_path / "pool.jsonl"
    with whole(file) as beside:
        beside.write_text("all")
        assert not file.exists()
    assert file.read_text() == "all"
    assert list(tmp_path.iterdir()) == [file]


def test_who_fails_on_the_way_leaves_the_file_as_it_was(tmp_path):
    file = tmp_path / "pool.jsonl"
    file.write_text("before")
    with pytest.raises(ValueError), whole(file) as beside:
        beside.write_text("hal")
        raise ValueError
    assert file.read_text() == "before"
