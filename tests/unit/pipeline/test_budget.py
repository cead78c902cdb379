from __future__ import annotations

import pytest

from service.pipeline.budget import SHARE_OF, DeadLetterBudget


def first_spent(budget: DeadLetterBudget, outcomes: str) -> int | None:
    """Return at which of the outcomes (x: a dead letter) the budget is spent."""
    return next((at for at, outcome in enumerate(outcomes, start=1) if budget.count(dead=outcome == "x")), None)


@pytest.mark.parametrize(
    ("run", "outcomes", "spent"),
    [(3, "xxx", None), (3, "xxxx", 4), (3, "xxx.xxx.", None), (3, "..xx.xxxx", 9), (0, "x" * 500, None)],
)
def test_a_run_of_dead_letters_spends_the_budget(run: int, outcomes: str, spent: int | None) -> None:
    assert first_spent(DeadLetterBudget(run=run, share=1), outcomes) == spent


@pytest.mark.parametrize(
    ("share", "outcomes", "spent"),
    [
        (1, "x" * 5000, None),
        (0.5, "x" * (SHARE_OF - 1), None),
        (0.5, "x" * SHARE_OF, SHARE_OF),
        (0.5, "x." * SHARE_OF, None),
        (0.5, "." * SHARE_OF + "x" * 501, SHARE_OF + 501),
        (0, "." * (3 * SHARE_OF), None),
        (0, "." * SHARE_OF + "x", SHARE_OF + 1),
    ],
)
def test_a_share_of_dead_letters_spends_the_budget(share: float, outcomes: str, spent: int | None) -> None:
    assert first_spent(DeadLetterBudget(run=0, share=share), outcomes) == spent


def test_why_it_is_spent_is_said_with_the_figures() -> None:
    budget = DeadLetterBudget(run=1, share=1)
    budget.count(dead=True)

    assert budget.count(dead=True) == "more than 1 dead letters in a row"
