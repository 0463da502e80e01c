# Calls the module for three regions, each with its own provider block. This works with every provider,
# and each region can have its own credentials and default tags.

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
  alias  = "eu"
  region = "eu-west-1"

  default_tags {
    tags = { service = "web", data = "eu" }
  }
}

provider "curated" {
  alias  = "us"
  region = "us-east-1"

  default_tags {
    tags = { service = "web", data = "us" }
  }
}

provider "curated" {
  alias  = "ap"
  region = "ap-southeast-2"

  default_tags {
    tags = { service = "web", data = "ap" }
  }
}

module "eu" {
  source    = "../modules/web"
  name      = "web"
  providers = { curated = curated.eu }
}

module "us" {
  source    = "../modules/web"
  name      = "web"
  providers = { curated = curated.us }
}

module "ap" {
  source    = "../modules/web"
  name      = "web"
  providers = { curated = curated.ap }
}

output "security_group_ids" {
  description = "The groups' ids, by region and tier."
  value = {
    "eu-west-1"      = module.eu.security_group_ids
    "us-east-1"      = module.us.security_group_ids
    "ap-southeast-2" = module.ap.security_group_ids
  }
}
