"""Whether an answer to a golden question is right, in every respect that can be told without a person."""

from __future__ import annotations

from app.answers import Answer
from eval.routing.pair import holds
from eval.runs.answering import figures_stand
from eval.suites.golden import GoldenQuestion, GoldenResult


def is_right(golden: GoldenQuestion, answer: Answer) -> bool:
    """Answered where there is an answer, from the right document and the passage that says it, and abstained elsewhere.

    Every figure that is shown stands in a passage cited for it. Where the answer stands in several passages, or the set
    quotes none, any passage of the right document will do.
    """
    if not golden.answerable:
        return answer.action != "answer"
    if not GoldenResult(golden, answer).cited_right:
        return False
    shown = [sentence for sentence in answer.sentences if sentence.supported]
    if not all(figures_stand(sentence, answer) for sentence in shown):
        return False
    cited = [f"{' '.join(each.heading)}\n{each.passage or each.quote}" for each in answer.citations]
    return not golden.quote or any(holds(text, golden.quote) for text in cited)
