# Three tiers. Each accepts connections only from the previous one. The rules reference groups and not
# addresses, so that you can add and remove instances without a change here.

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

resource "curated_security_group" "load_balancer" {
  name        = "${var.name}-load-balancer"
  description = "The way in for everybody"
  vpc_id      = var.vpc_id

  ingress {
    description = "everybody"
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    description = "redirected to https"
    service     = "http"
    cidr_blocks = ["0.0.0.0/0"]
  }

  # By address, because two groups can't reference each other in their blocks.
  egress {
    description = "calls and health checks"
    protocol    = "tcp"
    from_port   = var.app_port
    cidr_blocks = [var.vpc_cidr]
  }
}

resource "curated_security_group" "app" {
  name        = "${var.name}-app"
  description = "The application"
  vpc_id      = var.vpc_id

  ingress {
    description     = "calls and health checks"
    protocol        = "tcp"
    from_port       = var.app_port
    security_groups = [curated_security_group.load_balancer.id]
  }

  egress {
    description = "queries"
    protocol    = "tcp"
    from_port   = var.database_port
    cidr_blocks = [var.vpc_cidr]
  }

  egress {
    description = "packages and other services"
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# The group has no egress block, because the database opens no connections.
resource "curated_security_group" "database" {
  name        = "${var.name}-database"
  description = "The database"
  vpc_id      = var.vpc_id

  ingress {
    description     = "queries"
    protocol        = "tcp"
    from_port       = var.database_port
    security_groups = [curated_security_group.app.id]
  }

  ingress {
    description = "replication"
    protocol    = "tcp"
    from_port   = var.database_port
    self        = true
  }
}
