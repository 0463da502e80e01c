# Two groups that reference each other. With rules in their blocks, each would have to exist before the
# other. So the rules are resources of their own, and Terraform creates the groups first.

variable "vpc_id" {
  description = "The VPC of the groups."
  type        = string
}

resource "curated_security_group" "web" {
  name        = "web"
  description = "Web servers"
  vpc_id      = var.vpc_id
}

resource "curated_security_group" "app" {
  name        = "app"
  description = "Application servers"
  vpc_id      = var.vpc_id
}

resource "curated_security_group_rules" "web" {
  security_group_id = curated_security_group.web.id

  ingress {
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description     = "Requests"
    protocol        = "tcp"
    from_port       = 8080
    security_groups = [curated_security_group.app.id]
  }
}

resource "curated_security_group_rules" "app" {
  security_group_id = curated_security_group.app.id

  ingress {
    description     = "Requests"
    protocol        = "tcp"
    from_port       = 8080
    security_groups = [curated_security_group.web.id]
  }
}
