# Two groups that were resources of the type aws_security_group. Only their type was renamed, in the
# resources and in references to them. The moved blocks at the end tell Terraform. The plan has no changes.

terraform {
  # Moves between types need Terraform 1.8, or OpenTofu 1.10.
  required_version = ">= 1.8"

  required_providers {
    curated = {
      source  = "curated/curated"
      version = "~> 0.1"
    }
    # Terraform reads the old state with it, until the move is applied.
    aws = {
      source  = "hashicorp/aws"
      version = ">= 4.0"
    }
  }
}

provider "curated" {}

resource "curated_security_group" "web" {
  name        = "web"
  description = "The load balancer"

  ingress {
    description      = "everybody"
    protocol         = "TCP"
    from_port        = 443
    to_port          = 443
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { team = "web" }
}

resource "curated_security_group" "app" {
  name        = "app"
  description = "The application"

  ingress {
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    security_groups = [curated_security_group.web.id]
    self            = true
  }
}

moved {
  from = aws_security_group.web
  to   = curated_security_group.web
}

moved {
  from = aws_security_group.app
  to   = curated_security_group.app
}
