# Your own catalog, in a file that several configurations can share, with guardrails that every plan is
# checked against, and a group that is exempted from one of them.

terraform {
  required_version = ">= 0.13"

  required_providers {
    curated = {
      source  = "curated/curated"
      version = "~> 0.1"
    }
  }
}

provider "curated" {
  catalog_files = ["${path.root}/catalog.hcl"]

  # Only this configuration has this service, so it is in the provider block.
  service {
    name    = "reports"
    traffic = ["tcp/8088"]
  }
}

resource "curated_security_group" "web" {
  preset = "internal-web"

  ingress_rules = {
    reports = "reports from 10.20.0.0/16 # Finance"
  }
}

resource "curated_security_group" "demo" {
  name        = "demo"
  description = "Reached by everybody until the demo is over"

  ingress_rules = {
    shell = "ssh from anywhere-ipv4 # Demo"
  }

  guardrail_exemptions = {
    "no-remote-access-from-the-world" = "OPS-123: until the demo is over"
  }
}
