"""`imail-tui completion`: scripts that complete commands and options in a shell."""

from typing import Literal

from imail_tui.cli.exits import Exit


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

    print(app.generate_completion(shell=shell), end="")
    return Exit.OK
