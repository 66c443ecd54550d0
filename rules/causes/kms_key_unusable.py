"""The key is disabled, pending deletion or otherwise unusable."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="kms-key-unusable",
    when=(finding("key_is_unusable"),),
    supersedes=("eventual-consistency",),
)
