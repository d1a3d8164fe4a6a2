"""`cs.lessons`: exercises that check an answer, lead by hints, and explain the usual mistakes.

>>> from cartsim.teaching import lessons
>>> lessons.check("units-2", "87.5 hours").right
True

A notebook asks ``cs.lessons.check("relapse-3", answer)``; ``cartsim key FOLDER`` writes the answers and the
rubric for the teacher.
"""

from __future__ import annotations

from .answer_key import key, rubric
from .asked import hint, question
from .exercise import Exercise, Mistake
from .index import TOPICS, names
from .judge import check
from .verdict import Verdict

__all__ = ["TOPICS", "Exercise", "Mistake", "Verdict", "check", "hint", "key", "names", "question", "rubric"]
