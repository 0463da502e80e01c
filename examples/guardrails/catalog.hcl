# Several configurations can share this file. `curated audit --catalog catalog.hcl` reads it too. Its values
# must be literals.

service {
  name        = "billing"
  description = "Billing API"
  category    = "web"
  traffic     = ["tcp/8443", "tcp/9000-9010"]
}

preset {
  name          = "internal-web"
  description   = "Web tier behind the load balancers"
  ingress_rules = { web = "https, billing from 10.0.0.0/8 # Load balancers" }
  egress_rules  = { out = "https to anywhere-ipv4 # Packages and APIs" }
}

guardrail {
  name    = "no-remote-access-from-the-world"
  traffic = ["remote-access"]
  reason  = "Use the bastion: https://wiki.example/bastion"
}

guardrail {
  name       = "no-data-from-the-world"
  traffic    = ["database", "cache", "search"]
  reason     = "Data is for the VPC alone"
  exemptible = false
}

guardrail {
  name      = "mail-goes-by-the-relay"
  direction = "egress"
  traffic   = ["smtp"]
  action    = "warning"
  reason    = "Send by the relay, which signs and logs"
}
