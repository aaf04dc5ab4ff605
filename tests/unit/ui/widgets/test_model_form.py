from textual.app import App, ComposeResult
from textual.widgets import Input

from imail_tui.model.new_inbox import NewSmtpInbox
from imail_tui.ui.widgets.model_form import ModelForm, form_fields, nested
from imail_tui.ui.widgets.safe_static import SafeStatic


class FormApp(App[None]):
    """A form alone."""

    def compose(self) -> ComposeResult:
        yield ModelForm(NewSmtpInbox)


def faults(app: FormApp) -> list[str]:
    return [line.text for line in app.query(".fault").results(SafeStatic)]


def test_fields_of_inner_models_follow_their_name_and_passwords_are_hidden() -> None:
    fields = {field.name: field for field in form_fields(NewSmtpInbox)}
    assert list(fields)[:3] == ["email", "daily_limit", "smtp.host"]
    assert fields["imap.password"].secret
    assert fields["smtp.security"].choices == ("tls", "starttls")
    assert fields["daily_limit"].first == "50"


def test_blank_values_are_left_out() -> None:
    assert nested({"a.b": "1", "a.c": " ", "d": "2"}) == {"a": {"b": "1"}, "d": "2"}


async def test_every_line_that_is_wrong_says_so_and_the_first_gets_the_keys() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        form = app.query_one(ModelForm)
        lines = list(app.query(Input))
        lines[0].value, lines[3].value = "a@b.example", "99999"
        assert form.read() is None
        await pilot.pause()
        assert faults(app)[0] == ""
        assert faults(app)[2] == "! is needed"
        assert "65535" in faults(app)[3]
        assert lines[2].has_focus


async def test_a_servers_fault_stands_at_its_field_and_is_never_markup() -> None:
    app = FormApp()
    async with app.run_test():
        form = app.query_one(ModelForm)
        assert form.show_faults({"smtp": "[bold]no[/]\x1b[2J"})
        assert "[bold]no[/]" in faults(app)[2]
        assert "\x1b" not in faults(app)[2]
        assert not form.show_faults({"": "the whole"})
