# An OpenVPN server, and the services that its clients alone reach. The server wears two groups of
# the catalog and one that says who looks after it.

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

# udp 1194 and tcp 443 from everywhere: clients are anywhere, and prove who they are by certificate.
resource "curated_security_group" "openvpn" {
  preset = "openvpn"
  vpc_id = var.vpc_id
}

# What clients ask for goes out.
resource "curated_security_group" "exodus" {
  preset = "exodus"
  vpc_id = var.vpc_id
}

resource "curated_security_group" "administration" {
  name        = "openvpn-administration"
  description = "SSH for those who look after the VPN"
  vpc_id      = var.vpc_id

  dynamic "ingress" {
    for_each = var.administrators

    content {
      description = ingress.key
      service     = "ssh"
      cidr_blocks = [ingress.value]
    }
  }
}

# The server hides its clients' addresses behind its own, so that its group stands for them all.
resource "curated_security_group" "internal" {
  name        = "openvpn-internal"
  description = "Services for the clients of the VPN"
  vpc_id      = var.vpc_id

  dynamic "ingress" {
    for_each = var.services

    content {
      description     = "clients"
      service         = ingress.value
      security_groups = [curated_security_group.openvpn.id]
    }
  }
}
