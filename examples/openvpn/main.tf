# An OpenVPN server, and services that only its clients can reach. The server has two groups of the
# catalog, and one that allows SSH to its administrators.

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

# UDP 1194 and TCP 443 from everywhere. Clients can be anywhere, and authenticate with a certificate.
resource "curated_security_group" "openvpn" {
  preset = "openvpn"
  vpc_id = var.vpc_id
}

# Outbound traffic, for the clients' requests.
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

# The server translates its clients' addresses to its own, so its group stands for all clients.
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
