terraform {
  required_version = ">= 1.8"

  required_providers {
    curated = {
      source  = "curated/curated"
      version = "~> 0.1"
    }
  }
}

variable "monitoring_cidr" {
  description = "Network from which Prometheus scrapes."
  type        = string
  default     = "10.1.0.0/16"
}

resource "curated_security_group" "app" {
  name        = "app"
  description = "Application servers"

  ingress_rules = {
    web     = "https, http from anywhere-ipv4"
    metrics = "tcp/9100 from ${var.monitoring_cidr} # Prometheus"
  }
  egress_rules = {
    out = "all to anywhere-ipv4"
  }
}
