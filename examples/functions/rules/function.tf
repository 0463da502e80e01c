# The rules of a line, in the form of a group's attribute rules, for comparisons in tests.
output "monitoring" {
  value = provider::curated::rules("ingress", "https, tcp/9100 from 10.0.0.0/8 # Monitoring")
  # = {"ingress tcp/443 from 10.0.0.0/8": "Monitoring", "ingress tcp/9100 from 10.0.0.0/8": "Monitoring"}
}
