import pytest

from havre.errors import Invalid
from havre.matches.formats.labels import SCHEMES, label, labels, pertinent, scheme, scheme_of_region


def test_each_category_says_whether_it_is_pertinent() -> None:
    said = {name: {c: found.pertinent for c, found in scheme(name).by_category.items()} for name in SCHEMES}
    assert said == {
        "universal": {"pertinent": True, "not-pertinent": False},
        "vics-us": {"0": None, "1": True, "2": True, "3": True, "4": False, "5": False},
        "vics-uk": {"0": None, "1": True, "2": True, "3": True},
        "icse": {"No": True, "Yes": True},
        "industry": {"A1": True, "A2": True, "B1": True, "B2": True},
    }


def test_no_two_labels_have_one_name() -> None:
    assert len(labels()) == sum(len(scheme(name).by_category) for name in SCHEMES)


@pytest.mark.parametrize("name", ["vics-us", "vics-uk"])
def test_a_label_written_in_another_scheme_never_turns_into_its_opposite(name: str) -> None:
    for one in labels().values():
        read_back = pertinent(scheme(name).read(scheme(name).write(one.name)))
        assert read_back in (None, one.pertinent)
        if one.pertinent:
            assert read_back is True


@pytest.mark.parametrize(
    ("region", "name"),
    [("US", "vics-us"), ("uk", "vics-uk"), (None, "vics-us"), ("Default", "vics-us"), ("UNKNOWN", "vics-us")],
)
def test_a_region_has_its_scheme(region: str | None, name: str) -> None:
    assert scheme_of_region(region) == scheme(name)


def test_what_does_not_exist_is_refused_by_name() -> None:
    assert scheme_of_region("CUSTOM") is None
    assert pertinent("nobody's") is None
    assert label(" Pertinent ").pertinent is True
    with pytest.raises(Invalid, match="no label 'x'"):
        label("x")
    with pytest.raises(Invalid, match="no scheme 'x'"):
        scheme("x")
