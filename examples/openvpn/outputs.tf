output "server_security_group_ids" {
  description = "The ids of the server's groups."
  value = [
    curated_security_group.openvpn.id,
    curated_security_group.exodus.id,
    curated_security_group.administration.id,
  ]
}

output "internal_id" {
  description = "The id of the services' group."
  value       = curated_security_group.internal.id
}
