# The ports of a service, such as for the listeners of a load balancer.
output "openvpn" {
  value = provider::curated::service("openvpn")
  # = [{"from_port": 443, "protocol": "tcp", "to_port": 443}, {"from_port": 1194, "protocol": "udp", "to_port": 1194}]
}
