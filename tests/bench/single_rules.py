"""Groups whose rules are resources of one rule each: how many calls they share while they are created."""

from emulator import REGION
from subjects import AWS, OWN, PROVIDER, SOURCES, Groups
from terraform import Work

PARALLELISM = (10, 60)
FORMS = ("written one by one", "for_each")
READS = ("Describe", "Get")
# About what a call to EC2 takes. Without it, a call is over before the next rule is handed over.
LATENCY_MS = 100

GROUP = """
resource "{label}_security_group" "{group}" {{
  name        = "{group}"
  description = "bench"
}}
"""
RULE = """
resource "{label}_vpc_security_group_ingress_rule" "{group}_{port}" {{
  security_group_id = {label}_security_group.{group}.id
  ip_protocol       = "tcp"
  from_port         = {port}
  to_port           = {port}
  cidr_ipv4         = "10.0.0.0/24"
}}
"""
FOR_EACH = """
locals {{
  names = toset({names})
}}
resource "{label}_security_group" "g" {{
  for_each    = local.names
  name        = each.key
  description = "bench"
}}
resource "{label}_vpc_security_group_ingress_rule" "r" {{
  for_each = {{
    for pair in setproduct(local.names, {ports}) :
    "${{pair[0]}}-${{pair[1]}}" => {{ name = pair[0], port = pair[1] }}
  }}
  security_group_id = {label}_security_group.g[each.value.name].id
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = "10.0.0.0/24"
}}
"""


def measure(setting, ec2):
    """By subject, form and parallelism: writes and calls for each group."""
    groups = Groups(setting.groups, 6)
    found = {}
    for subject in (OWN, *([AWS] if setting.aws else [])):
        for form in FORMS:
            # What the other doesn't share, it doesn't share with more at a time either.
            for parallelism in PARALLELISM if subject == OWN else PARALLELISM[:1]:
                setting.say(f"{groups.count} groups of 6 rules, {subject}, {form}, {parallelism}")
                ec2.reset(latency_ms=LATENCY_MS)
                with Work(setting, configuration(subject, ec2.endpoint, groups, form)) as work:
                    seconds = work.timed("apply", "-auto-approve", f"-parallelism={parallelism}")
                    counts = ec2.counts()
                    work.run("destroy", "-auto-approve", f"-parallelism={parallelism}")
                writes = sum(n for action, n in counts.items() if not action.startswith(READS))
                found[subject, form, parallelism] = {
                    "writes": writes / groups.count,
                    "calls": sum(counts.values()) / groups.count,
                    "seconds": seconds,
                }
    return found


def configuration(subject, endpoint, groups, form):
    """The whole main.tf."""
    source = SOURCES[subject]
    label = source.split("/")[1]
    text = PROVIDER.format(label=label, source=source, region=REGION, endpoint=endpoint, more="")
    ports = [1000 + port for port in range(groups.ports)]
    if form == "for_each":
        names = str(groups.names).replace("'", '"')
        return text + FOR_EACH.format(label=label, names=names, ports=ports)
    for group in groups.names:
        text += GROUP.format(label=label, group=group)
        text += "".join(RULE.format(label=label, group=group, port=port) for port in ports)
    return text
