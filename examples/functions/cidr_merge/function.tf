# Two adjacent blocks become one, and a block inside another one is dropped.
output "offices" {
  value = provider::curated::cidr_merge([
    "198.51.100.0/25", "198.51.100.128/25", "203.0.113.7/32", "203.0.113.0/24", "2001:db8::/32",
  ])
  # = ["198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"]
}
