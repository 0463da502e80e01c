output "parts" {
  value = provider::curated::rule("ingress tcp/8000-8100 from 10.0.0.0/8")
  # = {"direction": "ingress", "from_port": 8000, "peer": "10.0.0.0/8", "protocol": "tcp", "to_port": 8100}
}
