"""Heeds what people command a running desk: each command becomes facts once for ever, and the halt file a halt.

A command's id is claimed by the entry that takes it over, in the transaction of what it changes, so a desk that is
killed between reading and recording reads it again, and one that is killed after does not (S2.36, C28).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.control import CommandTaken, Halted, HaltSource, LeaderCutOff, Resumed
from copydesk.flow.portfolio.obeying import obeyed

if TYPE_CHECKING:
    from copydesk.domain.control import Command
    from copydesk.domain.ids import EventId
    from copydesk.flow.desk import Desk
    from copydesk.flow.pipeline import Pipeline

_GONE = "the halt file is gone"


class Heeding:
    """What a pipeline has heeded. Looking costs two looks at files while there is nothing new."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._given: list[Command] = []
        self._words: str | None = None
        self._is_new = True

    def has_news(self) -> bool:
        """Look, without recording anything: whether `heed` would."""
        control = self._pipeline.plugs.control
        self._given += control.commands()
        words = control.halt_words()
        if words != self._words:
            self._words, self._is_new = words, True
        return self._is_new or bool(self._given)

    def heed(self) -> None:
        """Look, and record what is new, as of the pipeline's `now`."""
        if not self.has_news():
            return
        given, self._given, self._is_new = self._given, [], False
        for command in given:
            if not self._is_known(command):
                self._obey(command)
        for desk in self._pipeline.desks.values():
            self._follow_file(desk, self._words)

    def welcome(self, desk: Desk) -> None:
        """An account that is new stands under what the operator said to all before."""
        begun = [each for each in self._pipeline.desks.values() if each is not desk and each.sealer.seq]
        for controls in [each.portfolio.controls for each in begun][:1]:
            facts: list[Halted | LeaderCutOff] = [*controls.halts.values(), *controls.cut_off.values()]
            for fact in facts:
                if fact.source is HaltSource.OPERATOR:
                    self._pipeline.note(desk, fact)
        self._is_new = True

    def _is_known(self, command: Command) -> bool:
        return bool(self._pipeline.plugs.store.claimed((command.id,), self._pipeline.position))

    def _obey(self, command: Command) -> None:
        """Let every account that is meant obey; the first entry claims the command for all."""
        desks = self._pipeline.desks
        meant = [desk for account, desk in desks.items() if command.account in {None, account}]
        claims: tuple[EventId, ...] = (command.id,)
        for desk in meant:
            for fact in obeyed(command, desk.portfolio.controls, self._pipeline.now):
                self._pipeline.note(desk, fact, claims)
                claims = ()
        if not meant:
            nobody = CommandTaken(command=command, left=f"this desk has no account {command.account}")
            self._pipeline.note(next(iter(desks.values())), nobody, claims)

    def _follow_file(self, desk: Desk, words: str | None) -> None:
        """Halt while the file is there, and lift that halt alone when it is gone (S2.37)."""
        standing = desk.portfolio.controls.halts.get(HaltSource.FILE)
        if words is None and standing is not None:
            self._pipeline.note(desk, Resumed(source=HaltSource.FILE, words=_GONE))
        elif words is not None and (standing is None or standing.words != words):
            since = standing.since if standing else self._pipeline.now
            self._pipeline.note(desk, Halted(source=HaltSource.FILE, since=since, words=words))
