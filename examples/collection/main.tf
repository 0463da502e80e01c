# The curated security groups, in each region.

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
}

locals {
  presets = ["exodus", "http", "https", "ssh", "openvpn", "shiny", "flask"]

  groups = {
    for pair in setproduct(var.regions, local.presets) :
    "${pair[0]}/${pair[1]}" => { region = pair[0], preset = pair[1] }
  }
}

resource "curated_security_group" "collection" {
  for_each = local.groups

  preset = each.value.preset
  region = each.value.region
  vpc_id = lookup(var.vpc_ids, each.value.region, null)
}
