variable "vpc_id" {
  description = "The VPC whose default group is read."
  type        = string
}

data "curated_security_group" "default" {
  name   = "default"
  vpc_id = var.vpc_id
}

# What uses the group, and which of its rules reach the world.
output "users" {
  value = [for user in data.curated_security_group.default.used_by : "${user.kind} ${user.id}"]
}

output "open_to_the_world" {
  value = [
    for rule in data.curated_security_group.default.rule_list : rule.key
    if rule.direction == "ingress" && contains(["0.0.0.0/0", "::/0"], rule.peer)
  ]
}
