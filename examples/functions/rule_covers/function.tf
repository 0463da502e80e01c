# Does any rule allow SSH from the world?
locals {
  rules = {
    "ingress tcp/20-30 from 0.0.0.0/0" = "left over"
    "egress all to 0.0.0.0/0"          = ""
  }
}

output "world_has_ssh" {
  value = anytrue([
    for rule, _ in local.rules : provider::curated::rule_covers(rule, "ingress tcp/22 from 0.0.0.0/0")
  ])
  # = true
}
