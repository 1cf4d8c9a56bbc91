"""What an estimate lets one say: the three verdicts that every finding carries."""

from typing import Literal, get_args

Verdict = Literal["supported", "not distinguishable from chance", "too little data"]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
