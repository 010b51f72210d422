"""The tables of the package are there, and say what they must."""

from havre.addresses.tables import suffixes, table


def test_parameters_are_written_as_they_are_looked_up() -> None:
    rules = table("dropped")
    assert all(name == name.lower() for name in [*rules["parameters"], *rules["prefixes"]])
    assert len(set(rules["parameters"])) == len(rules["parameters"]) > 30
    assert not any(name.startswith(tuple(rules["prefixes"])) for name in rules["parameters"])


def test_a_host_is_known_for_one_thing_alone() -> None:
    hosts = [
        (host, kind) for kind, rules in table("known_hosts").items() for rule in rules for host in rule.get("hosts", ())
    ]
    kinds: dict[str, set[str]] = {}
    for host, kind in hosts:
        kinds.setdefault(host, set()).add(kind)
    assert {host: found for host, found in kinds.items() if len(found) > 1} == {}
    assert len(hosts) > 100


def test_names_that_sites_give_out_are_suffixes() -> None:
    assert suffixes().publicsuffix("anna.blogspot.com") == "blogspot.com"
