# The groups of a web service. Each tier accepts connections only from the previous one. The caller
# chooses the region, by the provider that it passes, or by the variable.

terraform {
  required_version = ">= 0.13"

  required_providers {
    curated = {
      source  = "curated/curated"
      version = "~> 0.1"
    }
  }
}

resource "curated_security_group" "load_balancer" {
  name        = "${var.name}-load-balancer"
  description = "The way in for everybody"
  region      = var.region
  vpc_id      = var.vpc_id
  tags        = var.tags

  ingress {
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "curated_security_group" "app" {
  name        = "${var.name}-app"
  description = "The application"
  region      = var.region
  vpc_id      = var.vpc_id
  tags        = var.tags

  ingress {
    description     = "calls"
    protocol        = "tcp"
    from_port       = var.port
    security_groups = [curated_security_group.load_balancer.id]
  }

  ingress {
    description = "members of the cluster"
    protocol    = "tcp"
    from_port   = 7946
    self        = true
  }

  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "curated_security_group" "database" {
  name        = "${var.name}-database"
  description = "The database, which calls nobody"
  region      = var.region
  vpc_id      = var.vpc_id
  tags        = var.tags

  ingress {
    description     = "queries"
    protocol        = "tcp"
    from_port       = 5432
    security_groups = [curated_security_group.app.id]
  }
}
