"""The key is disabled, pending deletion or otherwise unusable."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="kms-key-unusable",
    when=(finding("key_is_unusable"),),
    supersedes=("eventual-consistency",),
    told_by=(Symptom.KEY_NOT_ACCESSIBLE,),
)
