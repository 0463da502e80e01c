# Tags that every group gets, tags of one group, and tags that another tool looks after.

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

  # Changed in place: another value makes no other group.
  default_tags {
    tags = {
      environment = var.environment
      managed-by  = "terraform"
    }
  }

  # Neither shown nor changed nor removed.
  ignore_tags {
    keys         = ["last-scanned"]
    key_prefixes = ["cost:"]
  }
}

# Its tags are the default ones.
resource "curated_security_group" "https" {
  preset = "https"
  vpc_id = var.vpc_id
}

# Has a tag more, and its own word for one of the default ones.
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
