# The default group of every VPC in these regions, without any rule. An instance that gets one by mistake
# can reach nothing, and nothing can reach it.

variable "regions" {
  description = "Regions whose default groups are closed."
  type        = set(string)
  default     = ["eu-west-1", "us-east-1"]
}

data "curated_security_groups" "default" {
  for_each = var.regions

  region = each.key

  filter {
    name   = "group-name"
    values = ["default"]
  }
}

locals {
  default_groups = merge([
    for region, found in data.curated_security_groups.default : {
      for id, group in found.groups : "${region}/${group.vpc_id}" => {
        region = region
        vpc_id = group.vpc_id
      }
    }
  ]...)
}

resource "curated_default_security_group" "closed" {
  for_each = local.default_groups

  region = each.value.region
  vpc_id = each.value.vpc_id

  tags = { closed-by = "security" }
}

output "closed" {
  description = "Ids of the closed groups, by region and VPC."
  value       = { for place, group in curated_default_security_group.closed : place => group.id }
}
