"""What is measured side by side: each provider's words for the same groups."""

import dataclasses
import json

from emulator import REGION

# The program beside the provider, of which the size is measured.
COMMAND = "command curated"
OWN, AWS, AWS_RULES, NONE = "curated", "aws", "aws, rule resources", "no provider"
# Terraform's own resource once more, with all that a group's blocks hold.
NONE_BUT_BLOCKS = "no provider, same blocks"
# This provider's short form, and Terraform's own resource with the same lines of text.
OWN_SHORT, NONE_BUT_LINES = "curated, short form", "no provider, same lines"
WITHOUT_PROVIDER = (NONE, NONE_BUT_BLOCKS, NONE_BUT_LINES)
OURS = (OWN, OWN_SHORT)
SOURCES = {
    OWN: "curated/curated", OWN_SHORT: "curated/curated", AWS: "hashicorp/aws",
    AWS_RULES: "hashicorp/aws",
}

PROVIDER = """
terraform {{
  required_providers {{
    {label} = {{ source = "{source}" }}
  }}
}}
provider "{label}" {{
  region     = "{region}"
  access_key = "bench"
  secret_key = "bench"
  {more}
  endpoints {{
    ec2 = "{endpoint}"
    sts = "{endpoint}"
  }}
}}
"""
LOCALS = """
locals {{
  names = toset({names})
  ports = {ports}
  cidrs = {cidrs}
}}
"""
CURATED = """
resource "curated_security_group" "g" {
  for_each    = local.names
  name        = each.key
  description = "bench"
  dynamic "ingress" {
    for_each = local.ports
    content {
      protocol    = "tcp"
      from_port   = ingress.value
      cidr_blocks = local.cidrs
    }
  }
  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
LINES = """
    ingress_rules = {
      for port in local.ports : "tcp_${port}" => "tcp/${port} from ${join(", ", local.cidrs)}"
    }
    egress_rules = { all = "all to anywhere-ipv4" }
"""
CURATED_SHORT = (
    """
resource "curated_security_group" "g" {
  for_each    = local.names
  name        = each.key
  description = "bench"
"""
    + LINES
    + "}\n"
)
AWS_GROUP = """
resource "aws_security_group" "g" {
  for_each    = local.names
  name        = each.key
  description = "bench"
  dynamic "ingress" {
    for_each = local.ports
    content {
      protocol    = "tcp"
      from_port   = ingress.value
      to_port     = ingress.value
      cidr_blocks = local.cidrs
    }
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
AWS_RULE_RESOURCES = """
resource "aws_security_group" "g" {
  for_each    = local.names
  name        = each.key
  description = "bench"
}
resource "aws_vpc_security_group_ingress_rule" "r" {
  for_each = {
    for pair in setproduct(local.names, local.ports) :
    "${pair[0]}-${pair[1]}" => { name = pair[0], port = pair[1] }
  }
  security_group_id = aws_security_group.g[each.value.name].id
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = local.cidrs[0]
}
resource "aws_vpc_security_group_egress_rule" "r" {
  for_each          = local.names
  security_group_id = aws_security_group.g[each.key].id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
"""
TERRAFORM_DATA = """
resource "terraform_data" "g" {
  for_each = local.names
  input    = { name = each.key, ports = local.ports, cidrs = local.cidrs }
}
"""
# `triggers_replace` is kept once; `input` would be kept a second time, as `output`.
TERRAFORM_DATA_BLOCKS = """
resource "terraform_data" "g" {
  for_each = local.names
  triggers_replace = {
    name        = each.key
    description = "bench"
    ingress     = toset([for port in local.ports : merge(local.block, {
      protocol    = "tcp"
      from_port   = port
      cidr_blocks = toset(local.cidrs)
    })])
    egress = toset([merge(local.block, {
      service     = "all"
      cidr_blocks = toset(["0.0.0.0/0"])
    })])
  }
}
locals {
  block = {
    cidr_blocks = null, description = null, from_port = null, ipv6_cidr_blocks = null
    prefix_list_ids = null, protocol = null, security_groups = null, self = null, service = null
    to_port = null
  }
}
"""
# `output` is a second copy of `input`, as `rules` is one of a group's lines.
TERRAFORM_DATA_LINES = (
    """
resource "terraform_data" "g" {
  for_each = local.names
  input = {
    name        = each.key
    description = "bench"
"""
    + LINES
    + "  }\n}\n"
)
RESOURCES = {
    OWN: CURATED, OWN_SHORT: CURATED_SHORT, AWS: AWS_GROUP, AWS_RULES: AWS_RULE_RESOURCES,
    NONE: TERRAFORM_DATA,
    NONE_BUT_BLOCKS: TERRAFORM_DATA_BLOCKS, NONE_BUT_LINES: TERRAFORM_DATA_LINES,
}


@dataclasses.dataclass(frozen=True)
class Groups:
    """So many groups, each with a rule for each port and network, and one egress rule."""

    count: int
    ports: int
    cidrs: int = 1

    @property
    def names(self):
        return [f"g{number:05}" for number in range(self.count)]

    @property
    def networks(self):
        return [f"10.{net // 256}.{net % 256}.0/24" for net in range(self.cidrs)]

    @property
    def rules(self):
        return [(1000 + port, net) for port in range(self.ports) for net in self.networks]


def configuration(subject, endpoint, groups):
    """The whole main.tf."""
    ports = list(range(1000, 1000 + groups.ports))
    # Spelled out: Terraform's range() ends at 1,024.
    names, networks = json.dumps(groups.names), json.dumps(groups.networks)
    local = LOCALS.format(names=names, ports=ports, cidrs=networks)
    if subject in WITHOUT_PROVIDER:
        return local + RESOURCES[subject]
    source = SOURCES[subject]
    more = "max_rules_per_group = 1000" if subject in OURS else ""
    provider = PROVIDER.format(
        label=source.split("/")[1], source=source, region=REGION, endpoint=endpoint, more=more
    )
    return provider + local + RESOURCES[subject]
