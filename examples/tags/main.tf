# Tags of every group, tags of one group, and tags that another tool manages.

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
  region = var.region

  # Tags are changed in place: another value doesn't replace the groups.
  default_tags {
    tags = {
      environment = var.environment
      managed-by  = "terraform"
    }
  }

  # The provider doesn't show, change or remove these tags.
  ignore_tags {
    keys         = ["last-scanned"]
    key_prefixes = ["cost:"]
  }
}

# This group has only the default tags.
resource "curated_security_group" "https" {
  preset = "https"
  vpc_id = var.vpc_id
}

# This group has an additional tag, and its own value for one of the default tags.
resource "curated_security_group" "metrics" {
  name        = "metrics"
  description = "Scraped by its own kind"
  vpc_id      = var.vpc_id

  ingress {
    protocol  = "tcp"
    from_port = 9100
    self      = true
  }

  tags = {
    managed-by = "platform team"
    team       = "platform"
  }
}
