# What a line of text says, as the attribute rules of a group shows it: to compare with in tests.
output "monitoring" {
  value = provider::curated::rules("ingress", "https, tcp/9100 from 10.0.0.0/8 # Monitoring")
  # = {"ingress tcp/443 from 10.0.0.0/8": "Monitoring", "ingress tcp/9100 from 10.0.0.0/8": "Monitoring"}
}
