"""How to make a change: AWS CLI commands, Terraform, steps in the console."""

from __future__ import annotations

from rules.remedy.change import Change, Instructions
from rules.remedy.render.cli import cli_for
from rules.remedy.render.console import console_for
from rules.remedy.render.subject import subject_of
from rules.remedy.render.terraform import terraform_for
from rules.remedy.situation import Case


def instructions_for(change: Change, before: Case, after: Case) -> Instructions:
    """The instructions for one change of a fix; `after` is the case with all its changes made.

    Two changes of one document show it as both leave it: what is stored is what was verified.
    """
    subject = subject_of(change, before, after)
    return Instructions(cli=cli_for(subject), terraform=terraform_for(subject), console=console_for(subject))
