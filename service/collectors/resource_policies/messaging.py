"""Policies of what messages, events and logs are sent to: queues, topics, buses, destinations, identities (G.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.collectors.resource_policies.row import First, Row

_NOT_FOUND: Final = ("ResourceNotFoundException",)


def _is_of(holder: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    return holder.get("arn") == values["arn"]


ROWS: Final = (
    Row(
        service="sqs",
        resource=r"(?P<queue>[^/:]+)",
        call="sqs.GetQueueAttributes",
        first=First(
            "sqs.GetQueueUrl", {"QueueName": "{queue}", "QueueOwnerAWSAccountId": "{account}"}, "QueueUrl", "url"
        ),
        parameters={"QueueUrl": "{url}", "AttributeNames": ["Policy", "QueueArn"]},
        path="Attributes.Policy",
        name="queue-policy",
        proof="Attributes.QueueArn",
        missing=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
    ),
    Row(
        service="sns",
        resource=r"(?P<topic>[^:]+)(?::.+)?",
        call="sns.GetTopicAttributes",
        parameters={"TopicArn": "arn:{partition}:sns:{region}:{account}:{topic}"},
        path="Attributes.Policy",
        name="topic-policy",
        proof="Attributes.TopicArn",
        missing=("NotFound", "NotFoundException"),
    ),
    Row(
        service="events",
        resource=r"event-bus/(?P<bus>.+)",
        call="events.DescribeEventBus",
        parameters={"Name": "{bus}"},
        path="Policy",
        name="bus-policy",
        proof="Name",
        missing=_NOT_FOUND,
    ),
    Row(
        service="events",
        resource=r"rule/(?:(?P<bus>[^/]+)/)?[^/]+",
        call="events.DescribeEventBus",
        parameters={"Name": "{bus}"},
        path="Policy",
        name="bus-policy",
        proof="Name",
        missing=_NOT_FOUND,
    ),
    Row(
        service="events",
        resource=r"event-(?:busv2|sourcev2)/.+",
        call="eventbridgev2.GetResourcePolicy",
        parameters={"ResourceArn": "{arn}"},
        path="PolicyDocument",
        name="bus-policy",
        none=_NOT_FOUND,
    ),
    Row(
        service="logs",
        resource=r"log-group:(?P<group>[^:]+)(?::.*)?",
        call="logs.DescribeResourcePolicies",
        parameters={"policyScope": "ACCOUNT"},
        also={
            "policyScope": "RESOURCE",
            "resourceArn": "arn:{partition}:logs:{region}:{account}:log-group:{group}",
        },
        path="resourcePolicies[].policyDocument",
        proof="resourcePolicies",
        names="policyName",
        every_page=True,
    ),
    Row(
        service="logs",
        resource=r"destination:(?P<destination>.+)",
        call="logs.DescribeDestinations",
        parameters={"DestinationNamePrefix": "{destination}"},
        path="destinations[].accessPolicy",
        name="destination-policy",
        proof="destinations",
        keep=_is_of,
        every_page=True,
    ),
    Row(
        service="ses",
        resource=r"identity/(?P<identity>.+)",
        call="sesv2.GetEmailIdentityPolicies",
        parameters={"EmailIdentity": "{identity}"},
        path="Policies{}",
        proof="Policies",
        names="name",
        missing=("NotFoundException",),
    ),
    Row(
        service="lex",
        resource=r"bot(?:-alias)?/.+",
        call="lexv2-models.DescribeResourcePolicy",
        parameters={"resourceArn": "{arn}"},
        path="policy",
        none=_NOT_FOUND,
    ),
)
