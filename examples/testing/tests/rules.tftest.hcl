# terraform test: needs no credentials and no network, and creates no group in EC2.
mock_provider "curated" {}

run "the_web_and_prometheus_come_in" {
  assert {
    condition = merge([
      for line in values(curated_security_group.app.ingress_rules) :
      provider::curated::rules("ingress", line)
      ]...) == tomap({
      "ingress tcp/80 from 0.0.0.0/0"     = ""
      "ingress tcp/443 from 0.0.0.0/0"    = ""
      "ingress tcp/9100 from 10.1.0.0/16" = "Prometheus"
    })
    error_message = "Something else comes in."
  }
}

run "no_line_opens_ssh" {
  variables {
    monitoring_cidr = "10.0.0.0/8"
  }
  assert {
    condition = alltrue(flatten([
      for line in values(curated_security_group.app.ingress_rules) : [
        for key in keys(provider::curated::rules("ingress", line)) :
        !provider::curated::rule_covers(key, "ingress tcp/22 from 10.0.0.1/32")
      ]
    ]))
    error_message = "SSH is open."
  }
}
