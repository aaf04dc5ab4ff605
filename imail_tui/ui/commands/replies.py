"""Commands of the replies: one key for each label."""

from imail_tui.domain.labels import LABELS
from imail_tui.domain.operations import CHANGE_REPLY, SUPPRESS
from imail_tui.model.replies import Reply
from imail_tui.ui.commands.command import Command, CommandGroup, Subject, needs_record


def _is_labelled(subject: Subject) -> str | None:
    if isinstance(subject.record, Reply) and subject.record.classification is None:
        return "the reply has no label"
    return needs_record(subject)


COMMANDS = CommandGroup(
    "replies",
    "Replies",
    (
        Command(
            "replies.label",
            "Label…",
            "Choose what the reply means from a list.",
            "l",
            "choose_label",
            needs_record,
            hint="label",
            needs=(CHANGE_REPLY,),
        ),
        *(
            Command(
                f"replies.label-{label.label.replace('_', '-')}",
                f"Label: {label.word}",
                f"Say that the reply means {label.word}.",
                label.key,
                f"label('{label.label}')",
                needs_record,
                needs=(CHANGE_REPLY, SUPPRESS) if label.asks_first else (CHANGE_REPLY,),
            )
            for label in LABELS.values()
        ),
        Command(
            "replies.unlabel",
            "Take the label away",
            "Make the reply unclassified again.",
            "U",
            "unlabel",
            _is_labelled,
            needs=(CHANGE_REPLY,),
        ),
    ),
)
