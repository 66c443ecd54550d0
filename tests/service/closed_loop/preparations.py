"""How the world is before a call is denied: who the caller is, and what it may do."""

from collections.abc import Callable

from tests.service.closed_loop.world import World, allow, deny, policy

Q3, Q4 = "2026/q3.csv", "2026/q4.csv"


def with_objects(prepare: Callable[[World], None], document: Callable[[World], dict] | None = None) -> Callable:
    def both(world: World) -> None:
        world.add_bucket(Q3, Q4, document=document(world) if document is not None else None)
        prepare(world)

    return both


def reads(world: World, resource: str = "*") -> dict:
    return policy(allow("s3:GetObject", f"{world.bucket_arn}/{resource}"))


def add_tables(world: World) -> None:
    for stem in ("orders", "customers"):
        world.admin("dynamodb").create_table(
            TableName=world.name(stem),
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )


def add_queues(world: World) -> None:
    for stem in ("jobs", "mails"):
        world.admin("sqs").create_queue(QueueName=world.name(stem))


def a_user_without_policies(world: World) -> None:
    world.become_user()


def a_user_whose_group_names_the_wrong_bucket(world: World) -> None:
    world.become_user()
    world.join_group(policy(allow("s3:GetObject", f"arn:aws:s3:::{world.bucket}-old/*")))


def a_group_that_denies(world: World) -> None:
    world.become_user(reads(world))
    world.add_colleague(reads(world))
    world.join_group(policy(deny("s3:GetObject", f"{world.bucket_arn}/2026/*")), stems=("ana", "bob"))


def a_session_whose_role_may_not_send(world: World) -> None:
    add_queues(world)
    world.become_session(policy(allow("sqs:ReceiveMessage", world.regional("sqs", world.name("jobs")))))


def a_user_who_is_denied_all_of_a_year(world: World) -> None:
    kept = deny(["s3:GetObject", "s3:DeleteObject"], f"{world.bucket_arn}/2026/*", Sid="KeepThisYear")
    world.become_user(policy(allow(["s3:GetObject", "s3:DeleteObject"], f"{world.bucket_arn}/*")), policy(kept))


def a_managed_policy_that_denies(world: World) -> None:
    world.become_user(policy(allow("s3:*", f"{world.bucket_arn}/*")))
    world.attach("guardrail", policy(deny(["s3:GetObject", "s3:PutObject"], f"{world.bucket_arn}/2026/*", Sid="Guard")))


def a_user_who_may_read_the_bucket_instead_of_its_objects(world: World) -> None:
    world.become_user(policy(allow("s3:GetObject", world.bucket_arn)))


def a_user_who_may_do_what_the_api_is_called(world: World) -> None:
    world.become_user(policy(allow("s3:ListObjectsV2", world.bucket_arn)))


def a_user_whose_policy_lacks_an_action(world: World) -> None:
    add_tables(world)
    table = world.regional("dynamodb", f"table/{world.name('orders')}")
    world.become_user(policy(allow(["dynamodb:GetItem", "dynamodb:Query"], table)))


def a_user_whose_condition_has_a_wildcard_that_does_not_work(world: World) -> None:
    condition = {"StringEquals": {"s3:prefix": "2026/*"}}
    world.become_user(policy(allow("s3:ListBucket", world.bucket_arn, Condition=condition)))


def a_user_with_a_boundary(world: World) -> None:
    world.become_user(reads(world), boundary=policy(allow("sqs:*")))


def a_boundary_that_denies(world: World) -> None:
    kept = deny(["s3:GetObject", "s3:DeleteObject"], f"{world.bucket_arn}/2026/*", Sid="NotThisYear")
    world.become_user(policy(allow("s3:*", f"{world.bucket_arn}/*")), boundary=policy(allow("*"), kept))


SESSION_POLICY = policy(allow("s3:ListBucket", "*"))


def a_session_limited_by_its_policy(world: World) -> None:
    world.become_session(reads(world), session_policy=SESSION_POLICY)


def denying_bucket_policy(world: World) -> dict:
    return policy(deny("s3:GetObject", f"{world.bucket_arn}/2026/*", Principal="*", Sid="KeepThisYear"))


def two_users_who_may_read(world: World) -> None:
    world.become_user(reads(world))
    world.add_colleague(reads(world))


def a_role_that_trusts_somebody_else(world: World) -> None:
    world.become_user(policy(allow("sts:AssumeRole")))
    other = {"AWS": f"{world.user_arn}-other"}
    for stem in ("audit", "billing"):
        world.add_role(stem, policy({"Effect": "Allow", "Principal": other, "Action": "sts:AssumeRole"}))


def a_role_that_wants_an_external_id(world: World) -> None:
    world.become_user(policy(allow("sts:AssumeRole")))
    for stem in ("audit", "billing"):
        trusted = {"Effect": "Allow", "Principal": {"AWS": world.user_arn}, "Action": "sts:AssumeRole"}
        condition = {"StringEquals": {"sts:ExternalId": f"partner-{stem}"}}
        world.add_role(stem, policy({**trusted, "Condition": condition}))


def a_caller_who_may_not_assume(world: World) -> None:
    world.become_user(policy(allow("s3:ListAllMyBuckets")))
    account = {"AWS": world.user_arn.split(":")[4]}
    for stem in ("audit", "billing"):
        world.add_role(stem, policy({"Effect": "Allow", "Principal": account, "Action": "sts:AssumeRole"}))


def a_user_who_may_read_another_secret(world: World) -> None:
    secrets = world.admin("secretsmanager")
    for stem in ("database", "mailer"):
        secrets.create_secret(Name=world.name(stem), SecretString="made up")
    world.become_user(policy(allow("secretsmanager:DescribeSecret")))
