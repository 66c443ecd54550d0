"""The machine image is private, and its owner has not shared it with the account of the caller."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="image-not-shared",
    when=(finding("symptom", of=Symptom.IMAGE_NOT_SHARED),),
)
