"""Files of the operator, read a row at a time: good rows go on, bad ones come back with their line and the reason."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from havre.hosting.models import Kind
from havre.hosting.readers import answers, delegations, records, tables
from havre.hosting.rows import Row

READERS: Mapping[str, Callable[[BinaryIO], Iterator[Row]]] = {
    Kind.DELEGATIONS: delegations.read,
    Kind.PREFIXES: tables.read_prefixes,
    Kind.SYSTEMS: tables.read_systems,
    Kind.ANSWERS: answers.read,
    Kind.RECORDS: records.read,
}
