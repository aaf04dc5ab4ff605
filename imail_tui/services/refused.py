"""What a service does not do, and why."""

from imail_tui.model.problem import Problem


class Refused(Exception):
    """Nothing was changed; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem
