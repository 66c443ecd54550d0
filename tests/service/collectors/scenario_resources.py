"""One resource with a policy, and one without where that is another case, of the services that moto knows."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from tests.service.collectors.policies import APP_TRUST, CALLER, OWNER, REGION, allow, granting, policy

Client = Callable[[str], Any]


def put_resources(client: Client) -> dict[str, str]:
    """Put them into an account whose clients are given; their ARNs by kind and name."""
    return {**_put_receivers(client), **_put_stores(client), **_put_code(client)}


def _put_receivers(client: Client) -> dict[str, str]:
    arns = {}
    sqs = client("sqs")
    sqs.create_queue(QueueName="jobs", Attributes={"Policy": json.dumps(granting("sqs:SendMessage"))})
    sqs.create_queue(QueueName="bare")
    for name in ("jobs", "bare"):
        arns[f"queue {name}"] = f"arn:aws:sqs:{REGION}:{OWNER}:{name}"
    sns = client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(granting("sns:Publish", topic))
    )
    return arns | {"topic news": topic} | _put_streams(client)


def _put_stores(client: Client) -> dict[str, str]:
    arns = {}
    secrets = client("secretsmanager")
    for name in ("database", "bare"):
        arns[f"secret {name}"] = secrets.create_secret(Name=name, SecretString="made up")["ARN"]
    secrets.put_resource_policy(
        SecretId="database", ResourcePolicy=json.dumps(granting("secretsmanager:GetSecretValue"))
    )
    ecr = client("ecr")
    for name in ("team/app", "bare"):
        ecr.create_repository(repositoryName=name)
        arns[f"repository {name}"] = f"arn:aws:ecr:{REGION}:{OWNER}:repository/{name}"
    ecr.set_repository_policy(repositoryName="team/app", policyText=json.dumps(granting("ecr:BatchGetImage")))
    dynamodb = client("dynamodb")
    for name in ("orders", "bare"):
        arns[f"table {name}"] = dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )["TableDescription"]["TableArn"]
    dynamodb.put_resource_policy(ResourceArn=arns["table orders"], Policy=json.dumps(granting("dynamodb:GetItem")))
    return arns


def _put_streams(client: Client) -> dict[str, str]:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    stream = f"arn:aws:kinesis:{REGION}:{OWNER}:stream/clicks"
    kinesis.put_resource_policy(ResourceARN=stream, Policy=json.dumps(granting("kinesis:PutRecord", stream)))
    events = client("events")
    events.create_event_bus(Name="orders")
    events.put_permission(EventBusName="orders", Policy=json.dumps(granting("events:PutEvents")))
    glue = client("glue")
    glue.put_resource_policy(PolicyInJson=json.dumps(granting("glue:GetTable")))
    logs = client("logs")
    for number in ("1", "2"):
        document = policy(allow("logs:PutLogEvents", Principal={"Service": "es.amazonaws.com"}, Sid=f"S{number}"))
        logs.put_resource_policy(policyName=f"logs-{number}", policyDocument=json.dumps(document))
    api = client("apigateway").create_rest_api(
        name="orders", policy=json.dumps(granting("execute-api:Invoke", "execute-api:/*"))
    )["id"]
    efs = client("efs")
    system = efs.create_file_system(CreationToken="home")["FileSystemId"]
    efs.put_file_system_policy(FileSystemId=system, Policy=json.dumps(granting("elasticfilesystem:ClientMount")))
    return {
        "stream clicks": stream,
        "bus orders": f"arn:aws:events:{REGION}:{OWNER}:event-bus/orders",
        "catalog": f"arn:aws:glue:{REGION}:{OWNER}:catalog",
        "log group": f"arn:aws:logs:{REGION}:{OWNER}:log-group:/aws/opensearch",
        "api orders": f"arn:aws:execute-api:{REGION}:{OWNER}:{api}/prod/GET/orders",
        "file system": f"arn:aws:elasticfilesystem:{REGION}:{OWNER}:file-system/{system}",
    }


def _put_code(client: Client) -> dict[str, str]:
    role = client("iam").create_role(RoleName="report", AssumeRolePolicyDocument=json.dumps(APP_TRUST))["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handle(event, context):\n    return event\n")
    functions = client("lambda")
    for name in ("report", "bare"):
        functions.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=role,
            Handler="main.handle",
            Code={"ZipFile": code.getvalue()},
        )
    functions.add_permission(
        FunctionName="report", StatementId="Caller", Action="lambda:InvokeFunction", Principal=CALLER
    )
    return {f"function {name}": f"arn:aws:lambda:{REGION}:{OWNER}:function:{name}" for name in ("report", "bare")}
