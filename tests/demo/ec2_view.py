"""What EC2 holds, seen with boto3 and shown as the AWS CLI shows it."""

import json
import os

FIELDS = (
    "GroupName",
    "GroupId",
    "Description",
    "VpcId",
    "OwnerId",
    "SecurityGroupArn",
    "Tags",
    "IpPermissions",
    "IpPermissionsEgress",
)


def client(endpoint, region):
    # boto3 would take settings and credentials of the person who runs the demo.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    # It takes long to load, so only when it is needed.
    import boto3

    return boto3.client(
        "ec2",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="demo",
        aws_secret_access_key="demo",
    )


def groups(endpoint, region, ids):
    """The groups with these ids, by name."""
    found = client(endpoint, region).describe_security_groups(GroupIds=list(ids))
    return sorted(found["SecurityGroups"], key=lambda group: group["GroupName"])


def own_groups(endpoint, region):
    """The names of all groups that no VPC brought with it."""
    found = client(endpoint, region).describe_security_groups()["SecurityGroups"]
    return [group["GroupName"] for group in found if group["GroupName"] != "default"]


def shown(found):
    """As the CLI's JSON, but with one rule to a line and without empty lists in a rule."""
    shown_groups = [_group(group) for group in found]
    return '{\n  "SecurityGroups": [\n' + ",\n".join(shown_groups) + "\n  ]\n}"


def _group(group):
    lines = [f"      {json.dumps(name)}: {_value(group[name])}" for name in FIELDS]
    return "    {\n" + ",\n".join(lines) + "\n    }"


def _value(value):
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    items = [json.dumps(_without_empty_lists(item)) for item in value]
    return "[\n        " + ",\n        ".join(items) + "\n      ]"


def _without_empty_lists(item):
    return {name: value for name, value in item.items() if value != []}
