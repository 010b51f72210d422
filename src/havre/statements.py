"""What one connection of PostgreSQL keeps prepared, asked without psycopg's cursors: they cost more than the answer.

Values become bytes and bytes become values as psycopg does it. The thread that signals reach waits as psycopg does, so
that Ctrl-C ends a question; all others wait inside libpq, which costs less. Nobody else prepares statements on our
connections (`prepare_threshold` is None): psycopg would let go of all of a connection's after whatever is undone in it.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from psycopg import Cursor
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, OperationalError, error_from_result
from psycopg.generators import execute
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

MOST = 500
"""Statements that a connection keeps: more than there are forms, or they would be written again and again."""

PLACE = re.compile("%[s%]")
DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
ANY = [PyFormat.AUTO]


class Times(TimestamptzLoader):
    """Times as a database that was told to speak UTC writes them."""

    def load(self, data: Any) -> datetime:
        """The time that is written there."""
        try:
            return datetime.fromisoformat(bytes(data).decode())
        except ValueError:  # before the year 1 or after 9999: psycopg says so in its own words
            return super().load(data)


def numbered(sql: str) -> str:
    """A statement as PostgreSQL reads it: places for values are numbered."""
    places = count(1)
    return PLACE.sub(lambda found: "%" if found[0] == "%%" else f"${next(places)}", sql)


class Statement:
    """One that is prepared: how the connection calls it, and what makes values of its rows."""

    __slots__ = ("_loading", "_settled", "name")

    def __init__(self, name: bytes, cursor: "Cursor[Any]") -> None:
        self.name = name
        self._loading, self._settled = Transformer(cursor), False

    def rows(self, result: Any) -> list[tuple[Any, ...]]:
        """The rows of an answer; what each column holds is found out once."""
        if not result.nfields:
            return []
        self._loading.set_pgresult(result, set_loaders=not self._settled)
        self._settled = True
        found = self._loading.load_rows(0, result.ntuples, tuple)
        self._loading.set_pgresult(None, set_loaders=False)  # what somebody was answered stays with them alone
        return found


class Statements:
    """All of one connection: whoever asks has read every row before anybody asks again."""

    def __init__(self, held: Any, *, signalled: bool = False) -> None:
        self.held = held
        self._line = held.pgconn
        self._cursor: Cursor[Any] = Cursor(held)
        self._cursor.adapters.register_loader("timestamptz", Times)
        self._dumping = Transformer(self._cursor)
        self._known: dict[tuple[str, tuple[int, ...] | None], Statement] = {}
        self._names = count()
        self._signalled = signalled

    def rows(self, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        """All rows of a statement. Raises what psycopg raises."""
        try:
            return self._asked(sql, parameters)
        except (FeatureNotSupported, InvalidSqlStatementName):  # a table that it reads was changed since
            self._known.clear()
            if self._line.transaction_status != TransactionStatus.IDLE:
                raise
            self._let_go()
            return self._asked(sql, parameters)

    def once(self, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        """All rows of a statement that is not kept: PostgreSQL plans it for these values."""
        self._begin()
        values = self._dumping.dump_sequence(parameters, ANY * len(parameters))
        kinds, forms = self._dumping.types, self._dumping.formats
        told = numbered(sql).encode()
        if self._signalled:
            self._line.send_query_params(told, values, kinds, forms)
            result = self._answer()
        else:
            result = self._done(self._line.exec_params(told, values, kinds, forms))
        return Statement(b"", self._cursor).rows(result)

    def together(self, asked: Sequence[str]) -> list[list[tuple[Any, ...]]]:
        """All rows of several questions without values, told at once and answered one after the other."""
        begins = self._is_to_begin()
        try:
            return self._told_at_once(asked, begins)
        except (FeatureNotSupported, InvalidSqlStatementName):  # as above
            self._known.clear()
            if not begins:
                raise
            self._told(b"ROLLBACK")
            self._let_go()
            return self._told_at_once(asked, begins)

    def _told_at_once(self, asked: Sequence[str], begins: bool) -> list[list[tuple[Any, ...]]]:
        if len(self._known) + len(asked) > MOST:
            self._let_go()
        statements = [self._known.get((sql, None)) or self._prepared(sql, None) for sql in asked]
        told = [b"BEGIN"] * begins + [b"EXECUTE " + each.name for each in statements]
        self._line.send_query(b";".join(told))
        answers = self._answers()[begins:]
        return [each.rows(answer) for each, answer in zip(statements, answers, strict=True)]

    def _is_to_begin(self) -> bool:
        return not self.held.autocommit and self._line.transaction_status == TransactionStatus.IDLE

    def _begin(self) -> None:
        if self._is_to_begin():
            self._told(b"BEGIN")

    def _asked(self, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        self._begin()
        values = self._dumping.dump_sequence(parameters, ANY * len(parameters))
        kinds, forms = self._dumping.types, self._dumping.formats
        statement = self._known.get((sql, kinds)) or self._prepared(sql, kinds)
        if self._signalled:
            self._line.send_query_prepared(statement.name, values, forms)
            return statement.rows(self._answer())
        return statement.rows(self._done(self._line.exec_prepared(statement.name, values, forms)))

    def _prepared(self, sql: str, kinds: tuple[int, ...] | None) -> Statement:
        if len(self._known) >= MOST:
            self._let_go()
        made = Statement(b"havre_%d" % next(self._names), self._cursor)
        self._line.send_prepare(made.name, numbered(sql).encode(), kinds)
        self._answer()
        self._known[sql, kinds] = made
        return made

    def _let_go(self) -> None:
        self._told(b"DEALLOCATE ALL")
        self._known.clear()

    def _told(self, command: bytes) -> None:
        if self._signalled:
            self._line.send_query(command)
            self._answer()
        else:
            self._done(self._line.exec_(command))

    def _done(self, result: Any) -> Any:
        if result.status in DONE:
            return result
        if self._line.status != ConnStatus.OK:  # libpq's own words: no server says what went wrong
            raise OperationalError(result.error_message.decode(errors="replace").strip())
        raise error_from_result(result, encoding="utf-8")

    def _answer(self) -> Any:
        return self._answers()[-1]

    def _answers(self) -> list[Any]:
        results = self.held.wait(execute(self._line))
        if results[-1].status not in DONE:  # whatever follows an error is not answered
            raise error_from_result(results[-1], encoding="utf-8")
        return list(results)
