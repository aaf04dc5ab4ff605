import pickle
import traceback

import pytest

from imail_tui.model.secret import Secret

KEY = "imk_live_01HZ8KABCDEFGHJKMNPQRSTVWX"


def test_no_textual_form_shows_the_key() -> None:
    secret = Secret(KEY)
    forms = [repr(secret), str(secret), f"{secret}", f"{secret!r:>40}", repr([secret]), repr({"key": secret})]
    assert all(KEY[9:-4] not in form for form in forms)
    assert repr(secret) == "imk_…" + KEY[-4:]


def test_a_short_key_shows_nothing() -> None:
    assert repr(Secret("imk_x1234")) == "imk_…"


def test_a_traceback_with_the_secret_in_its_message_is_clean() -> None:
    try:
        raise ValueError(Secret(KEY))
    except ValueError:
        assert KEY not in traceback.format_exc()


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(KEY))
