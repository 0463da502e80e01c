# A bastion that the office can reach by SSH, and private hosts that only the bastion can reach.

terraform {
  required_version = ">= 1.3"

  required_providers {
    curated = {
      source  = "curated/curated"
      version = "~> 0.1"
    }
  }
}

provider "curated" {
  region = var.region
}

# This doesn't use the preset ssh, which is open to the world.
resource "curated_security_group" "bastion" {
  name        = "bastion"
  description = "SSH from the office, and on to the private hosts"
  vpc_id      = var.vpc_id

  ingress {
    description     = "office"
    service         = "ssh"
    prefix_list_ids = var.office_prefix_list_id[*]
    cidr_blocks     = var.office_cidr_blocks
  }

  egress {
    description = "private hosts"
    service     = "ssh"
    cidr_blocks = [var.vpc_cidr]
  }

  lifecycle {
    precondition {
      condition     = var.office_prefix_list_id != null || length(var.office_cidr_blocks) > 0
      error_message = "Say where the office is: set office_prefix_list_id or office_cidr_blocks."
    }
  }
}

resource "curated_security_group" "private" {
  name        = "private"
  description = "Hosts that the bastion alone reaches"
  vpc_id      = var.vpc_id

  ingress {
    description     = "bastion"
    service         = "ssh"
    security_groups = [curated_security_group.bastion.id]
  }

  egress {
    description = "packages"
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
