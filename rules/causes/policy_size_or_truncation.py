"""A policy was too large to be saved, so what it should allow was never in force."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="policy-size-or-truncation",
    when=(finding("reported_code", code="policy_limit"),),
    supersedes=("throttling-quota-403",),
    told_by=(Symptom.POLICY_TOO_LARGE,),
)
