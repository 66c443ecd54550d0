"""Lake Formation has not granted the permission that the request needs besides IAM's."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="lakeformation-missing-grant",
    when=(finding("data_lake_refuses"),),
    candidates=("add_lake_formation_grant",),
    told_by=(Symptom.DATA_LAKE,),
)
