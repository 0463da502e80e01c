# Imports groups that were created in the console. The first apply changes nothing in EC2.

terraform {
  # Import blocks need Terraform 1.5, and variables in their ids 1.6.
  required_version = ">= 1.6"

  required_providers {
    curated = {
      source  = "curated/curated"
      version = "~> 0.1"
    }
  }
}

provider "curated" {}

variable "vpc_id" {
  description = "The VPC of launch-wizard-7."
  type        = string
}

variable "web_id" {
  description = "The id of the other group, such as sg-0123456789abcdef0."
  type        = string
}

# By name and VPC. The group keeps its name and its description, and gets its rules from the preset.
import {
  to = curated_security_group.ssh
  id = "launch-wizard-7@${var.vpc_id}"
}

resource "curated_security_group" "ssh" {
  preset = "ssh"

  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# By id, in the provider's region. For another region, write "us-east-1/sg-…".
import {
  to = curated_security_group.web
  id = var.web_id
}

resource "curated_security_group" "web" {
  name        = "web"
  description = "by hand"

  ingress {
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
