# Calls the module for each region of a list, with one provider: the resources set their region. If you
# remove a region from the list, only its groups are deleted.

terraform {
  required_version = ">= 0.13"

  required_providers {
    curated = {
      source  = "curated/curated"
      version = "~> 0.1"
    }
  }
}

provider "curated" {
  region = var.regions[0]

  default_tags {
    tags = { service = "web" }
  }
}

variable "regions" {
  description = "The regions that get the groups."
  type        = list(string)
  default     = ["eu-west-1", "us-east-1", "ap-southeast-2"]
}

module "web" {
  source   = "../modules/web"
  for_each = toset(var.regions)

  name   = "web"
  region = each.key
  tags   = { region = each.key }
}

output "security_group_ids" {
  description = "The groups' ids, by region and tier."
  value       = { for region, web in module.web : region => web.security_group_ids }
}
