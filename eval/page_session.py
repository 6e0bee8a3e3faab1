"""One session of the page, as a browser has it: Streamlit's own protocol over a WebSocket, without the drawing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from eval.errors import EvalError

if TYPE_CHECKING:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.sync.client import ClientConnection

LONGEST_S = 300.0  # the first page waits for the models
_SENTENCE, _QUESTION = 'class="pd-sentence"', 'class="pd-question"'
_ALERT = re.compile(r'<div class="pd-callout pd-(?:error|warning)"[^>]*>(.*?)</div>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked on the page; milliseconds. ``first`` is None where no sentence was shown."""

    conversation_id: str | None
    first: float | None
    ended: float


class PageSession:
    """A tab that is open on a page: what redraws itself there is asked for again and again, as a browser would.

    :param cookie: of somebody who has signed in, as a browser sends it.

    ``exceptions`` counts those that a script showed.
    """

    def __init__(self, port: int, cookie: str = "") -> None:
        self._cookie = cookie
        self._url = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._socket: ClientConnection | None = None
        self._redrawn: dict[str, float] = {}  # fragment: seconds between
        self._due: dict[str, float] = {}
        self._composer = ""
        self._is_written_to = False  # an answer is being written: the field for questions is shut meanwhile
        self._address = ""
        self._sentences = 0
        self._question = ""  # the last one on the page, as HTML
        self._begun = False  # the drawing of the whole page, since it was asked for
        self._callouts: list[str] = []
        self._standing: frozenset[str] = frozenset()  # those that the page opened with
        self.exceptions = 0

    @property
    def conversation_id(self) -> str | None:
        """The conversation in the address."""
        return next(iter(parse_qs(self._address).get("c", ())), None)

    @property
    def alerts(self) -> list[str]:
        """The warnings and errors on the page that came up since it was opened."""
        return [each for each in self._callouts if each not in self._standing]

    def open(self, address: str, longest_s: float = LONGEST_S) -> float:
        """Open a page, by what stands behind the question mark of its address; milliseconds until it is drawn.

        :raises EvalError: it is not drawn within ``longest_s``.
        :raises OSError: the server is not there, or goes away meanwhile.
        """
        self._address = address
        begun = time.perf_counter()
        self._send()
        self._until_drawn(begun + longest_s)
        self._standing = frozenset(self._callouts)
        return (time.perf_counter() - begun) * 1000

    def ask(self, question: str, longest_s: float = LONGEST_S) -> Asked:
        """Ask in the conversation that is open, or begin one, and read along until the answer has ended.

        :raises EvalError: it has not within ``longest_s``, or nobody may ask on this page.
        :raises OSError: the server is not there, or goes away meanwhile; :meth:`follow` goes on.
        """
        if not self._composer:
            raise EvalError(f"the page {self._address or '/'} has no field for a question")
        self._standing &= frozenset(self._callouts)
        before, begun = self._sentences, time.perf_counter()
        self._send(question)
        return self._read_along(before, question, begun, longest_s)

    def follow(self, longest_s: float = LONGEST_S) -> Asked:
        """Load the page anew, and read along as far as an answer is still being written; raises as :meth:`ask`."""
        begun = time.perf_counter()
        self.close()
        self._send()
        return self._read_along(0, "", begun, longest_s)

    def stay(self, seconds: float) -> None:
        """Look at the page for so long, which redraws itself meanwhile.

        :raises OSError: the server went away.
        """
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self._next(end)

    def close(self) -> None:
        """Close the tab; it opens again with the next page."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
        self._socket = None
        self._redrawn.clear()
        self._due.clear()

    def _read_along(self, sentences_before: int, question: str, begun: float, longest_s: float) -> Asked:
        """Until the page shows the question and no answer in the making, or an alert; it may be drawn before that."""
        first: float | None = None
        while True:
            message = self._next(begun + longest_s)
            now = time.perf_counter()
            if message is None and now - begun >= longest_s:
                raise EvalError(f"an answer had not ended within {longest_s:g} s")
            if first is None and self._sentences > sentences_before:
                first = (now - begun) * 1000
            is_taken = escape(question.strip()) in self._question or bool(self.alerts)
            if message is not None and self._is_drawn(message) and is_taken and not self._is_written_to:
                return Asked(self.conversation_id, first, (now - begun) * 1000)

    def _until_drawn(self, end: float) -> None:
        while True:
            message = self._next(end)
            if message is not None and self._is_drawn(message):
                return
            if message is None and time.perf_counter() >= end:
                raise EvalError(f"the page {self._address or '/'} was not drawn in time")

    def _next(self, end: float) -> ForwardMsg | None:
        """The next message before ``end``, None where none comes; what is due is asked for meanwhile."""
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        now = time.perf_counter()
        for fragment, due in list(self._due.items()):
            if due <= now:
                self._due[fragment] = now + self._redrawn[fragment]
                self._send(fragment=fragment)
        waiting = max(0.0, min([end, *self._due.values()]) - time.perf_counter())
        with _said_plainly():
            connection = self._connected()
            try:
                got = connection.recv(timeout=waiting)
            except TimeoutError:
                return None
        message: ForwardMsg = ForwardMsg.FromString(got if isinstance(got, bytes) else got.encode())
        self._read(message)
        return message

    def _read(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self._begun = True
            self._redrawn.clear()  # the whole page is drawn anew
            self._due.clear()
            self._callouts = []
            self._sentences, self._question = 0, ""
            self._is_written_to = False
        elif kind == "auto_rerun":
            fragment, interval = message.auto_rerun.fragment_id, message.auto_rerun.interval
            self._redrawn[fragment] = interval
            self._due.setdefault(fragment, time.perf_counter() + interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._redrawn.pop(fragment, None)
                self._due.pop(fragment, None)
        elif kind == "page_info_changed":
            self._address = message.page_info_changed.query_string.removeprefix("?")
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._read_element(message)

    def _read_element(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.exceptions += 1
        elif kind == "chat_input":
            self._composer = element.chat_input.id
            self._is_written_to = element.chat_input.disabled
        elif kind == "html":
            self._sentences += element.html.body.count(_SENTENCE)
            if _QUESTION in element.html.body:
                self._question = element.html.body
            self._callouts += _ALERT.findall(element.html.body)

    def _is_drawn(self, message: ForwardMsg) -> bool:
        """Whether the whole page, as it was asked for last, is there.

        A part that is due while the page is drawn is drawn after it, and then it is that one's end that is told.
        """
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        ends = ForwardMsg.ScriptFinishedStatus
        return (
            self._begun
            and message.WhichOneof("type") == "script_finished"
            and message.script_finished in (ends.FINISHED_SUCCESSFULLY, ends.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
        )

    def _send(self, question: str = "", fragment: str = "") -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        wanted = BackMsg()
        run = wanted.rerun_script
        run.query_string = self._address
        run.context_info.locale = "en-GB"
        run.context_info.timezone = "UTC"
        if not fragment:
            self._begun = False
        else:
            run.fragment_id = fragment
            run.is_auto_rerun = True
        if question:
            composer = run.widget_states.widgets.add()
            composer.id = self._composer
            composer.chat_input_value.data = question
        with _said_plainly():
            self._connected().send(wanted.SerializeToString())

    def _connected(self) -> ClientConnection:
        from websockets.sync.client import connect
        from websockets.typing import Subprotocol

        if self._socket is None:
            subprotocols = [Subprotocol("streamlit")]
            self._socket = connect(
                self._url,
                subprotocols=subprotocols,
                additional_headers={"Cookie": self._cookie} if self._cookie else None,
                max_size=None,
                proxy=None,
            )
        return self._socket


@contextmanager
def _said_plainly() -> Iterator[None]:
    """A connection that cannot be made, or breaks, is a ``ConnectionError`` however the library calls it."""
    from websockets.exceptions import WebSocketException

    try:
        yield
    except (WebSocketException, TimeoutError) as error:
        raise ConnectionError(f"the page's server is gone: {error}") from error
