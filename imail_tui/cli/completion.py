"""`imail-tui completion`: scripts that complete commands and options in a shell."""

from typing import Final, Literal

from imail_tui.cli.exits import Exit

_ZSH_CALL: Final = """
if [[ $funcstack[1] == _imail-tui ]]; then
  _cyclopts_imail-tui "$@"
else
  compdef _cyclopts_imail-tui imail-tui
fi
"""
"""The script only defines its function: as a file of `fpath` it has to call it, sourced to announce it."""


def completion(shell: Literal["bash", "zsh", "fish"], /) -> int:
    """Print a script that completes commands, options and their choices. It starts no program while you type.

    For example:
      imail-tui completion bash > ~/.local/share/bash-completion/completions/imail-tui
      imail-tui completion zsh > "${fpath[1]}/_imail-tui"
      imail-tui completion fish > ~/.config/fish/completions/imail-tui.fish

    Parameters
    ----------
    shell
        For which shell.
    """
    from imail_tui.cli.root import app

    print(app.generate_completion(shell=shell), end=_ZSH_CALL if shell == "zsh" else "")
    return Exit.OK
