"""Editing the sequence: the commands that add, move, lead and take out."""

from collections.abc import Callable, Sequence
from typing import Final

from textual import work

from imail_tui.domain.sequence import edits
from imail_tui.domain.sequence.violations import Raw, is_object
from imail_tui.domain.sequence.ways import RawStep, Slot, id_of
from imail_tui.domain.shown import plural
from imail_tui.ui.screens.builder.adding import KINDS, even_weights, new_branch, new_step, new_wording
from imail_tui.ui.screens.builder.condition_pane import ConditionPane
from imail_tui.ui.screens.builder.context import way_at
from imail_tui.ui.screens.builder.going import Going
from imail_tui.ui.screens.builder.mail_pane import MailPane

_MOST_WORDINGS: Final = 5


class Editing(Going):
    """The commands that change the sequence."""

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_ask_add(self) -> None:
        """Ask for the kind of a step to come after the cursor."""
        kind = await self._asked_kind("Add which step?")
        if kind is not None:
            self.action_add(kind)

    def action_add(self, kind: str) -> None:
        """A step after the cursor. No worker: what is typed next belongs into its form."""
        place, step = self.graph.place, self.here
        way = way_at(step, place[1]) if step is not None and place is not None else None
        if step is not None and way is None:
            self.say("Nothing can follow an end.")
            return
        mails = self._mails_after(step)
        self._add(lambda steps: edits.insert(steps, new_step(kind, mails), way))

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_insert(self) -> None:
        """A step before the cursor."""
        step = self.here
        kind = await self._asked_kind("Insert which step?")
        if kind and step is not None:
            mails = self.context(id_of(step)).mails
            self._add(lambda steps: edits.insert_before(steps, new_step(kind, mails), id_of(step)))

    def _mails_after(self, step: RawStep | None) -> tuple[str, ...]:
        """The mails behind a lead that has just passed a step, the latest first."""
        if step is None:
            return ()
        own = (id_of(step),) if step.get("type") == "email" else ()
        return (*own, *self.context(id_of(step)).mails)

    async def _asked_kind(self, title: str) -> str | None:
        from imail_tui.ui.dialogs.picker import PickerDialog

        return await self.app.push_screen_wait(PickerDialog(title, KINDS))

    def _add(self, edit: Callable[[Sequence[Raw]], list[RawStep]]) -> None:
        before = {id_of(step) for step in self.script.steps}
        if not self.change(edit):
            return
        fresh = next(id_of(step) for step in self.script.steps if id_of(step) not in before)
        self.graph.select((fresh, None))
        self.write_at("")

    def action_branch(self) -> None:
        """One more branch."""
        step = self.here
        assert step is not None
        count = len(_list(step.get("branches")))
        mails = self.context(id_of(step)).mails
        if self.change(lambda steps: edits.add_branch(steps, id_of(step), new_branch(mails))):
            self.graph.select((id_of(step), count))
            self.write_at(f"branches[{count}].when")

    def action_duplicate(self) -> None:
        """The step again."""
        step = self.here
        assert step is not None
        before = {id_of(each) for each in self.script.steps}
        if self.change(lambda steps: edits.duplicate(steps, id_of(step))):
            fresh = next(id_of(each) for each in self.script.steps if id_of(each) not in before)
            self.graph.select((fresh, None))

    def action_delete(self) -> None:
        """Without the step, or the branch."""
        place, count = self.graph.place, len(self.script.steps)
        assert place is not None
        step_id, slot = place
        if isinstance(slot, int):
            done = self.change(lambda steps: edits.delete_branch(steps, step_id, slot))
        elif count == 1:
            self.become({**self.script.campaign, "steps": []})
            done = True
        else:
            done = self.change(lambda steps: edits.delete(steps, step_id))
        if done:
            gone = count - len(self.script.steps)
            self.say(
                f"{plural(gone, 'step')} deleted; u undoes." if gone else "The branch is gone; u undoes."
            )

    def action_take(self) -> None:
        """Remember the step to move."""
        self._taken = id_of(self.here or {})
        self.say(f"{self._taken} is taken: go where it shall follow and press p; esc lets it be.")

    def action_put(self) -> None:
        """Move the taken step here."""
        taken, place, step = self._taken, self.graph.place, self.here
        assert taken is not None
        way = way_at(step, place[1]) if step is not None and place is not None else None
        if step is not None and way is None:
            self.say("Nothing can follow an end.")
        elif self.change(lambda steps: edits.move(steps, taken, way)):
            self._taken = None
            self.graph.select((taken, None))

    def action_order(self, by: int) -> None:
        """A branch tried earlier or later."""
        place = self.graph.place
        if place is None or not isinstance(place[1], int):
            self.say("The cursor is on no branch.")
            return
        step_id, number = place[0], place[1]
        if self.change(lambda steps: edits.move_branch(steps, step_id, number, by)):
            self.graph.select((step_id, number + by))

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_target(self) -> None:
        """Lead the way under the cursor elsewhere."""
        place, step = self.graph.place, self.here
        way = way_at(step, place[1]) if step is not None and place is not None else None
        if way is None:
            self.say("Nothing follows an end.")
            return
        others = [id_of(each) for each in self.script.steps if id_of(each) != way.step_id]
        label = "" if way.slot == "next" else f" ({_slot_words(way.slot)})"
        target = await self._asked_step(f"After {way.step_id}{label} comes …", others, end=True)
        if target is not None:
            self.change(lambda steps: edits.retarget(steps, way, target or None))

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_rename(self) -> None:
        """Another id."""
        from imail_tui.domain.sequence.steps import id_fault
        from imail_tui.ui.dialogs.prompt import PromptDialog

        step = self.here
        assert step is not None
        old = id_of(step)
        name = await self.app.push_screen_wait(PromptDialog(f"Call {old} what?", text=old, check=id_fault))
        if (
            name
            and name != old
            and self.change(lambda steps: edits.replace_step(steps, old, {**step, "id": name}))
        ):
            self.graph.select((name, None))

    def action_add_wording(self) -> None:
        """One more wording, the weights even."""
        step = self.here
        assert step is not None
        wordings = _list(step.get("variants"))
        if step.get("type") != "email":
            self.say("Only a mail has wordings.")
        elif len(wordings) >= _MOST_WORDINGS:
            self.say(f"A mail has at most {_MOST_WORDINGS} wordings beside its own.")
        else:
            weights = even_weights(len(wordings) + 2)
            added = [*wordings, new_wording(step, 0)]
            self._put_wordings(step, added, weights)
            self.write_at(f"variants[{len(wordings)}].subject")

    def action_drop_wording(self) -> None:
        """Without the wording on show."""
        step, pane = self.here, self.form.pane
        if step is None or not isinstance(pane, MailPane) or not pane.wording:
            self.say("The step's own wording is shown; ctrl+n shows the next one.")
            return
        wordings = _list(step.get("variants"))
        del wordings[pane.wording - 1]
        pane.wording = 0
        self._put_wordings(step, wordings, even_weights(len(wordings) + 1))

    def _put_wordings(self, step: RawStep, wordings: Sequence[Raw], weights: Sequence[int]) -> None:
        variants = [{**item, "weight": weight} for item, weight in zip(wordings, weights[1:], strict=True)]
        changed: RawStep = {**step, "weight": weights[0], "variants": variants}
        if not variants:
            changed = {key: value for key, value in changed.items() if key not in ("weight", "variants")}
        self.change(lambda steps: edits.replace_step(steps, id_of(step), changed))

    def action_next_wording(self) -> None:
        """The mail's next wording into the form."""
        pane = self.form.pane
        if isinstance(pane, MailPane) and pane.variants:
            pane.show_wording((pane.wording + 1) % (len(pane.variants) + 1))
        else:
            self.say("This step has one wording; v adds another one to a mail.")

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_ask(self) -> None:
        """Build a condition from choices and put it behind what is typed."""
        from imail_tui.ui.screens.builder.asking import ask_atom

        pane = self.form.pane
        field = pane.condition_field() if isinstance(pane, ConditionPane) else None
        if pane is None or field is None:
            self.say("This is no condition; c inserts one.")
            return
        atom = await ask_atom(self.app, pane.context)
        if atom is not None:
            joint = " or " if " or " in field.text else " and "
            field.input.value = (
                f"{field.text}{joint}{atom}" if field.text.strip() and not field.is_wrong else atom
            )
            self.write_at(field.place)


def _list(value: object) -> list[Raw]:
    return [item for item in value if is_object(item)] if isinstance(value, list) else []


def _slot_words(slot: Slot) -> str:
    return f"branch {slot + 1}" if isinstance(slot, int) else slot
