variable "vpc_id" {
  description = "The VPC of the groups."
  type        = string
}

# A preset sets the name, the description and the rules.
resource "curated_security_group" "ssh" {
  preset = "ssh"
  vpc_id = var.vpc_id
}

# A group of your own, with rules by service, or by protocol and ports.
resource "curated_security_group" "app" {
  name        = "app"
  description = "The application"
  vpc_id      = var.vpc_id

  ingress {
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    description     = "metrics"
    protocol        = "tcp"
    from_port       = 9100
    security_groups = [curated_security_group.ssh.id]
  }

  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { team = "web" }
}

# A group with rules in the short form, a line for each label.
resource "curated_security_group" "cluster" {
  name   = "cluster"
  vpc_id = var.vpc_id

  ingress_rules = {
    web     = "https, http from 10.0.0.0/8"
    metrics = "tcp/9100 from ${curated_security_group.app.id}, 10.0.0.0/8 # Prometheus"
    gossip  = "tcp/7000-7001, udp/7946, icmp from self"
  }
  egress_rules = { out = "all to anywhere-ipv4, anywhere-ipv6" }
}
