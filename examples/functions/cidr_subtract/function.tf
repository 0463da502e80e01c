# The company's network without the guests' network.
output "staff" {
  value = provider::curated::cidr_subtract(["10.0.0.0/8"], ["10.64.0.0/10"])
  # = ["10.0.0.0/10", "10.128.0.0/9"]
}
